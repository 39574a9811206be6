"""Articles in lists and in their earlier versions, as values that JSON can carry."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import TypedDict

from bot.render.records import AboutRecord, about
from index import ArticleSummary, Change


class SummaryRecord(AboutRecord):
    """One line of the list of articles."""

    added_at: str
    characters: int


class ChangeRecord(TypedDict):
    """A sentence that was `added` or `removed`, word for word."""

    kind: str
    text: str


class VersionRecord(SummaryRecord):
    """A version of an article, and what changed in it against the one before; nothing in the first."""

    changes: list[ChangeRecord]


def summary_record(article: ArticleSummary) -> SummaryRecord:
    """One line of a list."""
    return {**about(article), "added_at": article.added_at.isoformat(), "characters": article.characters}


def version_record(version: ArticleSummary, changed: Sequence[Change]) -> VersionRecord:
    """One version, with the sentences that came and went."""
    changes: list[ChangeRecord] = [
        {"kind": each.kind, "text": each.text} for each in changed if each.kind != "kept"
    ]
    return {**summary_record(version), "changes": changes}
