"""Articles on their way in: split and encoded before the catalogue is asked to take them; values without behaviour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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


@dataclass(slots=True)
class Fresh:
    """A passage that came into the catalogue, and its vectors where they are known."""

    passage: Passage
    article: Article
    vectors: PassageVectors | None = None
