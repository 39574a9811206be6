"""How many questions are answered at once, how many may wait for it, and what the others are told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import to_thread

from index import PullquoteError

Shown = TypeVar("Shown")

AT_ONCE = 8
"""How many questions the page has answered at the same time."""

WAITING = 64
"""How many more may wait; a question beyond that is turned away with a message."""


class FullError(PullquoteError):
    """More wait already than may."""


class Turnstile:
    """Lets `at_once` through at a time, in the order in which they came; `waiting` more wait, the next is refused.

    For one event loop. Whoever gives up waiting leaves the row.
    """

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most, self._within = at_once + waiting, 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """A turn, taken once there is one. Raises FullError where too many wait for theirs."""
        if self._within >= self._most:
            held = "1 question is" if self._most == 1 else f"{self._most} questions are"
            raise FullError(
                f"{held} being answered or wait for it, which is all that this server takes at a time. Yours was not "
                "lost: ask it again in a moment."
            )
        self._within += 1
        try:
            async with self._places:
                yield
        finally:
            self._within -= 1

    async def each(self, of: Iterator[Shown]) -> AsyncIterator[Shown]:
        """What a slow iterator gives, each made in a thread, all of it within one turn. Raises FullError."""
        async with self.turn():
            while (one := await to_thread.run_sync(next, of, None)) is not None:
                yield one
