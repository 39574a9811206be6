"""Connections to addresses that were checked, and given up in time; it speaks no HTTP."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import httpcore

from index.addresses import Resolve, checked_addresses, is_public

# How long a wait for bytes goes on without a look at whether it is still wanted, in seconds.
_GLANCE = 0.5
_MOST_ADDRESSES = 4


class TooSlowError(Exception):
    """A request took longer, in all, than it may; a server that sends a byte now and then is caught by this."""


class Patience(threading.local):
    """How long the request that a thread is making may still take. `is_stopped` ends it with KeyboardInterrupt.

    The time-outs of httpcore are those of one read: a server that drips never runs into them.
    """

    def __init__(self, is_stopped: Callable[[], bool]) -> None:
        self._is_stopped = is_stopped
        self._until: float | None = None

    @contextmanager
    def for_seconds(self, seconds: float) -> Iterator[None]:
        """Whatever this thread reads in the block must be there in so many seconds."""
        self._until = time.monotonic() + seconds
        try:
            yield
        finally:
            self._until = None

    def left(self) -> float:
        """The seconds left; raises TooSlowError when there are none, KeyboardInterrupt when it was stopped."""
        if self._is_stopped():
            raise KeyboardInterrupt
        if self._until is None:
            return _GLANCE
        left = self._until - time.monotonic()
        if left <= 0:
            raise TooSlowError
        return left


class Guarded(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else.

    The name stays with the connection: certificates and SNI are checked against it, not against the address.
    """

    def __init__(
        self, patience: Patience, find: Resolve, allow_private: bool, is_open: Callable[[str], bool] = is_public
    ) -> None:
        self._patience = patience
        self._find = find
        self._allow_private = allow_private
        self._is_open = is_open
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,  # as httpcore declares it
    ) -> httpcore.NetworkStream:
        failed: Exception = httpcore.ConnectError("no address")
        found = checked_addresses(host, port, self._find, self._allow_private, self._is_open)
        for address in found[:_MOST_ADDRESSES]:
            left = self._patience.left()
            try:
                stream = self._plain.connect_tcp(
                    address, port, left if timeout is None else min(timeout, left), local_address, socket_options
                )
                return _Watched(stream, self._patience)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class _Watched(httpcore.NetworkStream):
    """A stream whose reads end when the patience of the thread that reads does."""

    def __init__(self, stream: httpcore.NetworkStream, patience: Patience) -> None:
        self._stream = stream
        self._patience = patience

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        until = time.monotonic() + (timeout if timeout is not None else 60.0)
        while (silence := until - time.monotonic()) > 0:
            with suppress(httpcore.ReadTimeout):
                return self._stream.read(max_bytes, min(_GLANCE, silence, self._patience.left()))
        raise httpcore.ReadTimeout("the server fell silent")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = self._patience.left()
        self._stream.write(buffer, left if timeout is None else min(timeout, left))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._patience.left()
        stream = self._stream.start_tls(
            ssl_context, server_hostname, left if timeout is None else min(timeout, left)
        )
        return _Watched(stream, self._patience)

    def get_extra_info(self, info: str) -> Any:  # as httpcore declares it
        return self._stream.get_extra_info(info)
