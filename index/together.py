"""Calls that arrive while others are being served are served together; it knows nothing of what they ask for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from threading import Event, Lock
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 32
"""How many texts are encoded together at most."""


class Together(Generic[T]):
    """Encodes texts for many threads, and texts of threads that had to wait in one batch.

    A thread that comes alone encodes at once, so it waits for nobody. Those that come meanwhile wait, and the
    first of them then encodes what all have brought: `leaders` threads encode at a time. There is no thread
    that would have to be ended. What goes wrong with a batch is found out text by text, so that an error is
    raised only where it belongs.
    """

    def __init__(self, encode: Callable[[list[str]], Sequence[T]], leaders: int = 1) -> None:
        self._encode = encode
        self._free = leaders
        self._turn = Lock()
        self._waiting: deque[_Call[T]] = deque()

    def __call__(self, texts: Sequence[str]) -> Sequence[T]:
        """What `encode` makes of each text, in order."""
        call: _Call[T] = _Call(list(texts))
        with self._turn:
            leads = self._free > 0
            if leads:
                self._free -= 1
            else:
                self._waiting.append(call)
        if not leads:
            call.woken.wait()
        if leads or call.leads:
            self._lead(call)
        if call.error is not None:
            raise call.error
        assert call.rows is not None
        return call.rows

    def _lead(self, own: _Call[T]) -> None:
        """Encode what waits together with what this thread brought, then hand on to the next that waits."""
        batch = [own]
        with self._turn:
            while self._waiting and sum(len(each.texts) for each in batch) < MOST:
                batch.append(self._waiting.popleft())
        try:
            _serve(batch, self._encode)
        finally:
            for each in batch[1:]:
                if each.rows is None and each.error is None:  # this thread was interrupted, not the others
                    each.error = RuntimeError("encoding was interrupted; ask again")
                each.woken.set()
            with self._turn:
                following = self._waiting.popleft() if self._waiting else None
                if following is None:
                    self._free += 1
                else:
                    following.leads = True
            if following is not None:
                following.woken.set()


class _Call(Generic[T]):
    """What one thread wants encoded, and what became of it."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.rows: Sequence[T] | None = None
        self.error: Exception | None = None
        self.leads = False
        self.woken = Event()


def _serve(batch: Sequence[_Call[T]], encode: Callable[[list[str]], Sequence[T]]) -> None:
    try:
        rows = encode([text for call in batch for text in call.texts])
    except Exception as error:  # noqa: BLE001  whatever an encoder raises is raised in the thread it belongs to
        if len(batch) == 1:
            batch[0].error = error
            return
        for call in batch:
            _serve([call], encode)
        return
    at = 0
    for call in batch:
        call.rows = rows[at : at + len(call.texts)]
        at += len(call.texts)
