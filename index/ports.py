"""The shapes that rankers, encoders and stores share, so that any of them can be exchanged; no code runs here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

    def ids(self) -> NDArray[np.int64]:
        """The ids held, ascending."""
        ...

    def __len__(self) -> int: ...


class WordStore(Protocol):
    """The words of passages, as they were when it was opened; safe to search from many threads."""

    def search(self, query: str, k: int, allowed: Allowed | None = None) -> Ranking:
        """The k passages with the highest BM25 score above 0, among `allowed` if given."""
        ...

    def terms(self, text: str) -> list[str]:
        """The index terms of a text, in order: lower case, stemmed, stop words left out."""
        ...

    def idf(self, term: str, beyond: int = 0) -> float:
        """See `index.lexical.LexicalIndex.idf`."""
        ...

    def ids(self) -> NDArray[np.int64]:
        """The ids held, ascending."""
        ...


class View(Protocol):
    """All that can be searched, of one state; it never changes, and where something else can be found there is another.

    What went may still be in a ranking: the catalogue knows.
    """

    @property
    def vectors(self) -> VectorStore: ...

    @property
    def words(self) -> WordStore: ...

    def rankers(self, encoder: Encoder) -> dict[str, Ranker]:
        """The rankers by name: "dense", whose score is the cosine, -1..1, and "lexical", whose score is BM25."""
        ...

    def kept(self, passage_ids: Sequence[int]) -> Mapping[int, tuple[Vectors, NDArray[np.int8]]]:
        """The `(d,)` vector of each passage and the rows of its inside (see index/inside.py), where held."""
        ...

    def faults(self) -> list[str]:
        """What is not as it was written, a few words each."""
        ...


class Views(Protocol):
    """Where the newest view is had; any number of threads may ask while another process writes."""

    @property
    def current(self) -> View:
        """The newest that is whole."""
        ...

    def refresh(self) -> None:
        """Go over to what was written last; a search that begins after this finds it."""
        ...

    def notice(self) -> str:
        """What a reader should know of how it is being searched just now, a sentence; empty when all is well."""
        ...

    def close(self) -> None:
        """Let go of whatever is open."""
        ...
