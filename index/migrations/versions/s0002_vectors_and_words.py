"""What an index that is searched in Milvus keeps of its passages; one that made its tables itself is taken over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"

_id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _passage_id() -> sa.Column[int]:
    return sa.Column("passage_id", _id, primary_key=True, autoincrement=False)


def _tables() -> sa.MetaData:
    tables = sa.MetaData()
    sa.Table(
        "corpus",
        tables,
        sa.Column("name", sa.String(32), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    sa.Table(
        "kept",
        tables,
        _passage_id(),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("inside", sa.LargeBinary(), nullable=False),
    )
    sa.Table(
        "outbox",
        tables,
        sa.Column("id", _id, primary_key=True),
        sa.Column("passage_id", _id, nullable=False),
        sa.Column("kind", sa.String(4), nullable=False),
        sa.Column("fed_at", sa.Float()),
        sa.Index("outbox_by_fed", "fed_at"),
        sqlite_autoincrement=True,
    )
    sa.Table(
        "postings",
        tables,
        sa.Column("term", sa.String(64), primary_key=True),
        _passage_id(),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("norm", sa.Integer(), nullable=False),
        sa.Index("postings_by_passage", "passage_id"),
        sqlite_with_rowid=False,
    )
    sa.Table("lengths", tables, _passage_id(), sa.Column("length", sa.Integer(), nullable=False))
    return tables


def upgrade() -> None:
    """Make those of the tables that are not there."""
    _tables().create_all(op.get_bind())
