"""How far a mean can be trusted, and whether two runs differ by more than chance; repeats itself exactly.

Every function draws from a generator of its own with a fixed seed: the same scores give the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS = 10_000
_SEED = 20_240_315
# Draws are made in slices, so that 10,000 draws over 100,000 questions do not ask for gigabytes.
_CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over questions with the interval that holds it: `low <= mean <= high`."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean gain of one run over another on the same questions, and how likely chance alone is to give it.

    `p` is two-sided. `better` and `worse` are the numbers of questions that gained and lost.
    """

    gain: Estimate
    p: float
    better: int
    worse: int


def estimate(scores: Sequence[float], level: float = 0.95) -> Estimate:
    """The mean with its percentile bootstrap interval (Efron 1979): questions drawn again with replacement."""
    values = np.asarray(scores, float)
    if not len(values):
        return Estimate(0.0, 0.0, 0.0)
    rng = np.random.default_rng(_SEED)
    means = np.concatenate(
        [values[rng.integers(len(values), size=shape)].mean(1) for shape in _slices(len(values))]
    )
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    middle = float(values.mean())
    return Estimate(middle, min(float(low), middle), max(float(high), middle))


def compare(scores: Sequence[float], baseline: Sequence[float]) -> Difference:
    """What `scores` gain over `baseline`, question by question.

    p comes from the paired randomisation test: the share of random exchanges of the two runs' scores, each
    question with probability 1/2, whose mean gain is at least as far from 0 (Smucker, Allan and Carterette
    2007); the observed one is counted among them, so p is never 0. Raises ValueError when the two were not
    asked the same number of questions.
    """
    if len(scores) != len(baseline):
        raise ValueError(
            f"{len(scores)} scores cannot be paired with {len(baseline)}; judge both on the same qrels"
        )
    gains = np.asarray(scores, float) - np.asarray(baseline, float)
    changed = gains[gains != 0]
    return Difference(
        estimate(gains.tolist()), _chance(changed), int((changed > 0).sum()), int((changed < 0).sum())
    )


def _chance(gains: NDArray[np.float64]) -> float:
    if not len(gains):
        return 1.0
    rng = np.random.default_rng(_SEED)
    observed = abs(gains.sum()) - 1e-9
    extreme = sum(
        int((np.abs(rng.choice((-1.0, 1.0), size=shape) @ gains) >= observed).sum())
        for shape in _slices(len(gains))
    )
    return (extreme + 1) / (DRAWS + 1)


def _slices(width: int) -> list[tuple[int, int]]:
    """Shapes (draws, width) that add up to DRAWS draws and hold at most `_CELLS` numbers each, or one draw."""
    most = max(_CELLS // width, 1)
    return [(min(most, DRAWS - at), width) for at in range(0, DRAWS, most)]
