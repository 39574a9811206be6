"""The tables of the catalogue, the same in SQLite and in PostgreSQL; it opens no database and knows no article.

Whoever changes a table also writes how a database of today becomes one of tomorrow: see index/migrations.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Date, Dialect, ForeignKey, Index, Integer, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator


class Words(TypeDecorator[str]):
    """Text that is compared and sorted by code point in every database.

    PostgreSQL keeps no NUL. Whoever asks for a name with one in it finds nothing, as it should be.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Text:
        """The column's type in this database."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as it is sent to the database."""
        return value.replace("\0", "\ufffd") if value else value


Id = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database gives; SQLite counts up in columns that are called INTEGER and in no other."""

tables = MetaData()

state = Table(
    "state",
    tables,
    Column("name", Words, primary_key=True),
    Column("value", BigInteger, nullable=False),
)
"""`sequence` grows by one with every transaction that writes."""

about = Table(
    "about",
    tables,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
)
"""`catalogue`: a name that no other catalogue has. `encoder`, `encoder_digest`: what its passages are split for."""


def _described() -> list[Column[object]]:
    """The columns that an article and each of its earlier versions have in common."""
    return [
        Column("title", Words, nullable=False),
        Column("text", Words, nullable=False),
        Column("digest", Words, nullable=False),
        Column("source", Words, nullable=False),
        Column("author", Words, nullable=False),
        Column("url", Words, nullable=False),
        Column("published", Date),
        Column("published_at", Words, nullable=False, server_default=""),  # ISO 8601 with its time zone
        Column("dated_by", Words, nullable=False, server_default=""),
        Column("language", Words, nullable=False, server_default=""),
        Column("pages", Words, nullable=False, server_default=""),  # "0:1 2210:2", which character on which page
        Column("added_at", BigInteger, nullable=False),  # seconds since 1970, UTC
    ]


articles = Table(
    "articles",
    tables,
    Column("id", Words, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("origin", Words, nullable=False),
    # Folded for filters: SQLite's own lower() knows ASCII only.
    Column("source_key", Words, nullable=False),
    Column("author_key", Words, nullable=False),
    *_described(),
    Index("articles_by_digest", "digest"),
    # By hash, PostgreSQL takes texts of any length; one of more than 2.7 kB in a sorted index would end a build.
    Index("articles_by_source", "source_key", postgresql_using="hash"),
    Index("articles_by_published", "published"),
    Index("articles_by_url", "url", postgresql_using="hash"),
)

versions = Table(
    "versions",
    tables,
    Column("article_id", Words, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, primary_key=True),
    *_described(),
)
"""What an article said before; its current version is in `articles`."""

origins = Table(
    "origins",
    tables,
    Column("origin", Words, primary_key=True),
    Column("article_id", Words, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
)
"""Every place an article was read from; several when copies of one file lie about."""

passages = Table(
    "passages",
    tables,
    Column("id", Id, primary_key=True),
    Column("article_id", Words, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentence_ends", Words, nullable=False),  # "35 80 112", counted from the passage's start
    sqlite_autoincrement=True,  # an id is never used twice, so a stale vector can never pass for a new passage
)

files = Table(
    "files",
    tables,
    Column("path", Words, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),  # nanoseconds since 1970
    Column("articles", Integer, nullable=False),
    Column("reading", Integer, nullable=False),
    Column("columns", Words, nullable=False, server_default=""),  # as JSON, empty without any
)
"""Files that were read whole, as they were then: one that still has this size and time is not read again."""

pages = Table(
    "pages",
    tables,
    Column("url", Words, primary_key=True),
    Column("etag", Words, nullable=False),
    Column("modified", Words, nullable=False),
    Column("checked_at", BigInteger, nullable=False),  # seconds since 1970, UTC
)
"""Pages that were fetched, and what their server said, by which it can tell whether they have changed since."""

hints = Table(
    "hints",
    tables,
    Column("url", Words, primary_key=True),
    Column("hint", Words, nullable=False),
)
"""What a feed or sitemap said of a page when it was last fetched: while it says the same, nobody is asked."""


def iso(moment: datetime | None) -> str:
    """An instant as the tables hold it, with its zone; empty where none is known."""
    return moment.isoformat() if moment else ""
