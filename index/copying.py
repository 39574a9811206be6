"""A catalogue copied row by row into another database, and compared with it; it encodes and ranks nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Engine, Row, Table, delete, func, insert, select, text, tuple_, update

from index.article import digest_of
from index.catalogue import Catalogue
from index.errors import IndexDamagedError, SettingError
from index.tables import about, state, tables
from index.upsert import upsert
from index.write_lock import database_lock

OnCopied = Callable[[int, int], None]
"""(rows copied so far, rows in all)."""

COPIED = "copied"
"""What `about` calls the catalogue, and its sequence, that this one is a copy of."""

# Rows of a transaction, each as long as an article can be or a few numbers.
_LONG, _SHORT = 200, 5_000
_SAID = {"articles": _LONG, "versions": _LONG}


def copied_tables() -> list[Table]:
    """The tables that a copy holds, those that others refer to first."""
    return [table for table in tables.sorted_tables if table.name not in (state.name, about.name)]


def copy_catalogue(source: Catalogue, target: Catalogue, on_copied: OnCopied) -> None:
    """Copy every row of one catalogue into another, empty one; a copy that was cut short goes on where it was.

    Passages keep their ids. Nobody may write to the source meanwhile, which is the caller's to see to. Raises
    SettingError where the target holds other articles, IndexBusyError while it is being written to.
    """
    mark = f"{source.name} {source.sequence()}"
    with database_lock(target.engine):
        if target.sequence():
            if _said(target.engine) == mark:
                return  # it is done; what came since is the target's own
            raise SettingError(
                "the database holds articles already, and no unfinished copy of this index; name an empty one"
            )
        if _said(target.engine) != mark:
            _begin(target.engine, mark)
        total = sum(_count(source.engine, table) for table in copied_tables())
        done = sum(_count(target.engine, table) for table in copied_tables())
        on_copied(done, total)
        for table in copied_tables():
            for rows in _pages(source.engine, table, _last(target.engine, table)):
                with target.engine.begin() as connection:
                    connection.execute(insert(table), [dict(row._mapping) for row in rows])
                on_copied(done := done + len(rows), total)
        _end(source, target)


def compare_catalogues(source: Catalogue, target: Catalogue) -> int:
    """The number of articles, every row of which is in the target as it is in the source, under its digest.

    Raises IndexDamagedError, which names the first row that is not.
    """
    for table in copied_tables():
        counts = _count(source.engine, table), _count(target.engine, table)
        if counts[0] != counts[1]:
            raise IndexDamagedError(
                f"the copy has {counts[1]} {table.name}, expected {counts[0]}; migrate once more"
            )
        for here, there in zip(_pages(source.engine, table), _pages(target.engine, table), strict=True):
            for one, other in zip(here, there, strict=True):
                said = other._mapping
                is_whole = "digest" not in said or digest_of(said["text"]) == said["digest"]
                if tuple(one) != tuple(other) or not is_whole:
                    key = ", ".join(str(said[column.name]) for column in table.primary_key)
                    raise IndexDamagedError(
                        f"the copy's {table.name} differ at {key!r}; empty the database and migrate once more"
                    )
    return source.count()[0]


def _begin(engine: Engine, mark: str) -> None:
    """Empty the target of a copy of something else that was never finished, and mark it as a copy of this."""
    with engine.begin() as connection:
        for table in reversed(copied_tables()):
            connection.execute(delete(table))
        upsert(connection, about, [{"name": COPIED, "value": mark}])


def _end(source: Catalogue, target: Catalogue) -> None:
    """Have the copy be a catalogue of its own: its sequence goes on from the source's, and so do passage ids."""
    with target.engine.begin() as connection:
        connection.execute(update(state).where(state.c.name == "sequence").values(value=source.sequence()))
        if target.is_shared:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence('passages', 'id'), :last)"),
                {"last": max(1, _last_id(source.engine))},
            )


def _last_id(engine: Engine) -> int:
    """The last passage id that was ever given, whether its passage is still there or not."""
    with engine.connect() as connection:
        given = text("SELECT seq FROM sqlite_sequence WHERE name = 'passages'")
        return int(connection.execute(given).scalar() or 0)


def _said(engine: Engine) -> str:
    with engine.connect() as connection:
        return str(connection.execute(select(about.c.value).where(about.c.name == COPIED)).scalar() or "")


def _count(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


Key = Sequence[Any]  # the values of a primary key, of whatever types its columns are


def _last(engine: Engine, table: Table) -> Key:
    """The key of the last row; empty without any."""
    key = list(table.primary_key)
    with engine.connect() as connection:
        row = connection.execute(select(*key).order_by(*(column.desc() for column in key)).limit(1)).first()
    return tuple(row) if row is not None else ()


def _pages(engine: Engine, table: Table, after: Key = ()) -> Iterator[Sequence[Row[Any]]]:
    """The rows of a table behind a key, in the order of their keys, some at a time."""
    key, most = list(table.primary_key), _SAID.get(table.name, _SHORT)
    while True:
        wanted = select(table).order_by(*key).limit(most)
        if after:
            wanted = wanted.where(tuple_(*key) > tuple_(*after))
        with engine.connect() as connection:
            rows = connection.execute(wanted).all()
        if rows:
            yield rows
        if len(rows) < most:
            return
        after = tuple(rows[-1]._mapping[column.name] for column in key)
