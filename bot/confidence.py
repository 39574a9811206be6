"""What the evidence says about whether the quotes answer at all: signals, and a calibrated probability of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.features import NAMES, Features
from bot.judge import load_judge

SIGNALS = ("best", "passage", "pooled", "cover", "cover_passage", "missing_rarest", "holds")
"""`best`: log odds of the likeliest sentence; `missing_rarest` and `holds` are that sentence's; the others are the
largest of any."""


def signals(rows: Features, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """`(len(SIGNALS),)` for the features of at least one sentence and the probability of each."""
    top = int(probabilities.argmax())
    p = float(np.clip(probabilities[top], 1e-6, 1 - 1e-6))
    largest = {
        name: float(rows[:, NAMES.index(name)].max()) for name in ("passage", "pooled", "cover", "cover_passage")
    }
    of_best = {name: float(rows[top, NAMES.index(name)]) for name in ("missing_rarest", "holds")}
    seen = {"best": float(np.log(p / (1 - p))), **largest, **of_best}
    return np.array([seen[name] for name in SIGNALS])


def answer_probability(seen: NDArray[np.float64]) -> float:
    """The calibrated probability (0..1) that what was found answers the question."""
    return float(load_judge("answer")(seen[None, :])[0])
