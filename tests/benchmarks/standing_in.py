"""An encoder that encodes questions and stands in for itself with passages, a million of which would take a day."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import Encoded, Encoder, Span, Vectors

_NEIGHBOURS = 8
_NOISE = 0.015


class StandIn:
    """Real vectors for the texts it was given, and for all others points between two neighbours of them.

    A text's vector depends on its characters alone. Every sentence is a passage of its own.
    """

    window = 10
    title_window = 1

    def __init__(self, real: Encoder, texts: Sequence[str], vectors: Vectors) -> None:
        self._real = real
        self.name = f"{real.name}, standing in"
        self.digest = hashlib.sha256(real.digest.encode() + vectors.tobytes()).hexdigest()
        self.dimension = real.dimension
        self._rows = {text: row for row, text in enumerate(texts)}
        self._vectors = vectors
        chance = np.random.default_rng(0)
        self._noise = (chance.standard_normal((4096, self.dimension)) * _NOISE).astype(np.float32)

    @cached_property
    def _beside(self) -> NDArray[np.intp]:
        """The rows nearest to each row."""
        parts = np.array_split(self._vectors, 1 + len(self._vectors) // 256)
        nearest = [  # copies: a view would keep the order of all rows, gigabytes of it
            np.argpartition(-(part @ self._vectors.T), _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS].copy()
            for part in parts
        ]
        return np.concatenate(nearest)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A number of which a passage holds one."""
        return [self.window - self.title_window] * len(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """The real encoder's vectors."""
        return self._real.encode_queries(texts)

    def read_queries(self, texts: Sequence[str]) -> Encoded:
        """The real encoder's vectors, of the texts and of their words."""
        return self._real.read_queries(texts)

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        """One vector for each text, and the same for each of its spans."""
        rows = np.stack([self._vector(text.strip()) for text in texts])
        of = spans if spans is not None else [()] * len(texts)
        return Encoded(
            rows, [np.repeat(row[None, :], len(each), axis=0) for row, each in zip(rows, of, strict=True)]
        )

    def _vector(self, text: str) -> Vectors:
        if (row := self._rows.get(text)) is not None:
            return np.asarray(self._vectors[row], np.float32)
        chosen = np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint32)
        row, other, noise = (
            int(chosen[i]) % n for i, n in enumerate((len(self._rows), _NEIGHBOURS, len(self._noise)))
        )
        weight = 0.3 + 0.7 * int(chosen[3]) / 2**32
        mixed = weight * self._vectors[row] + (1 - weight) * self._vectors[self._beside[row, other]]
        mixed = mixed + self._noise[noise] * (1 if chosen[4] % 2 else -1)
        return np.asarray(mixed / np.linalg.norm(mixed), np.float32)


def real_vectors(encoder: Encoder, texts: Sequence[str], cache: Path) -> Vectors:
    """The real encoder's vectors of these texts, kept in a file for the next time."""
    if cache.exists() and len(found := np.load(cache, allow_pickle=False)) == len(texts):
        return np.asarray(found, np.float32)
    parts = [
        encoder.encode_passages([""] * len(some), some).passages
        for some in (texts[at : at + 512] for at in range(0, len(texts), 512))
    ]
    np.save(cache, made := np.concatenate(parts), allow_pickle=False)
    return made
