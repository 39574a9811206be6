"""Rows put in place of those with the same key, in the dialect of either database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Put rows into a table, each in place of the one that has its primary key, if there is one."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]  # both say it in the same words
    put = insert(table)
    key = [column.name for column in table.primary_key]
    other = {column.name: put.excluded[column.name] for column in table.columns if column.name not in key}
    connection.execute(put.on_conflict_do_update(index_elements=key, set_=other), list(rows))
