"""What the evidence says about whether the quotes answer at all: signals, and a calibrated probability of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bot.cues import KINDS
from bot.features import NAMES, Features
from bot.judge import Judge, load_judge

# The passage's own cosine is left out: it adds nothing to these (AUROC .904 without, .903 with), and a passage about
# several things is far from every question while it answers one.
_LARGEST = ("pooled", "cover", "cover_passage", "match", "reach")
_OF_BEST = ("missing_rarest", "fits")
_ASKED = tuple(f"asks_{kind}" for kind in KINDS)

SIGNALS = ("best", *_LARGEST, *_OF_BEST, *_ASKED)
"""`best`: log odds of the likeliest sentence; then the largest of any sentence, what that sentence has, and what kind
of thing is asked for: some kinds are asked for in vain more often."""


def signals(rows: Features, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
    """`(len(SIGNALS),)` for the features of at least one sentence and the probability of each."""
    top = int(probabilities.argmax())
    p = float(np.clip(probabilities[top], 1e-6, 1 - 1e-6))
    largest = [float(rows[:, NAMES.index(name)].max()) for name in _LARGEST]
    of_best = [float(rows[top, NAMES.index(name)]) for name in (*_OF_BEST, *_ASKED)]
    return np.array([float(np.log(p / (1 - p))), *largest, *of_best])


def answer_judge(*, in_index: bool) -> Judge:
    """The calibrated model of the signals, for the hits of an index or for one text that was given."""
    return load_judge("answer" if in_index else "answer_in_text", SIGNALS)


def answer_probability(seen: NDArray[np.float64], *, in_index: bool) -> float:
    """The calibrated probability (0..1) that what was found answers the question."""
    return float(answer_judge(in_index=in_index)(seen[None, :])[0])
