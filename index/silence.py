"""Connections to PostgreSQL on which nobody waits for a server that is frozen or gone; statements are not its matter.

PostgreSQL's own library waits for an answer without end, and from the answer alone a frozen server cannot be told from
a slow one. So when nothing has come for a while, the server is asked on another line whether it is there at all.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Generator
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

import psycopg

T = TypeVar("T")

QUIET, ANSWERS_WITHIN = 0.8, 1.4
"""Seconds without a word after which a server is asked, and those that it has to answer: faces promise three."""

_NOT_ASKED_FOR = 0.5
_GLANCE = 0.1
# "Do you speak TLS?", which a server answers with a byte before it knows who asks, and does not log.
_KNOCK = struct.pack("!ii", 8, 80877103)


class Server:
    """A server; all threads share what is known of it."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._asked_at = self._silent_at = float("-inf")

    def connect(self, *said: Any, **options: Any) -> Attentive:  # Any: what psycopg.connect takes
        """A connection; raises OperationalError at once while the server is known to be silent."""
        if monotonic() - self._silent_at < _NOT_ASKED_FOR:
            raise psycopg.OperationalError("it did not answer a moment ago")
        connection = Attentive.connect(*said, **options)
        connection.server = self
        return connection

    def is_there(self, host: str, port: int, since: float) -> bool:
        """Whether it has answered anybody of this process who asked it after a moment."""
        with self._turn:
            if self._asked_at < since:
                self._asked_at = monotonic()
                if not _answers(host, port):
                    self._silent_at = monotonic()
            return self._silent_at < self._asked_at


class Attentive(psycopg.Connection[Any]):
    """A connection that is closed, with OperationalError, once its server is found silent."""

    server: Server

    def wait(
        self, gen: Generator[Any, Any, T], interval: float = _GLANCE, timeout: float | None = None
    ) -> T:  # Any: psycopg's own states of a socket
        """See `psycopg.Connection.wait`, through which everything goes that waits for the server."""
        limited = {} if timeout is None else {"timeout": timeout}  # which 3.2 does not know
        try:
            return super().wait(self._attended(gen), interval, **limited)
        except _SilentError:
            self.close()
            raise

    def _attended(self, gen: Generator[Any, Any, T]) -> Generator[Any, Any, T]:
        """The same, looking at the clock whenever nothing has come for a glance."""
        heard, is_doubted = monotonic(), False
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if ready:
                    heard, is_doubted = monotonic(), False
                elif is_doubted:
                    raise _SilentError(f"it has said nothing for {monotonic() - heard:.1f} s")
                elif monotonic() - heard > QUIET:
                    is_doubted = not self._is_there(heard)
                    heard = heard if is_doubted else monotonic()
                wanted = gen.send(ready)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # what the generator gives back

    def _is_there(self, heard: float) -> bool:
        return self.server.is_there(self.info.hostaddr or self.info.host, self.info.port, heard)


class _SilentError(psycopg.OperationalError):
    """The server says nothing, neither here nor to those who ask it anew."""


def _answers(host: str, port: int) -> bool:
    try:
        with socket.socket(_family(host)) as line:
            line.settimeout(ANSWERS_WITHIN)
            # @ is libpq's sign for the NUL before the name of a socket that is no file.
            path = f"\0{host[1:]}" if host.startswith("@") else host
            line.connect((host, port) if line.family != socket.AF_UNIX else f"{path}/.s.PGSQL.{port}")
            line.sendall(_KNOCK)
            line.recv(1)
    except OSError:
        return False
    return True


def _family(host: str) -> socket.AddressFamily:
    if host.startswith(("/", "@")):
        return socket.AF_UNIX
    return socket.AF_INET6 if ":" in host else socket.AF_INET
