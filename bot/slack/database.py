"""One SQLite file shared by the threads and worker processes of the Slack app; it knows no table."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

Value = str | int | float


class Database:
    """A connection behind a lock. Other processes are waited for up to two seconds.

    A rollback journal and not WAL: SQLite from 3.7.0 to 3.51.2 can damage a WAL file that several processes
    check-point. What is not `durable` is written without waiting for the disk: it survives a crash of this
    program, not a power cut, after which a damaged file is begun anew.
    """

    def __init__(self, path: Path, schema: str, *, durable: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        if not durable and not _is_sound(path):
            path.unlink()
        self._connection = sqlite3.connect(path, timeout=2, isolation_level=None, check_same_thread=False)
        with suppress(PermissionError):  # another user's file; what it holds was theirs to protect
            path.chmod(0o600)
        self._connection.execute("PRAGMA journal_mode = TRUNCATE")
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        with self.writing() as connection:
            for statement in schema.split(";"):
                connection.execute(statement)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that nobody else writes into; undone when the block raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, query: str, values: Sequence[Value] = ()) -> list[tuple[Value, ...]]:
        """Every row of a query."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def _is_sound(path: Path) -> bool:
    if not path.exists():
        return True
    connection = sqlite3.connect(path, timeout=2)
    try:
        return bool(connection.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.OperationalError:  # busy: another worker is using it, so it can be read
        return True
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()
