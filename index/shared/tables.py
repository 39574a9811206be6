"""The tables beside the catalogue's of an index that is searched in Milvus; files of its own leave them empty.

They are written in the transactions that write passages, so what is found never depends on whether Milvus heard.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from index.tables import Id

shared_tables = MetaData()

corpus = Table(
    "corpus",
    shared_tables,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What all who share the index go by: `encoder`, its digest and dimension, the catalogue's `sequence` that is kept, and
in Milvus the `name` of the index, its `collection` and how many `probes` find enough there."""

kept = Table(
    "kept",
    shared_tables,
    Column("passage_id", Id, primary_key=True, autoincrement=False),
    Column("vector", LargeBinary, nullable=False),  # float16, little-endian
    Column("inside", LargeBinary, nullable=False),  # int8 rows as wide as the vector, see index/inside.py
)

outbox = Table(
    "outbox",
    shared_tables,
    Column("id", Id, primary_key=True),
    Column("passage_id", Id, nullable=False),
    Column("kind", String(4), nullable=False),  # put | drop
    Column("fed_at", Float),  # seconds since 1970, null until Milvus has taken it
    Index("outbox_by_fed", "fed_at"),
    sqlite_autoincrement=True,  # its order is the order in which Milvus must hear
)

postings = Table(
    "postings",
    shared_tables,
    Column("term", String(64), primary_key=True),
    Column("passage_id", Id, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("norm", Integer, nullable=False),  # the passage's length in terms, as BM25 takes it
    Index("postings_by_passage", "passage_id"),
    sqlite_with_rowid=False,  # the table is its own look-up by term
)

lengths = Table(
    "lengths",
    shared_tables,
    Column("passage_id", Id, primary_key=True, autoincrement=False),
    Column("length", Integer, nullable=False),
)


def particulars(connection: Connection) -> dict[str, str]:
    """All that `corpus` says."""
    return {str(name): str(value) for name, value in connection.execute(select(corpus.c.name, corpus.c.value))}


def note(connection: Connection, **values: str | int) -> None:
    """Have `corpus` say this from now on."""
    for name, value in values.items():
        connection.execute(delete(corpus).where(corpus.c.name == name))
        connection.execute(insert(corpus), {"name": name, "value": str(value)})
