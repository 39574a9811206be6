"""What the evidence says about whether the quotes answer at all: signals, and a calibrated probability of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.features import NAMES, Features
from bot.judge import Judge, load_judge

SIGNALS = ("best", "passage", "pooled", "cover", "cover_passage", "match", "missing_rarest", "fits")
"""`best`: log odds of the likeliest sentence; `missing_rarest` and `fits` are that sentence's; the others are the
largest of any."""


def signals(rows: Features, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """`(len(SIGNALS),)` for the features of at least one sentence and the probability of each."""
    top = int(probabilities.argmax())
    p = float(np.clip(probabilities[top], 1e-6, 1 - 1e-6))
    largest = {
        name: float(rows[:, NAMES.index(name)].max())
        for name in ("passage", "pooled", "cover", "cover_passage", "match")
    }
    of_best = {name: float(rows[top, NAMES.index(name)]) for name in ("missing_rarest", "fits")}
    seen = {"best": float(np.log(p / (1 - p))), **largest, **of_best}
    return np.array([seen[name] for name in SIGNALS])


def answer_judge(matched: bool) -> Judge:
    """The calibrated model of the signals, for sentences whose words were matched one by one or not."""
    return load_judge("answer_matched" if matched else "answer", SIGNALS)


def answer_probability(seen: NDArray[np.float64], matched: bool) -> float:
    """The calibrated probability (0..1) that what was found answers the question."""
    return float(answer_judge(matched)(seen[None, :])[0])
