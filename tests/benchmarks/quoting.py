"""Prints how well sentences are chosen, beside baselines: python -m tests.benchmarks.quoting FOLDER (clapnq, qed).

Every fitted figure is out of sample: five folds by question, or fitted on the other collection alone. Thresholds
are those of the training questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.features import NAMES
from index import load_encoder
from tests.benchmarks.quote_rows import clapnq, qed
from tests.benchmarks.train_quote import Model, Seen, folds, see, sentence_model

Scores = list[NDArray[np.float64]]
_THRESHOLDS = tuple(np.arange(0.05, 0.6, 0.02))


def best_sentence(seen: Sequence[Seen], scores: Scores) -> float:
    """The share of the answerable questions whose best sentence is one that people chose."""
    return float(np.mean([e.labels[int(s.argmax())] for e, s in zip(seen, scores, strict=True) if e.row.gold]))


def r_precision(seen: Sequence[Seen], scores: Scores) -> float:
    """The mean share of the R best sentences that people chose, R being how many they chose."""
    ranked = [
        e.labels[np.argsort(-s, kind="stable")[: len(e.row.gold)]].mean()
        for e, s in zip(seen, scores, strict=True)
        if e.row.gold
    ]
    return float(np.mean(ranked))


def words(seen: Sequence[Seen], scores: Scores, threshold: float) -> tuple[float, float, float]:
    """Precision, recall and F1 of the words of the sentences at or above the threshold, micro-averaged."""
    right = said = wanted = 0
    for each, score in zip(seen, scores, strict=True):
        length = np.array([len(text.split()) for text in each.of.texts])
        right += int((length * each.labels)[score >= threshold].sum())
        said += int(length[score >= threshold].sum())
        wanted += int((length * each.labels).sum())
    return right / max(said, 1), right / max(wanted, 1), 2 * right / max(said + wanted, 1)


def best_threshold(seen: Sequence[Seen], scores: Scores) -> float:
    """The threshold of the largest F1 on those of these questions that are ClapNQ's, if any: half have no answer."""
    at_clapnq = [i for i, each in enumerate(seen) if each.row.collection == "clapnq"] or range(len(seen))
    seen, scores = [seen[i] for i in at_clapnq], [scores[i] for i in at_clapnq]
    return max(_THRESHOLDS, key=lambda t: words(seen, scores, t)[2])


def out_of_sample(
    seen: Sequence[Seen], parts: Sequence[tuple[Sequence[int], Sequence[int]]]
) -> tuple[Scores, list[float]]:
    """Scores of every question by a model that never saw it, and the threshold that model's questions chose."""
    tables = [each.table() for each in seen]
    scores: Scores = [np.zeros(0)] * len(seen)
    lowest = [0.0] * len(seen)
    for train, test in parts:
        model: Model = sentence_model([seen[i] for i in train])
        chosen = best_threshold([seen[i] for i in train], [model(tables[i]) for i in train])
        for i in test:
            scores[i], lowest[i] = model(tables[i]), chosen
    return scores, lowest


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    encoder = load_encoder()
    seen = see([*clapnq(folder), *qed(folder)], encoder)
    every = range(len(seen))
    by_fold = [([i for i in every if i not in set(part)], part.tolist()) for part in folds(len(seen))]
    names = [each.row.collection for each in seen]
    other = [
        ([i for i in every if names[i] != name], [i for i in every if names[i] == name])
        for name in ("clapnq", "qed")
    ]
    alone = [encoder.encode_queries(list(each.of.texts)) @ each.asked.vector for each in seen]
    table = [each.table() for each in seen]
    column: Callable[[str], Scores] = lambda name: [each[:, NAMES.index(name)] for each in table]  # noqa: E731
    lines: list[tuple[str, Scores, list[float] | None]] = [
        ("first sentence", [-np.arange(len(each.of.texts), dtype=np.float64) for each in seen], None),
        ("sentence alone (baseline)", [each.astype(np.float64) for each in alone], None),
        ("sentence in its passage", column("pooled"), None),
        ("late interaction", column("match"), None),
        ("fitted, 5 folds", *out_of_sample(seen, by_fold)),
        ("fitted on the other collection", *out_of_sample(seen, other)),
    ]
    print(f"{'':34}{'collection':12}{'best':>7}{'R-prec':>8}{'P':>7}{'R':>7}{'F1':>7}")
    for title, scores, lowest in lines:
        for name in ("clapnq", "qed"):
            rows = [i for i in every if names[i] == name]
            some, of = [seen[i] for i in rows], [scores[i] for i in rows]
            # A baseline is given the threshold that suits these very questions best; a model its training's.
            shifted = of if lowest is None else [scores[i] - lowest[i] for i in rows]
            cut = (
                max(np.quantile(np.concatenate(of), np.arange(0.02, 1, 0.02)), key=lambda t: words(some, of, t)[2])
                if lowest is None
                else 0.0
            )
            p, r, f = words(some, shifted, float(cut))
            print(
                f"{title:34}{name:12}{best_sentence(some, of):7.3f}{r_precision(some, of):8.3f}{p:7.3f}{r:7.3f}{f:7.3f}"
            )


if __name__ == "__main__":
    main()
