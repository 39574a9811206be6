"""Lists of articles: what they show of each, which pass filters, and in which order; it opens no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, func, or_, select

from index.article import Filters
from index.tables import articles

Sort = Literal["published", "title", "source", "added"]
"""The orders in which articles are listed."""


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """What a list of articles shows of one; `added_at` is UTC, `characters` the length of its text."""

    id: str
    title: str
    source: str
    author: str
    url: str
    published: date | None
    version: int
    origin: str
    added_at: datetime
    characters: int
    language: str = ""
    published_at: str = ""
    dated_by: str = ""


def filtered(query: Select[Any], filters: Filters) -> Select[Any]:
    """The query, kept to articles that pass the filters."""
    if filters.sources:
        query = query.where(articles.c.source_key.in_([name.casefold() for name in filters.sources]))
    if filters.authors:
        query = query.where(articles.c.author_key.in_([name.casefold() for name in filters.authors]))
    if filters.languages:
        query = query.where(articles.c.language.in_(filters.languages))
    if filters.after:
        query = query.where(articles.c.published >= filters.after)
    if filters.before:
        query = query.where(articles.c.published < filters.before)
    return query


def matching(wanted: Select[Any], query: str) -> Select[Any]:
    """The query, kept to articles with these words in title, source, author or origin."""
    if not query:
        return wanted
    columns = (articles.c.title, articles.c.source, articles.c.author, articles.c.origin)
    return wanted.where(or_(*(column.icontains(query, autoescape=True) for column in columns)))


def order(sort: Sort) -> tuple[Any, ...]:
    """What to sort a list of articles by."""
    a = articles.c
    title = func.lower(a.title)
    latest = (a.published.is_(None), a.published.desc(), a.title, a.id)
    return {
        "published": latest,
        "title": (a.title == "", title, a.id),
        "source": (a.source == "", a.source_key, *latest),
        "added": (a.added_at.desc(), title, a.id),
    }[sort]


def summary_query() -> Select[Any]:
    """A query for all that a summary shows."""
    a = articles.c
    wanted = (a.id, a.title, a.source, a.author, a.url, a.published, a.version, a.origin, a.added_at, a.language)
    return select(*wanted, a.published_at, a.dated_by, func.length(a.text).label("characters"))


def summary(row: Row[Any]) -> ArticleSummary:
    """The summary that a row holds."""
    seen = dict(row._mapping)
    return ArticleSummary(**{**seen, "added_at": datetime.fromtimestamp(row.added_at, UTC)})
