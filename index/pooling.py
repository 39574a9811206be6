"""Vectors of spans from the token vectors around them; pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.article import Span
from index.ports import Vectors
from index.recipe import Floats


def span_means(tokens: Floats, offsets: Sequence[Span], spans: Sequence[Span]) -> Floats:
    """`(n, h)`: for each half-open span the mean of the token vectors that begin in it; zeros where none does.

    `offsets` are those of `tokens`, both in characters of one text; special word pieces have empty ones.
    """
    starts = np.array([start if end > start else -1 for start, end in offsets])
    begins = np.flatnonzero(starts >= 0)  # in the order of the text, so a span's are a run
    sums = np.concatenate([np.zeros((1, tokens.shape[1])), np.cumsum(tokens[begins], axis=0, dtype=np.float64)])
    first, last = np.searchsorted(starts[begins], np.asarray(spans, np.int64).reshape(-1, 2)).T
    count = np.maximum(last - first, 1)[:, None]
    return np.asarray((sums[last] - sums[first]) / count, np.float32)


def unit(rows: Floats) -> Vectors:
    """Each row at length one; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-12), np.float32)
