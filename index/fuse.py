"""Several rankings of passages into one; pure arithmetic that knows nothing of where the scores come from."""

from __future__ import annotations

from collections.abc import Mapping

from index.ports import Ranking


def convex(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> Ranking:
    """Every passage of any ranking with the weighted sum of its scaled scores, best first, equal ones by id.

    score(p) = Σ_r w_r · (s_r(p) − min_r) / (max_r − min_r), the convex combination of Bruch, Gai and Ingber
    (2023) with the minimum and maximum of what each ranking returned. A ranking's worst passage and one
    that it did not return both get 0 from it. A ranking whose scores are all equal, a single passage
    included, gives 1 to each. The weights are used as given; a sum between 0 and 1 needs weights that add
    up to 1. Raises ValueError for a ranking without a weight.
    """
    if unweighted := sorted(set(rankings) - set(weights)):
        raise ValueError(f"no weight for the ranking {unweighted[0]!r}; weights are given for {sorted(weights)}")
    total: dict[int, float] = {}
    for name, ranking in rankings.items():
        for passage, score in scaled(ranking):
            total[passage] = total.get(passage, 0.0) + weights[name] * score
    return sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))


def scaled(ranking: Ranking) -> Ranking:
    """The ranking with its scores mapped linearly onto 0..1; all 1 where the scores are all equal."""
    if not ranking:
        return []
    scores = [score for _, score in ranking]
    low, high = min(scores), max(scores)
    if high <= low:
        return [(passage, 1.0) for passage, _ in ranking]
    return [(passage, (score - low) / (high - low)) for passage, score in ranking]
