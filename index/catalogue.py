"""The catalogue: which articles there are and what they say; the one truth, and this file only reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import URL, Connection, Engine, Row, Select, Text, bindparam, cast, func, select
from sqlalchemy.sql.functions import aggregate_strings

from index.article import Article, Filters, Passage
from index.database import is_shared, open_database
from index.errors import ArticleMissingError
from index.known import Known
from index.listing import ArticleSummary, Sort, filtered, matching, order, summary, summary_query
from index.manifest import Manifest
from index.stored import article_from, passage_from
from index.tables import about, articles, origins, passages, state, versions

# SQLite takes 32,766 variables in one statement; well below it, statements stay short enough to read in a trace.
_MOST_IDS = 5_000
# What every question asks, put together once: putting a statement together takes SQLAlchemy as long as running it.
_SEQUENCE = select(state.c.value).where(state.c.name == "sequence")
_PASSAGES = select(passages).where(passages.c.id.in_(bindparam("ids", expanding=True)))
_ARTICLES = select(articles).where(articles.c.id.in_(bindparam("ids", expanding=True)))


class Catalogue:
    """The articles, versions and passages of one index, read from its database."""

    def __init__(self, at: Path | URL, create: bool = True) -> None:
        self.engine: Engine = open_database(at, create)
        self._known = Known(self.sequence)
        with self.engine.connect() as connection:
            named = select(about.c.value).where(about.c.name == "catalogue")
            self.name = str(connection.execute(named).scalar_one())
            """A name that no other catalogue has."""

    def built_with(self) -> Manifest | None:
        """The encoder that all machines read this catalogue with; None where a folder's own manifest tells."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(about.c.name, about.c.value))
            said = {str(name): str(value) for name, value in rows}
        if "encoder" not in said:
            return None
        return Manifest(said["encoder"], said["encoder_digest"], int(said["dimension"]))

    def is_half_copied(self) -> bool:
        """Whether another catalogue is being copied into this one and is not all here."""
        with self.engine.connect() as connection:
            copied = connection.execute(select(about.c.value).where(about.c.name == "copied")).scalar()
        return copied is not None and not self.sequence()

    @property
    def is_shared(self) -> bool:
        """Whether other machines may write to it."""
        return is_shared(self.engine)

    def is_named(self, name: str) -> bool:
        """Whether this is the catalogue that files which name it, or are from before there were names, follow."""
        return name == self.name or (not name and not self.is_shared)

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    def sequence(self) -> int:
        """The number of transactions that have written so far."""
        with self.engine.connect() as connection:
            return int(connection.execute(_SEQUENCE).scalar_one())

    def article(self, article_id: str, version: int | None = None) -> Article:
        """One article, in an earlier version if asked.

        Raises ArticleMissingError when there is none, IndexDamagedError when its text is not what was stored.
        """
        with self._at_one_moment() as connection:
            row = connection.execute(select(articles).where(articles.c.id == article_id)).first()
            if row is not None and version is not None and version != row.version:
                earlier = connection.execute(
                    select(versions).where(versions.c.article_id == article_id, versions.c.version == version)
                ).first()
                if earlier is not None:
                    return article_from(earlier, article_id, row.origin)
                row = None
        if row is None:
            of = f" in version {version}" if version is not None else ""
            raise ArticleMissingError(f"there is no article {article_id!r}{of}; see: python -m bot list")
        return article_from(row, row.id, row.origin)

    def articles(self, article_ids: Iterable[str]) -> dict[str, Article]:
        """The articles with these ids, each checked against its digest; ids that are not held are left out."""
        rows = self._in_batches(_ARTICLES, set(article_ids))
        return {row.id: article_from(row, row.id, row.origin) for row in rows}

    def versions(self, article_id: str) -> list[int]:
        """The numbers of all versions of an article, oldest first; empty when there is no such article."""
        with self.engine.connect() as connection:
            earlier = select(versions.c.version).where(versions.c.article_id == article_id)
            current = select(articles.c.version).where(articles.c.id == article_id)
            return sorted(connection.execute(earlier.union(current)).scalars())

    def passages(self, passage_ids: Collection[int]) -> dict[int, Passage]:
        """The passages with these ids; ids that are no longer held are left out."""
        return {row.id: passage_from(row) for row in self._in_batches(_PASSAGES, passage_ids)}

    def passages_in_articles(self, passage_ids: Collection[int]) -> tuple[dict[int, Passage], dict[str, Article]]:
        """The passages that are held, and the articles that they are in, as both were at one moment."""
        with self._at_one_moment() as connection:
            rows = _rows(connection, _PASSAGES, passage_ids)
            found = {row.id: passage_from(row) for row in rows}
            ids = {passage.article_id for passage in found.values()}
            whole = _rows(connection, _ARTICLES, ids)
            return found, {row.id: article_from(row, row.id, row.origin) for row in whole}

    @contextmanager
    def _at_one_moment(self) -> Iterator[Connection]:
        """A connection to which nobody else's writing shows: what it reads first and last belong together."""
        with self.engine.connect() as connection:
            if self.is_shared:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            else:
                connection.exec_driver_sql("BEGIN")
            yield connection

    def passages_of(self, article_id: str) -> list[Passage]:
        """The passages of one article, in the order of its text."""
        query = select(passages).where(passages.c.article_id == article_id).order_by(passages.c.start)
        with self.engine.connect() as connection:
            return [passage_from(row) for row in connection.execute(query)]

    def passage_ids(self) -> NDArray[np.int64]:
        """The ids of all passages, ascending."""
        with self.engine.connect() as connection:
            return np.fromiter(
                connection.execute(select(passages.c.id).order_by(passages.c.id)).scalars(), np.int64
            )

    def allowed(self, filters: Filters) -> NDArray[np.int64]:
        """The ids of the passages whose articles pass the filters, ascending."""
        return self._known.of(("allowed", filters), lambda: self._allowed(filters))

    def _allowed(self, filters: Filters) -> NDArray[np.int64]:
        # One long text instead of a row for each passage: a million ids take a fifth of the time.
        ids = aggregate_strings(cast(passages.c.id, Text), ",")
        with self.engine.connect() as connection:
            text = connection.execute(filtered(select(ids).join(articles), filters)).scalar()
        return np.sort(np.fromstring(text or "", np.int64, sep=","))

    def count(self) -> tuple[int, int]:
        """How many articles and how many passages there are."""
        return self._known.of("count", self._count)

    def _count(self) -> tuple[int, int]:
        with self._at_one_moment() as connection:
            return (
                int(connection.execute(select(func.count()).select_from(articles)).scalar_one()),
                int(connection.execute(select(func.count()).select_from(passages)).scalar_one()),
            )

    def summaries(
        self,
        *,
        query: str = "",
        offset: int = 0,
        limit: int = 100,
        filters: Filters | None = None,
        sort: Sort = "published",
    ) -> list[ArticleSummary]:
        """Articles: latest published or added first, or by title or source; what lacks it comes last.

        `query` keeps those with it in title, source, author or origin.
        """
        wanted = matching(filtered(summary_query(), filters or Filters()), query).order_by(*order(sort))
        with self.engine.connect() as connection:
            return [summary(row) for row in connection.execute(wanted.offset(offset).limit(limit))]

    def matching(self, query: str) -> int:
        """How many articles `summaries` would give for a query."""
        with self.engine.connect() as connection:
            counted = matching(select(func.count()).select_from(articles), query)
            return int(connection.execute(counted).scalar_one())

    def names(self, column: str) -> list[tuple[str, int]]:
        """The distinct non-empty values of `source` or `author` with the number of articles, most first."""
        return self._known.of(column, lambda: self._names(column))

    def _names(self, column: str) -> list[tuple[str, int]]:
        of = {"source": articles.c.source, "author": articles.c.author}[column]
        number = func.count().label("number")
        query = select(of, number).where(of != "").group_by(of).order_by(number.desc(), of)
        with self.engine.connect() as connection:
            return [(str(name), int(count)) for name, count in connection.execute(query)]

    def dated(self) -> tuple[date, date] | None:
        """The first and the last day of publication; None when no article has a date."""
        return self._known.of("dated", self._dated)

    def _dated(self) -> tuple[date, date] | None:
        with self.engine.connect() as connection:
            # Apart, each is one step into the index of dates; together they would read all of it.
            first, last = connection.execute(
                select(
                    select(func.min(articles.c.published)).scalar_subquery(),
                    select(func.max(articles.c.published)).scalar_subquery(),
                )
            ).one()
        return (first, last) if first else None

    def origins(self) -> dict[str, str]:
        """Every origin and the id of the article that came from it."""
        with self.engine.connect() as connection:
            return {str(o): str(a) for o, a in connection.execute(select(origins.c.origin, origins.c.article_id))}

    def origins_below(self, place: str) -> Iterator[tuple[str, str]]:
        """The origins that begin so, ascending, each with the id of its article, read a few at a time."""
        after, last = place, place + "\U0010ffff"
        wanted = select(origins.c.origin, origins.c.article_id).order_by(origins.c.origin).limit(_MOST_IDS)
        is_first = True
        while True:
            begins = origins.c.origin >= after if is_first else origins.c.origin > after
            with self.engine.connect() as connection:
                rows = connection.execute(wanted.where(begins, origins.c.origin <= last)).all()
            yield from ((str(origin), str(article_id)) for origin, article_id in rows)
            if len(rows) < _MOST_IDS:
                return
            after, is_first = str(rows[-1].origin), False

    def all_articles(self) -> Iterator[str]:
        """The ids of all articles, ascending."""
        with self.engine.connect() as connection:
            yield from connection.execute(select(articles.c.id).order_by(articles.c.id)).scalars().all()

    def _in_batches(self, query: Select[Any], ids: Collection[Any]) -> Iterator[Row[Any]]:
        with self.engine.connect() as connection:
            yield from _rows(connection, query, ids)


def _rows(connection: Connection, query: Select[Any], ids: Collection[Any]) -> Iterator[Row[Any]]:
    # Any: SQLAlchemy's rows carry no static types for tables declared without the ORM.
    wanted = list(ids)
    for at in range(0, len(wanted), _MOST_IDS):
        yield from connection.execute(query, {"ids": wanted[at : at + _MOST_IDS]}).all()
