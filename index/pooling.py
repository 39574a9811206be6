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
    means = np.zeros((len(spans), tokens.shape[1]), np.float32)
    for row, (start, end) in enumerate(spans):
        inside = (starts >= start) & (starts < end)
        if inside.any():
            means[row] = tokens[: len(starts)][inside].mean(axis=0)
    return means


def unit(rows: Floats) -> Vectors:
    """Each row at length one; a row of zeros stays."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-12), np.float32)
