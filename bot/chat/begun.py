"""What was begun last on each open page, so that what belongs to the time before stays away; knows no Gradio."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from threading import Lock
from typing import TypeVar

T = TypeVar("T")

# A page that was forgotten only lacks the defence against an answer that comes too late.
_PAGES = 10_000


class Begun:
    """Counts what was begun on each page, which is known by its session: conversations, or fillings of its panel."""

    def __init__(self) -> None:
        self._number: OrderedDict[str, int] = OrderedDict()
        self._turn = Lock()

    def anew(self, session: str | None) -> int:
        """Something new begins on this page; its number."""
        with self._turn:
            self._number[session or ""] = self.number(session) + 1
            self._number.move_to_end(session or "")
            if len(self._number) > _PAGES:
                self._number.popitem(last=False)
            return self.number(session)

    def number(self, session: str | None) -> int:
        """How many have begun on it."""
        return self._number.get(session or "", 0)

    def lasting(self, session: str | None, shown: AsyncIterator[T], nothing: T) -> AsyncIterator[T]:
        """What is shown, for as long as no conversation is begun on the page after this call, and `nothing` then.

        An event that has ended shows once more what it gave last. Gradio's own way to cancel one forgets whatever
        else was asked by the same control meanwhile.
        """
        return self._lasting(session, self.number(session), shown, nothing)

    async def _lasting(
        self, session: str | None, number: int, shown: AsyncIterator[T], nothing: T
    ) -> AsyncIterator[T]:
        async for each in shown:
            if self.number(session) != number:
                yield nothing
                return
            yield each
