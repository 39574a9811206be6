"""What an article said before, and what changed from each version to the next."""

from __future__ import annotations

from typing_extensions import TypedDict

import index
from bot.bot import Bot
from bot.render.listing import VersionRecord, version_record
from index import Change


class VersionsRecord(TypedDict):
    """The versions of an article, the oldest first and the current one last."""

    id: str
    versions: list[VersionRecord]


def changed(bot: Bot, article_id: str, version: int) -> list[Change]:
    """The sentences of a version, and among them those that went with it; nothing for an article's first.

    Raises ArticleMissingError.
    """
    new = bot.article(article_id, version)
    if version <= 1:
        return []
    return index.changes(bot.article(article_id, version - 1).text, new.text, new.language)


def versions_record(bot: Bot, article_id: str) -> VersionsRecord:
    """All versions with what changed in each; raises ArticleMissingError."""
    told = [version_record(each, changed(bot, article_id, each.version)) for each in bot.history(article_id)]
    return {"id": article_id, "versions": told}
