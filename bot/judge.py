"""A small model read from JSON that turns features into probabilities; it trains nothing.

The weights were fitted by `tests/benchmarks/train_quote.py`; the file beside this one says on what.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FILE = Path(__file__).with_name("quote_model.json")


@dataclass(frozen=True, slots=True)
class Judge:
    """A logistic model: `p = 1 / (1 + exp(-(x @ weights + bias)))` over the named columns.

    `threshold` is the probability from which a sentence is quoted, when no other is asked for.
    """

    names: tuple[str, ...]
    weights: NDArray[np.float64]
    bias: float
    threshold: float

    def __call__(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """`(n,)` probabilities for `(n, len(names))` features."""
        return np.asarray(1 / (1 + np.exp(-np.clip(rows @ self.weights + self.bias, -30, 30))))


@cache
def load_judge(which: str = "sentence") -> Judge:
    """The shipped model of that name."""
    kept = json.loads(_FILE.read_text("utf-8"))[which]
    names = tuple(kept["weights"])
    weights = np.array([kept["weights"][name] for name in names])
    return Judge(names, weights, float(kept["bias"]), float(kept["threshold"]))
