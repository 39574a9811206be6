"""The sources that are kept in step, and what became of each look: a database of their own beside the catalogue.

It is apart from the catalogue because a build holds that for minutes, while these rows are written at any time;
losing it loses a list of sources and no article.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    create_engine,
    delete,
    event,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert

from index.article import digest_of
from index.errors import ArticleMissingError, ReadError
from index.origin import is_web

_NAME = "watch.sqlite"

_tables = MetaData()
_sources = Table(
    "sources",
    _tables,
    Column("source", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("every", Float, nullable=False),  # seconds
    Column("allow_private", Boolean, nullable=False),
    Column("move_failed", Boolean, nullable=False),
    Column("added_at", Float, nullable=False),  # seconds since 1970, UTC, as are the others
    Column("looked_at", Float),
    Column("outcome", Text, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("failures", Integer, nullable=False),
)
_messages = Table(
    "messages",
    _tables,
    Column("source", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("read_at", Float, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """A source that is kept in step; times are seconds since 1970, UTC, and `every` is in seconds.

    `kind` is "folder", "file" or "mail", or for a URL "web" until it has been looked at, and then "page", "feed"
    or "sitemap". `looked_at` is None before the first look, `outcome` says in a few words what the last one
    came to, and `failures` counts those in a row that came to nothing.
    """

    source: str
    kind: str
    every: float
    allow_private: bool
    move_failed: bool
    added_at: float
    looked_at: float | None
    outcome: str
    next_at: float
    failures: int

    @property
    def is_web(self) -> bool:
        """Whether it is fetched, and not read from a disk."""
        return is_web(self.source)


def placed(source: str, is_mail: bool = False) -> tuple[str, str]:
    """A source as it is stored, an absolute path or a URL, and its kind; raises ReadError when it is not there."""
    if is_web(source):
        if is_mail:
            raise ReadError(source, "is no folder of messages; expected the path of one")
        return source, "web"
    path = Path(source).expanduser()
    try:
        path = path.resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        raise ReadError(source, f"cannot be found ({said}); expected a file, a folder or a URL") from error
    is_maildir = (path / "new").is_dir() and (path / "cur").is_dir()
    if is_mail or is_maildir or path.suffix.lower() == ".mbox":
        return str(path), "mail"
    return str(path), "folder" if path.is_dir() else "file"


class WatchList:
    """The sources of one index folder; safe to use from many threads and processes."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._engine = create_engine(f"sqlite:///{folder / _NAME}", connect_args={"timeout": 30})
        event.listen(self._engine, "connect", _prepare)
        with self._engine.begin() as connection:
            _tables.create_all(connection)

    @staticmethod
    def are_there(folder: Path) -> bool:
        """Whether an index folder has a list of sources at all; nothing is made to find out."""
        return (folder / _NAME).is_file()

    def add(
        self,
        source: str,
        kind: str,
        every: float,
        *,
        allow_private: bool = False,
        move_failed: bool = False,
        keep_pace: bool = False,
    ) -> Watched:
        """Keep a source in step from now on, with a first look at once.

        One that is there already is changed to what is given, its history kept; with `keep_pace` it also
        keeps how often it is looked at.
        """
        said = {"allow_private": allow_private, "move_failed": move_failed}
        row = insert(_sources).values(
            source=source,
            kind=kind,
            every=every,
            added_at=self._clock(),
            outcome="",
            next_at=self._clock(),
            failures=0,
            **said,
        )
        changed = said if keep_pace else {**said, "every": every, "next_at": self._clock()}
        with self._engine.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["source"], set_=changed))
        return self.one(source)

    def remove(self, source: str) -> None:
        """Stop keeping a source in step; its articles stay. Raises ArticleMissingError for one that is not kept."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(_sources).where(_sources.c.source == source)).rowcount
            connection.execute(delete(_messages).where(_messages.c.source == source))
        if not gone:
            raise ArticleMissingError(f"{source!r} is not watched; see: python -m bot watch --list")

    def one(self, source: str) -> Watched:
        """A source; raises ArticleMissingError when it is not kept in step."""
        with self._engine.connect() as connection:
            row = connection.execute(select(_sources).where(_sources.c.source == source)).first()
        if row is None:
            raise ArticleMissingError(f"{source!r} is not watched; see: python -m bot watch --list")
        return _source(row)

    def all(self) -> list[Watched]:
        """All sources, by name."""
        with self._engine.connect() as connection:
            return [_source(row) for row in connection.execute(select(_sources).order_by(_sources.c.source))]

    def note(self, source: str, outcome: str, wait: float, failures: int, kind: str = "") -> Watched | None:
        """Write down a look that ended now, and that the next one comes in `wait` seconds.

        None when the source has been taken off the list meanwhile.
        """
        now = self._clock()
        said = {"outcome": outcome, "looked_at": now, "next_at": now + wait, "failures": failures}
        with self._engine.begin() as connection:
            connection.execute(
                update(_sources).where(_sources.c.source == source).values({**said, "kind": kind} if kind else said)
            )
            row = connection.execute(select(_sources).where(_sources.c.source == source)).first()
        return _source(row) if row is not None else None

    def is_read(self, source: str, message: str) -> bool:
        """Whether a message of a mail folder, named by its id or its bytes, was read before."""
        key = digest_of(message)
        wanted = select(_messages.c.key).where(_messages.c.source == source, _messages.c.key == key)
        with self._engine.connect() as connection:
            return connection.execute(wanted).first() is not None

    def note_read(self, source: str, messages: list[str]) -> None:
        """Remember messages whose articles are in, so that each is read once wherever it is moved."""
        rows = [{"source": source, "key": digest_of(each), "read_at": self._clock()} for each in messages]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(insert(_messages).on_conflict_do_nothing(), rows)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()


def _source(row: Row[Any]) -> Watched:  # Any: rows of tables without the ORM carry no types
    return Watched(**row._mapping)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.close()
