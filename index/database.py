"""Opening the catalogue's database, a SQLite file or a PostgreSQL server, with the tables of today; it reads none."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, InterfaceError, NoSuchModuleError, OperationalError

from index.errors import IndexDamagedError, IndexMissingError, ServerAwayError, SettingError
from index.migrations import HEAD, UnknownStepError, upgrade

# The least that PostgreSQL's own library takes; faces promise an answer or a notice within three seconds, of a server
# under open connections index/silence.py sees to it.
_CONNECT_WITHIN = 2
# Of a cable that was pulled no program hears; what was sent and is not acknowledged in time ends the connection.
_CONNECTED = {"connect_timeout": _CONNECT_WITHIN, "tcp_user_timeout": 2_500, "keepalives_idle": 10}
_STATEMENT_WITHIN = 60
# Eight questions at a time over REST, the threads of the other faces, and a writer with its lock.
_KEPT_OPEN, _BEYOND = 8, 48
# "PULLQUOT", for PostgreSQL's advisory locks, which are numbers that programs agree on.
STEPS_LOCK, WRITE_LOCK = 0x50554C4C51554F54 - 1, 0x50554C4C51554F54

# Connections that broke or were refused, a server that starts or stops or is read-only, time that ran out.
_AWAY = ("08", "57")
_AWAY_TOO = ("25006", "53300")


def database_url(written: str) -> URL:
    """The address of a PostgreSQL database; raises SettingError for anything else, and never shows its password."""
    try:
        url = make_url(written)
        name = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        url, name = URL.create("none"), "none"
    if name not in ("postgresql", "postgres") or "sqlite" in url.drivername or not url.database:
        shown = f"{url.drivername}://…" if name != "none" else "not an address"
        raise SettingError(
            f"the database is {shown}, expected postgresql://USER:PASSWORD@HOST/DATABASE; leave it out to keep the "
            "catalogue in the index folder"
        )
    return url.set(drivername="postgresql+psycopg")


def shown(url: URL) -> str:
    """The address as people may see it, without its password."""
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def is_shared(engine: Engine) -> bool:
    """Whether other machines may read and write the same database."""
    return engine.dialect.name == "postgresql"


def open_database(at: Path | URL, create: bool = True) -> Engine:
    """The database, its tables brought to what they are today.

    A SQLite file is made where it is missing, and the tables of a server where `create` is set. Raises
    IndexMissingError without them, IndexDamagedError where they are of a later version, ServerAwayError.
    """
    if isinstance(at, Path):
        engine = create_engine(f"sqlite:///{at}", connect_args={"timeout": 30})
        event.listen(engine, "connect", _prepare_sqlite)
        name = str(at)
    else:
        engine = _server(at)
        name = shown(at)
    try:
        _bring_up_to_date(engine, name, create)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _server(url: URL) -> Engine:
    from index.silence import Server  # here, because it brings in PostgreSQL's library

    server = Server()
    engine = create_engine(
        url,
        pool_pre_ping=True,  # a connection that died while it was kept is replaced, not handed out
        pool_size=_KEPT_OPEN,
        max_overflow=_BEYOND,
        pool_timeout=_CONNECT_WITHIN,
        connect_args={"application_name": "pullquote", **_CONNECTED, **url.query},
    )
    event.listen(engine, "do_connect", lambda _dialect, _record, said, options: server.connect(*said, **options))
    event.listen(engine, "connect", _prepare_server)
    event.listen(engine, "handle_error", _Away(shown(url)))
    return engine


class _Away:
    """Tells what went wrong between us and the server from what went wrong within it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, context: ExceptionContext) -> None:
        if context.is_pre_ping:
            return  # the pool is about to connect anew
        code = getattr(context.original_exception, "sqlstate", None)
        is_away = code is None or code[:2] in _AWAY or code in _AWAY_TOO
        if is_away and isinstance(context.sqlalchemy_exception, OperationalError | InterfaceError):
            reason = " ".join(str(context.original_exception).split())
            raise ServerAwayError("the database of the articles", self._name, reason)


def _bring_up_to_date(engine: Engine, name: str, create: bool) -> None:
    with engine.connect() as connection:
        step = _step(connection)
    if step == HEAD:
        return
    if not step and not create and is_shared(engine):
        raise IndexMissingError(
            f"there are no articles in {name}; bring some in with: python -m bot add FOLDER_OF_ARTICLES --database ..."
        )
    with engine.connect() as connection:
        _take_turn(connection, name)  # one process at a time: another one finds it done
        try:
            if _step(connection) != HEAD:
                upgrade(connection)
        except UnknownStepError as error:
            raise IndexDamagedError(
                f"{name} was written by a later version of Pullquote ({error}), this one knows its tables up to step "
                f"{HEAD}; open it with that version"
            ) from error
        connection.commit()


def _take_turn(connection: Connection, name: str) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise SettingError(
            f"{name} holds text as {encoding}, expected UTF8; make one with: createdb -E UTF8 -T template0"
        )
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": STEPS_LOCK})


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


def _prepare_server(connection: Any, _record: object) -> None:
    # Any: psycopg's connection, whose library is loaded by SQLAlchemy and only where it is used.
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{_STATEMENT_WITHIN}s'")
        # A machine that vanishes with the write lock in its hands must not keep it for hours.
        cursor.execute("SET tcp_keepalives_idle = 10")
        cursor.execute("SET tcp_keepalives_interval = 5")
        cursor.execute("SET tcp_keepalives_count = 3")
    connection.commit()
