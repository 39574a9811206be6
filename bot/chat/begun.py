"""Which conversation each open page is in, so that an answer to the one before it stays away; knows no Gradio."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from threading import Lock
from typing import TypeVar

T = TypeVar("T")

# A page that was forgotten only lacks the defence against an answer that comes too late.
_PAGES = 10_000


class Begun:
    """Counts the conversations that were begun on each page, which is known by its session."""

    def __init__(self) -> None:
        self._number: OrderedDict[str, int] = OrderedDict()
        self._turn = Lock()

    def anew(self, session: str | None) -> None:
        """A new conversation begins on this page."""
        with self._turn:
            self._number[session or ""] = self.number(session) + 1
            self._number.move_to_end(session or "")
            if len(self._number) > _PAGES:
                self._number.popitem(last=False)

    def number(self, session: str | None) -> int:
        """How many have begun on it."""
        return self._number.get(session or "", 0)

    async def lasting(self, session: str | None, shown: AsyncIterator[T]) -> AsyncIterator[T]:
        """What is shown, for as long as no other conversation is begun.

        Gradio ends an event that is cancelled at its next step, and what it had at hand then is shown still.
        """
        number = self.number(session)
        async for each in shown:
            if self.number(session) != number:
                return
            yield each
