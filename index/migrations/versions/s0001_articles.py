"""Articles, their versions, origins and passages, and what was read; an index from before Alembic is taken over."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateColumn

revision = "0001"
down_revision: str | None = None

_words = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_whole = sa.Integer()
_long = sa.BigInteger()


def _described() -> list[sa.Column[Any]]:  # Any: texts, days and numbers
    return [
        *(
            sa.Column(name, _words, nullable=False)
            for name in ("title", "text", "digest", "source", "author", "url")
        ),
        sa.Column("published", sa.Date()),
        *(
            sa.Column(name, _words, nullable=False, server_default="")
            for name in ("published_at", "dated_by", "language", "pages")
        ),
        sa.Column("added_at", _long, nullable=False),
    ]


def _article_id(*, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    refers = sa.ForeignKey("articles.id", ondelete="CASCADE")
    return sa.Column("article_id", _words, refers, primary_key=primary_key, nullable=False, index=index)


def _tables() -> sa.MetaData:
    tables = sa.MetaData()
    sa.Table(
        "state", tables, sa.Column("name", _words, primary_key=True), sa.Column("value", _long, nullable=False)
    )
    sa.Table(
        "about", tables, sa.Column("name", _words, primary_key=True), sa.Column("value", _words, nullable=False)
    )
    sa.Table(
        "articles",
        tables,
        sa.Column("id", _words, primary_key=True),
        sa.Column("version", _whole, nullable=False),
        *(sa.Column(name, _words, nullable=False) for name in ("origin", "source_key", "author_key")),
        *_described(),
        sa.Index("articles_by_digest", "digest"),
        sa.Index("articles_by_source", "source_key", postgresql_using="hash"),
        sa.Index("articles_by_published", "published"),
        sa.Index("articles_by_url", "url", postgresql_using="hash"),
    )
    sa.Table(
        "versions",
        tables,
        _article_id(primary_key=True),
        sa.Column("version", _whole, primary_key=True),
        *_described(),
    )
    sa.Table("origins", tables, sa.Column("origin", _words, primary_key=True), _article_id(index=True))
    sa.Table(
        "passages",
        tables,
        sa.Column("id", _id, primary_key=True),
        _article_id(index=True),
        sa.Column("start", _whole, nullable=False),
        sa.Column("end", _whole, nullable=False),
        sa.Column("sentence_ends", _words, nullable=False),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "files",
        tables,
        sa.Column("path", _words, primary_key=True),
        sa.Column("size", _long, nullable=False),
        sa.Column("changed", _long, nullable=False),
        sa.Column("articles", _whole, nullable=False),
        sa.Column("reading", _whole, nullable=False),
        sa.Column("columns", _words, nullable=False, server_default=""),
    )
    sa.Table(
        "pages",
        tables,
        sa.Column("url", _words, primary_key=True),
        *(sa.Column(name, _words, nullable=False) for name in ("etag", "modified")),
        sa.Column("checked_at", _long, nullable=False),
    )
    sa.Table("hints", tables, sa.Column("url", _words, primary_key=True), sa.Column("hint", _words, nullable=False))
    return tables


def upgrade() -> None:
    """Make the tables; give those of an index from before Alembic the columns and look-ups that they lack."""
    connection = op.get_bind()
    tables = _tables()
    tables.create_all(connection)
    for table in tables.sorted_tables:
        there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
        for column in table.columns:
            if column.name not in there:
                described = CreateColumn(column).compile(connection)
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {described}")
        for index in table.indexes:
            index.create(connection, checkfirst=True)
    state, about = tables.tables["state"], tables.tables["about"]
    if connection.execute(sa.select(state.c.value).where(state.c.name == "sequence")).scalar() is None:
        connection.execute(sa.insert(state).values(name="sequence", value=0))
    connection.execute(sa.insert(about).values(name="catalogue", value=uuid4().hex))
