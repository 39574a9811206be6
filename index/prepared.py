"""Articles on their way in: split and encoded before the catalogue is asked to take them; values without behaviour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.article import Article, Passage, Span
from index.encoding import PassageVectors

OnWritten = Callable[[int], None]
"""Told how many more passages can be found from now on."""


@dataclass(slots=True)
class Prepared:
    """An article with its passages, each the sentence spans it is made of, and the vectors of them.

    Without passages it is believed to be in the catalogue already, word for word.
    """

    article: Article
    passages: Sequence[Sequence[Span]] = ()
    vectors: Sequence[PassageVectors] | None = None


class Spread(Protocol):
    """Splits and encodes articles in other processes, on this machine or on others."""

    @property
    def room(self) -> int:
        """How many parcels keep all of them busy."""
        ...

    def send(self, articles: Sequence[Prepared]) -> Callable[[], None]:
        """Send articles out; what is returned waits until they are back, and gives them passages and vectors.

        It is to be called in the order of sending, from one thread. Raises ClusterError.
        """
        ...

    def stop(self) -> None:
        """Whoever waits shall wait no longer, but get a ClusterError; any thread may call it."""
        ...


@dataclass(slots=True)
class Fresh:
    """A passage that came into the catalogue, and its vectors where they are known."""

    passage: Passage
    article: Article
    vectors: PassageVectors | None = None
