"""A real encoder, small enough for tests of everything that is not about the model: words hashed to vectors."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index import Encoded, Span, Vectors, word_spans

DIMENSION = 64


class SmallEncoder:
    """Each word is a fixed random direction and a text the sum of its words, so shared words mean nearness."""

    name = "small"
    digest = hashlib.sha256(b"small").hexdigest()
    dimension = DIMENSION
    window = 40
    title_window = 10

    def __init__(self) -> None:
        self.encoded: list[str] = []
        """Every passage that was encoded, in order: what a test counts to see that nothing is done twice."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Words and punctuation marks."""
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """`(n, 64) float32`, unit rows."""
        return np.stack([_vector(text) for text in texts]) if texts else np.zeros((0, DIMENSION), np.float32)

    def read_queries(self, texts: Sequence[str]) -> Encoded:
        """The same, and the vector of each word."""
        words = [self.encode_queries([text[start:end] for start, end in word_spans(text)]) for text in texts]
        return Encoded(self.encode_queries(texts), words)

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        """Vectors of titles and texts together, and of each span alone."""
        self.encoded += texts
        whole = [f"{title}\n{text}" for title, text in zip(titles, texts, strict=True)]
        pooled = [
            self.encode_queries([text[start:end] for start, end in of])
            for text, of in zip(texts, spans if spans is not None else [()] * len(texts), strict=True)
        ]
        return Encoded(self.encode_queries(whole), pooled)


def _vector(text: str) -> Vectors:
    total = np.zeros(DIMENSION, np.float64)
    for word in re.findall(r"\w+", text.lower()):
        total += _direction(word)
    norm = float(np.linalg.norm(total))
    return np.asarray(total / norm if norm else np.eye(1, DIMENSION)[0], np.float32)


@functools.lru_cache(maxsize=20_000)
def _direction(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSION)
