"""What runs in Ray's processes: what was sent, and those that split and encode it; it knows nothing of this one."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import PullquoteError
from index.ports import Encoder
from index.travel import Bundle, Words, read

if TYPE_CHECKING:
    from numpy.typing import NDArray

Rows = dict[str, "NDArray[Any]"]  # columns of numbers, text and bytes, as Ray Data has them


class Feed:
    """What was sent and is not back yet, by number; it runs where articles are read and written."""

    def __init__(self) -> None:
        from asyncio import Condition

        self._parcels: dict[int, list[Words]] = {}
        self._sent = 0
        self._is_closed = False
        self._news = Condition()

    async def put(self, number: int, articles: list[Words]) -> None:
        """Take one in."""
        async with self._news:
            self._parcels[number] = articles
            self._sent = number + 1
            self._news.notify_all()

    async def close(self) -> None:
        """Nothing that is here is wanted any more, and nothing more will come."""
        async with self._news:
            self._parcels.clear()
            self._is_closed = True
            self._news.notify_all()

    async def wait_for(self, number: int) -> bool:
        """Wait until it was sent; False if it never will be."""
        async with self._news:
            await self._news.wait_for(lambda: number < self._sent or self._is_closed)
            return not self._is_closed

    async def get(self, number: int) -> list[Words] | None:
        """One of them; None when it is back already."""
        return self._parcels.get(number)

    async def drop(self, number: int) -> None:
        """It is back."""
        self._parcels.pop(number, None)


class Reader:
    """Splits and encodes on one core what the feed holds; its encoder is loaded once."""

    def __init__(self, feed: Any, make: Callable[[], Encoder]) -> None:  # a handle, whose methods Ray makes up
        self._feed = feed
        self._make = make
        self._encoder: Encoder | None = None

    def __call__(self, batch: Rows) -> Rows:
        """A row for each number: the bundle of it, or why there is none."""
        rows = [row for number in batch["number"].tolist() if (row := self._row(number))]
        columns = ("number", "host", "error", *Bundle._fields)
        return {
            name: np.array([row[at] for row in rows], np.int64 if name == "number" else object)
            for at, name in enumerate(columns)
        }

    def _row(self, number: int) -> tuple[int | str | bytes, ...] | None:
        import ray

        articles = ray.get(self._feed.get.remote(number))
        if articles is None:
            return None
        try:
            if self._encoder is None:
                self._encoder = self._make()
            return (number, "", "", *read(self._encoder, articles))
        except PullquoteError as error:
            return (number, socket.gethostname(), str(error), b"", b"", b"", b"")


def numbers(_: Rows, feed: Any) -> Iterator[Rows]:  # a handle, whose methods Ray makes up
    """The numbers of what is sent, each when it is there; from the first on, should it be asked again."""
    import ray

    number = 0
    while ray.get(feed.wait_for.remote(number)):
        yield {"number": np.array([number])}
        number += 1
