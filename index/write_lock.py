"""Who may write: one process to a folder of derived files, and one on any machine to a database that is shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, text

from index.database import WRITE_LOCK, is_shared
from index.errors import IndexBusyError, ServerAwayError


class WriteLock:
    """The right to write, held by a whole process: its threads take turns, and may take it again within."""

    def __init__(self, folder: Path, engine: Engine) -> None:
        self._folder = folder
        self._engine = engine
        self._turn = RLock()
        # One lock for all threads, who take their turns: what one of them holds is held for all.
        self._file = FileLock(folder / "write.lock", timeout=0, thread_local=False)
        self._connection: Connection | None = None
        self._holders = 0

    @contextmanager
    def files(self) -> Iterator[None]:
        """The right to write derived files, and the turn among this process's threads, for as long as it lasts.

        Raises IndexBusyError while another process has it.
        """
        with self._turn:
            self._take_files()
            try:
                yield
            finally:
                self._file.release()

    @contextmanager
    def all(self) -> Iterator[None]:
        """The same, and the right to write to the catalogue."""
        with self._turn:
            self._take()
            try:
                yield
            finally:
                self._release()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keeps other processes from writing for as long as it lasts; threads of this one still take turns."""
        with self._turn:
            self._take()
        try:
            yield
        finally:
            with self._turn:
                self._release()

    def check(self) -> None:
        """Raises ServerAwayError where the lock was lost with its connection, and another machine may have it now."""
        if self._connection is not None:
            self._connection.execute(text("SELECT 1"))

    def _take_files(self) -> None:
        try:
            self._file.acquire()
        except Timeout as error:
            raise IndexBusyError(
                f"another process is writing to {self._folder}; wait until it has finished, then try again"
            ) from error

    def _take(self) -> None:
        self._take_files()
        try:
            if not self._holders and is_shared(self._engine):
                self._connection = _locked(self._engine)
        except BaseException:
            self._file.release()
            raise
        self._holders += 1

    def _release(self) -> None:
        self._holders -= 1
        if not self._holders and self._connection is not None:
            connection, self._connection = self._connection, None
            with suppress(ServerAwayError):  # then the lock went with its connection
                connection.close()
        self._file.release()


@contextmanager
def database_lock(engine: Engine) -> Iterator[None]:
    """The right to write to a shared database alone; raises IndexBusyError while another process has it."""
    if not is_shared(engine):
        yield
        return
    with _locked(engine):
        yield


def _locked(engine: Engine) -> Connection:
    """A connection that is the lock: when it is closed, by whoever or whatever, the lock is free."""
    connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    connection.detach()
    if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": WRITE_LOCK}).scalar_one():
        connection.close()
        raise IndexBusyError(
            "another process, perhaps on another machine, is writing to the same database; wait until it has "
            "finished, then try again"
        )
    return connection
