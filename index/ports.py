"""The shapes that rankers, encoders and stores share, so that any of them can be exchanged; no code runs here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.article import Span

Vectors = NDArray[np.float32]
"""Rows of unit length: `(n, dimension) float32`."""

Ranking = list[tuple[int, float]]
"""(passage id, score) pairs, best first; equal scores by ascending id. Scores compare only within one ranking."""

Allowed = NDArray[np.int64]
"""The ids of the passages that may be found, ascending."""

Ranker = Callable[[str, int, Allowed | None], Ranking]
"""(query, k, allowed or None for all) -> at most k passages, best first."""


class Encoded(NamedTuple):
    """What one pass over passages yields.

    `passages`: `(n, d) float32`, unit rows. `sentences`: for passage i an `(m_i, d) float32` array of unit
    rows, one for each span asked for, pooled from the passage's own token vectors.
    """

    passages: Vectors
    sentences: list[Vectors]


class Encoder(Protocol):
    """A model that turns text into unit vectors.

    `digest` is the SHA-256 of its weights. `window` is the most word pieces of a text it reads, special ones
    not counted. Of a passage's title it reads at most `title_window` of them, so that a text of
    `window - min(count_tokens(title), title_window)` word pieces is read whole.
    """

    @property
    def name(self) -> str: ...

    @property
    def digest(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def window(self) -> int: ...

    @property
    def title_window(self) -> int: ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """`(n, d) float32`, unit rows; whatever is beyond the window is not read."""
        ...

    def read_queries(self, texts: Sequence[str]) -> Encoded:
        """The same vectors and, as `sentences`, those of each query's words: a row for each of `word_spans`."""
        ...

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        """Vectors of passages read with their title in front, and of the spans within each passage's text."""
        ...


class VectorStore(Protocol):
    """Vectors under passage ids, as they were when it was opened; safe to search from many threads."""

    def search(self, vector: Vectors, k: int, allowed: Allowed | None = None) -> Ranking:
        """The k nearest of one `(d,)` unit vector by inner product, among `allowed` if given."""
        ...

    def vector(self, passage_id: int) -> Vectors | None:
        """The `(d,)` vector kept under an id, as precise as it is kept; None when it is not held."""
        ...

    def ids(self) -> NDArray[np.int64]:
        """The ids held, ascending."""
        ...

    def __len__(self) -> int: ...
