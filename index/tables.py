"""The tables of the catalogue and how its database is opened; it knows no article and asks no question."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.schema import CreateColumn

SCHEMA = 1

tables = MetaData()

state = Table(
    "state",
    tables,
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
)
"""`schema`: the version of these tables. `sequence`: grows by one with every transaction that writes."""


def _described() -> list[Column[object]]:
    """The columns that an article and each of its earlier versions have in common."""
    return [
        Column("title", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("source", Text, nullable=False),
        Column("author", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("published", Date),
        Column("published_at", String(40), nullable=False, server_default=""),  # ISO 8601 with its time zone
        Column("dated_by", String(80), nullable=False, server_default=""),
        Column("language", String(16), nullable=False, server_default=""),
        Column(
            "pages", Text, nullable=False, server_default=""
        ),  # "0:1 2210:2", from which character on which page
        Column("added_at", Integer, nullable=False),  # seconds since 1970, UTC
    ]


articles = Table(
    "articles",
    tables,
    Column("id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("origin", Text, nullable=False),
    # Folded for filters: SQLite's own lower() knows ASCII only.
    Column("source_key", Text, nullable=False),
    Column("author_key", Text, nullable=False),
    *_described(),
    Index("articles_by_digest", "digest"),
    Index("articles_by_source", "source_key"),
    Index("articles_by_published", "published"),
    Index("articles_by_url", "url"),
)

versions = Table(
    "versions",
    tables,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    *_described(),
)
"""What an article said before; its current version is in `articles`."""

origins = Table(
    "origins",
    tables,
    Column("origin", Text, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""Every place an article was read from; several when copies of one file lie about."""

passages = Table(
    "passages",
    tables,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentence_ends", Text, nullable=False),  # "35 80 112", counted from the passage's start
    sqlite_autoincrement=True,  # an id is never used twice, so a stale vector can never pass for a new passage
)

files = Table(
    "files",
    tables,
    Column("path", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("changed", Integer, nullable=False),  # nanoseconds since 1970
    Column("articles", Integer, nullable=False),
    Column("reading", Integer, nullable=False),
    Column("columns", Text, nullable=False, server_default=""),  # as JSON, empty without any
)
"""Files that were read whole, as they were then: one that still has this size and time is not read again."""

pages = Table(
    "pages",
    tables,
    Column("url", Text, primary_key=True),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("checked_at", Integer, nullable=False),  # seconds since 1970, UTC
)
"""Pages that were fetched, and what their server said, by which it can tell whether they have changed since."""

hints = Table(
    "hints",
    tables,
    Column("url", Text, primary_key=True),
    Column("hint", Text, nullable=False),
)
"""What a feed or sitemap said of a page when it was last fetched: while it says the same, nobody is asked."""


def iso(moment: datetime | None) -> str:
    """An instant as the tables hold it, with its zone; empty where none is known."""
    return moment.isoformat() if moment else ""


def open_database(path: Path) -> Engine:
    """The SQLite database at `path`, made with its tables when it is not there."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare)
    with engine.begin() as connection:
        tables.create_all(connection)
        _add_columns(connection)
        if connection.execute(select(state.c.value).where(state.c.name == "schema")).scalar() is None:
            connection.execute(
                insert(state), [{"name": "schema", "value": SCHEMA}, {"name": "sequence", "value": 0}]
            )
    return engine


def _add_columns(connection: Connection) -> None:
    """Give the tables of an index from before the columns and look-ups they lack; every new column has a default."""
    for table in tables.sorted_tables:
        there = {column["name"] for column in inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                described = CreateColumn(column).compile(connection)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {described}")
        for index in table.indexes:
            index.create(connection, checkfirst=True)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")  # readers go on while one process writes
    cursor.execute("PRAGMA synchronous = FULL")  # what was reported as added survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
