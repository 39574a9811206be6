"""Rows of the catalogue as articles and passages, under their digests; it asks no question."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from index.article import Article, Passage, digest_of
from index.errors import IndexDamagedError


def passage_from(row: Row[Any]) -> Passage:
    """The passage that a row holds."""
    ends = [row.start + int(end) for end in row.sentence_ends.split()]
    return Passage(
        row.id, row.article_id, row.start, row.end, tuple(zip([row.start, *ends[:-1]], ends, strict=True))
    )


def article_from(row: Row[Any], article_id: str, origin: str) -> Article:
    """The article that a row holds; raises IndexDamagedError when its text is not what was stored."""
    if digest_of(row.text) != row.digest:
        raise IndexDamagedError(
            f"the stored text of article {article_id!r} ({origin}) is not what was added: its SHA-256 is "
            f"{digest_of(row.text)[:12]}…, expected {row.digest[:12]}…; remove it and add it again"
        )
    return Article(
        title=row.title,
        text=row.text,
        source=row.source,
        author=row.author,
        url=row.url,
        published=row.published,
        origin=origin,
        id=article_id,
        version=row.version,
        language=row.language,
        published_at=datetime.fromisoformat(row.published_at) if row.published_at else None,
        dated_by=row.dated_by,
        pages=tuple(
            (int(start), int(page)) for start, _, page in (pair.partition(":") for pair in row.pages.split())
        ),
    )
