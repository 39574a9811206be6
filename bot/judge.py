"""A small model read from JSON that turns features into probabilities; it trains nothing.

The weights were fitted by `tests/benchmarks/train_quote.py`, which says on what.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FILE = Path(__file__).with_name("quote_model.json")


@dataclass(frozen=True, slots=True)
class Judge:
    """A logistic model: `p = 1 / (1 + exp(-(x @ weights + bias)))`.

    `threshold` is the probability from which a sentence is quoted, or an answer given, when no other is asked for.
    """

    weights: NDArray[np.float64]
    bias: float
    threshold: float

    def __call__(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """`(n,)` probabilities for `(n, len(weights))` numbers."""
        return np.asarray(1 / (1 + np.exp(-np.clip(rows @ self.weights + self.bias, -30, 30))))


@cache
def load_judge(which: str, names: Sequence[str]) -> Judge:
    """The shipped model of that name, over columns of these names; a name it does not weigh counts nothing."""
    kept = json.loads(_FILE.read_text("utf-8"))[which]
    weights = np.array([float(kept["weights"].get(name, 0.0)) for name in names])
    return Judge(weights, float(kept["bias"]), float(kept["threshold"]))
