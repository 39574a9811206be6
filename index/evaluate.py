"""How good rankings are, over judgements made by people; arithmetic only, it asks no index anything.

A question that a run does not answer counts as 0 and is never left out, so that a system cannot gain by
being silent. The measures are trec_eval's (linear gain in nDCG), and the tests hold them against ir-measures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2

Judgements = Mapping[str, int]
"""Article id -> relevance, a whole number; what is above 0 is relevant. One question's part of the qrels."""

Qrels = Mapping[str, Judgements]
"""Question id -> its judgements."""

Run = Mapping[str, Sequence[str]]
"""Question id -> article ids, best first, none twice: the rankings being judged."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A named measure of one ranking: `score(judgements, ranked ids)`, 0..1, larger is better."""

    name: str
    score: Callable[[Judgements, Sequence[str]], float]


def hit(k: int) -> Measure:
    """hit@k: 1 when any of the first k is relevant, else 0 (trec_eval's success)."""
    return Measure(f"hit@{k}", lambda judged, ranked: float(any(judged.get(i, 0) > 0 for i in ranked[:k])))


def recall(k: int) -> Measure:
    """recall@k: the share of the relevant articles that are among the first k."""

    def score(judged: Judgements, ranked: Sequence[str]) -> float:
        relevant = sum(relevance > 0 for relevance in judged.values())
        return sum(judged.get(i, 0) > 0 for i in ranked[:k]) / relevant if relevant else 0.0

    return Measure(f"recall@{k}", score)


def reciprocal_rank(k: int) -> Measure:
    """RR@k: 1 / the rank of the first relevant article, 0 when none is among the first k."""

    def score(judged: Judgements, ranked: Sequence[str]) -> float:
        return next((1 / rank for rank, i in enumerate(ranked[:k], 1) if judged.get(i, 0) > 0), 0.0)

    return Measure(f"RR@{k}", score)


def ndcg(k: int) -> Measure:
    """nDCG@k: Σ relevance / log2(1 + rank) over the first k, by that of the best order there could be.

    The linear gain of Järvelin and Kekäläinen (2002), as trec_eval and BEIR use it; relevance below 0 counts as 0.
    """

    def score(judged: Judgements, ranked: Sequence[str]) -> float:
        ideal = _discounted(sorted(judged.values(), reverse=True)[:k])
        return _discounted([judged.get(i, 0) for i in ranked[:k]]) / ideal if ideal else 0.0

    return Measure(f"nDCG@{k}", score)


STANDARD_MEASURES = (hit(1), recall(1), recall(5), recall(20), reciprocal_rank(10), ndcg(5), ndcg(10))
"""The measures that reports print."""


def judge(qrels: Qrels, run: Run, measures: Iterable[Measure] = STANDARD_MEASURES) -> dict[str, list[float]]:
    """Measure name -> one score for each question of the qrels that has a relevant article, in their order.

    Raises ValueError when a ranking holds an article twice, which would let it gain twice.
    """
    for question, ranked in run.items():
        if len(set(ranked)) < len(ranked):
            twice = next(i for i in ranked if list(ranked).count(i) > 1)
            raise ValueError(f"the ranking for question {question!r} holds {twice!r} twice, expected once")
    asked = judged_questions(qrels)
    return {m.name: [m.score(qrels[question], run.get(question, ())) for question in asked] for m in measures}


def judged_questions(qrels: Qrels) -> list[str]:
    """The questions that have a relevant article; the others tell nothing about a ranking."""
    return [question for question, judged in qrels.items() if any(v > 0 for v in judged.values())]


def mean(scores: Sequence[float]) -> float:
    """The mean, 0 of nothing."""
    return sum(scores) / len(scores) if scores else 0.0


def _discounted(gains: Iterable[int]) -> float:
    return sum(max(gain, 0) / log2(1 + rank) for rank, gain in enumerate(gains, 1))
