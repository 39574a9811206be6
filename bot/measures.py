"""How good quotes and declines are, beside what people chose; arithmetic only, it asks nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

Place = tuple[str, int]
"""A word where it stands: its article's digest, and its first character's position there."""

_WORD = re.compile(r"\w+")


class Overlap(NamedTuple):
    """Words quoted, and how they meet the words that people chose; micro-averaged over all questions."""

    precision: float
    recall: float
    f1: float


def places(digest: str, text: str, start: int, end: int) -> set[Place]:
    """The words of `text[start:end]` where they stand."""
    return {(digest, start + match.start()) for match in _WORD.finditer(text[start:end])}


def find_words(text: str, words: str) -> tuple[int, int] | None:
    """Where the words stand in a text, whatever the white space between them; None where they do not."""
    pattern = r"\s*".join(re.escape(piece) for piece in words.split())
    found = re.search(pattern, text) if pattern else None
    return found.span() if found else None


def word_overlap(quoted: Sequence[set[Place]], chosen: Sequence[set[Place]]) -> Overlap:
    """Precision, recall and F1 of quoted words, summed over all questions before they are divided.

    A question nobody found an answer to counts with what was quoted for it, which is all wrong.
    """
    right = sum(len(q & c) for q, c in zip(quoted, chosen, strict=True))
    said, wanted = sum(map(len, quoted)), sum(map(len, chosen))
    precision, recall = right / said if said else 0.0, right / wanted if wanted else 0.0
    return Overlap(precision, recall, 2 * right / (said + wanted) if said + wanted else 0.0)


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The chance that a random positive has the higher score than a random negative, a tie counting half.

    .5 where there is nothing to compare. O(n log n), by the rank sum of Mann and Whitney (1947).
    """
    if not positives or not negatives:
        return 0.5
    ordered = sorted([(score, True) for score in positives] + [(score, False) for score in negatives])
    total, at = 0.0, 0
    while at < len(ordered):
        end = at
        while end < len(ordered) and ordered[end][0] == ordered[at][0]:
            end += 1
        rank = (at + 1 + end) / 2
        total += rank * sum(positive for _, positive in ordered[at:end])
        at = end
    n = len(positives)
    return (total - n * (n + 1) / 2) / (n * len(negatives))


def false_answer_rate(answerable: Sequence[float], unanswerable: Sequence[float], coverage: float) -> float:
    """The share of unanswerable questions that are answered when a share `coverage` of the answerable ones is.

    The threshold is the highest that still answers that share; what lies at it is answered.
    """
    if not answerable or not unanswerable:
        return 0.0
    ordered = sorted(answerable, reverse=True)
    threshold = ordered[min(max(-int(-coverage * len(ordered) // 1), 1), len(ordered)) - 1]
    return sum(score >= threshold for score in unanswerable) / len(unanswerable)
