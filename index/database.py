"""Opening the catalogue's database, a SQLite file or a PostgreSQL server, with the tables of today; it reads none."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from index.errors import IndexDamagedError
from index.migrations import HEAD, UnknownStepError, upgrade


def open_database(path: Path) -> Engine:
    """The SQLite database at `path`, made when it is not there, its tables brought to what they are today."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})
    event.listen(engine, "connect", _prepare_sqlite)
    try:
        _bring_up_to_date(engine, str(path))
    except BaseException:
        engine.dispose()
        raise
    return engine


def _bring_up_to_date(engine: Engine, name: str) -> None:
    with engine.connect() as connection:
        if _step(connection) == HEAD:
            return
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # one process at a time: another one finds it done
        try:
            if _step(connection) != HEAD:
                upgrade(connection)
        except UnknownStepError as error:
            raise IndexDamagedError(
                f"{name} was written by a later version of Pullquote ({error}), this one knows its tables up to step "
                f"{HEAD}; open it with that version"
            ) from error
        connection.commit()


def _step(connection: Connection) -> str:
    """The last step of index/migrations that the database has taken; empty before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")  # readers go on while one process writes
    cursor.execute("PRAGMA synchronous = FULL")  # what was reported as added survives a power cut
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
