"""What the catalogue holds under an origin, and what an article said before; it only reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, func, select

from index.catalogue import Catalogue
from index.errors import ArticleMissingError
from index.listing import ArticleSummary
from index.tables import articles, origins, versions

_MOST = 5_000


@dataclass(frozen=True, slots=True)
class Standing:
    """The article that an origin leads to. It `is_copy` where the article is known by another origin."""

    id: str
    title: str
    version: int
    is_copy: bool


def standing(catalogue: Catalogue, of: Iterable[str]) -> dict[str, Standing]:
    """Where these origins lead to; origins that are not known are left out."""
    found: dict[str, Standing] = {}
    wanted = list(of)
    columns = (
        origins.c.origin,
        articles.c.id,
        articles.c.title,
        articles.c.version,
        articles.c.origin.label("named"),
    )
    with catalogue.engine.connect() as connection:
        for at in range(0, len(wanted), _MOST):
            some = wanted[at : at + _MOST]
            query = select(*columns).join(articles).where(origins.c.origin.in_(some))
            for row in connection.execute(query):
                found[row.origin] = Standing(row.id, row.title, row.version, row.named != row.origin)
    return found


def history(catalogue: Catalogue, article_id: str) -> list[ArticleSummary]:
    """All versions of an article, the oldest first and the current one last; raises ArticleMissingError."""
    with catalogue.engine.connect() as connection:
        now = connection.execute(
            select(articles, func.length(articles.c.text).label("characters")).where(articles.c.id == article_id)
        ).first()
        if now is None:
            raise ArticleMissingError(f"there is no article {article_id!r}; see: python -m bot list")
        length = func.length(versions.c.text).label("characters")
        query = select(versions, length).where(versions.c.article_id == article_id).order_by(versions.c.version)
        return [_summary(row, article_id, now.origin) for row in (*connection.execute(query), now)]


def _summary(row: Row[Any], article_id: str, origin: str) -> ArticleSummary:
    # Any: SQLAlchemy's rows carry no static types for tables declared without the ORM.
    return ArticleSummary(
        article_id,
        row.title,
        row.source,
        row.author,
        row.url,
        row.published,
        row.version,
        origin,
        datetime.fromtimestamp(row.added_at, UTC),
        row.characters,
        row.language,
    )
