"""How far a rebuild has come, and whom it is told; it splits and encodes nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from index.article import Article


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """How far a rebuild has come: first all articles are split, then all passages are encoded.

    How many `passages` there are is known once all articles are split, and 0 before. `seconds` are those since the
    stage began, so that a rate of passages is that of the encoder.
    """

    articles_split: int
    articles: int
    encoded: int
    passages: int
    seconds: float


OnRebuild = Callable[[Rebuilding], None]


def untold(_: Rebuilding) -> None:
    """For those who do not want to hear of it."""


class Told:
    """Keeps count of one rebuild, and tells of it."""

    def __init__(self, on_step: OnRebuild, articles: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._on_step = on_step
        self._articles = articles
        self._clock = clock
        self._began = clock()
        self._passages = 0

    def split(self, everything: Iterable[Article]) -> Iterator[Article]:
        """The same articles, told of as they are taken."""
        for number, article in enumerate(everything):
            self._on_step(Rebuilding(number, self._articles, 0, 0, self._clock() - self._began))
            yield article

    def encoded(self, number: int, passages: int) -> None:
        """Tell that so many of all passages are encoded."""
        if passages != self._passages:
            self._passages, self._began = passages, self._clock()
        self._on_step(Rebuilding(self._articles, self._articles, number, passages, self._clock() - self._began))
