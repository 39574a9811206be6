"""How many articles there are by name and by month under filters, to choose from; it only reads."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import extract, func, select

from index.article import Filters
from index.catalogue import Catalogue
from index.listing import filtered
from index.tables import articles, passages

# SQLite takes 32,766 variables in one statement.
_MOST_IDS = 5_000


def names_under(catalogue: Catalogue, column: str, filters: Filters) -> list[tuple[str, int]]:
    """The distinct non-empty values of `source`, `author` or `language` among articles that pass, counted."""
    of = {"source": articles.c.source, "author": articles.c.author, "language": articles.c.language}[column]
    number = func.count().label("number")
    query = filtered(select(of, number).where(of != ""), filters).group_by(of).order_by(number.desc(), of)
    with catalogue.engine.connect() as connection:
        return [(str(name), int(count)) for name, count in connection.execute(query)]


def months_under(
    catalogue: Catalogue, filters: Filters, among: Collection[int] | None = None
) -> dict[tuple[int, int], int]:
    """How many articles were published in each (year, month) that has any, in order of time.

    Only those that pass the filters are counted and, if given, that hold one of the passages `among`, of which
    the first 5,000 are looked at.
    """
    # Any: SQLAlchemy's columns carry no static types for tables declared without the ORM.
    month: list[Any] = [extract("year", articles.c.published), extract("month", articles.c.published)]
    dated = select(*month, func.count()).where(articles.c.published.is_not(None))
    query = filtered(dated, filters)
    if among is not None:
        holders = select(passages.c.article_id).where(passages.c.id.in_(list(among)[:_MOST_IDS]))
        query = query.where(articles.c.id.in_(holders))
    with catalogue.engine.connect() as connection:
        rows = connection.execute(query.group_by(*month).order_by(*month))
        return {(int(year), int(number)): int(count) for year, number, count in rows}
