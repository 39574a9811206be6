"""What the interpreter does for many questions, done for one at a time; what it does is not this file's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any


class InTurn:
    """Makes contexts of which one thread at a time is in one, and in which that thread alone multiplies matrices.

    Reading passages and choosing quotes takes the interpreter a few milliseconds, in many short steps between which
    others may have it. Eight threads that take it from each other at every step need up to three times the processor's
    time for a question that they need in turn. And were each small product spread over all cores, the threads of BLAS
    would spin between one and the next: 16 ms of a core for a question of 8 ms.
    """

    def __init__(self) -> None:
        self._turn = Lock()
        self._libraries: Any = None  # threadpoolctl has no types

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Waits for its turn. Whoever else computes in this process has the threads of BLAS back behind it."""
        with self._turn:
            if self._libraries is None:
                self._libraries = _libraries()
            with self._libraries.limit(limits=1):
                yield


def _libraries() -> Any:
    """The libraries of linear algebra that this process has loaded by now."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().select(user_api="blas")
