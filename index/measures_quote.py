"""Measures of quoting and of declining over judged words, sentences and questions; pure, and reads no files."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.article import Span


@dataclass(frozen=True, slots=True)
class WordCount:
    """Words quoted rightly, quoted wrongly, and missed; added up over questions for the micro average."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: WordCount) -> WordCount:
        return WordCount(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of the quoted words that people quoted too; 0 when none was quoted."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def recall(self) -> float:
        """The share of the words people quoted that were quoted; 0 when there are none."""
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        """`2 * right / (2 * right + wrong + missed)`, 0 when nothing was quoted by anyone."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0


def count_words(text: str, quoted: Iterable[Span], gold: Iterable[Span]) -> WordCount:
    """How the words of `text`, its runs without white space, fall: one is in a span when it begins in it."""
    marked = [np.zeros(len(text) + 1, np.bool_), np.zeros(len(text) + 1, np.bool_)]
    for spans, inside in zip((quoted, gold), marked, strict=True):
        for start, end in spans:
            inside[start:end] = True
    starts = [i for i, c in enumerate(text) if not c.isspace() and (i == 0 or text[i - 1].isspace())]
    ours, theirs = (inside[starts] for inside in marked)
    return WordCount(int((ours & theirs).sum()), int((ours & ~theirs).sum()), int((~ours & theirs).sum()))


def best_is_right(ranked: Sequence[Span], gold: Collection[Span]) -> float:
    """1 when the best sentence is one that people chose, else 0."""
    return float(bool(ranked) and ranked[0] in gold)


def r_precision(ranked: Sequence[Span], gold: Collection[Span]) -> float:
    """The share of the R best sentences that people chose, R being how many they chose; 0 when they chose none."""
    return sum(span in gold for span in ranked[: len(gold)]) / len(gold) if gold else 0.0


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The probability that a positive scores above a negative, equal scores counting half; nan without either."""
    if not positives or not negatives:
        return float("nan")
    ordered = np.sort(np.asarray(negatives, np.float64))
    above = np.asarray(positives, np.float64)
    below = np.searchsorted(ordered, above, "left") + np.searchsorted(ordered, above, "right")
    return float(below.mean() / 2 / len(ordered))


def threshold_at(coverage: float, positives: Sequence[float]) -> float:
    """The largest score that at least this share (0 < share <= 1) of the positives reach."""
    ordered = sorted(positives, reverse=True)
    return ordered[max(int(np.ceil(coverage * len(ordered))), 1) - 1]


def false_answers_at(coverage: float, positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The share of the negatives that reach the threshold which this share of the positives reach."""
    lowest = threshold_at(coverage, positives)
    return float(np.mean([score >= lowest for score in negatives])) if negatives else float("nan")
