"""Probabilities of sentences into the runs of whole sentences that are quoted; knows no words and no vectors."""

from __future__ import annotations

from collections.abc import Sequence

from index import Span


def runs(probabilities: Sequence[float], follows: Sequence[bool], threshold: float, bridge: float) -> list[Span]:
    """Half-open ranges of rows that are quoted as one, in order and without overlap.

    Rows of at least `threshold` are taken; two that stand one row apart are joined when the row between them
    reaches `bridge`. A run never crosses a row that does not follow the one before it.
    """
    taken = [p >= threshold for p in probabilities]
    for i in range(1, len(taken) - 1):
        between = probabilities[i - 1] >= threshold and probabilities[i + 1] >= threshold
        taken[i] = taken[i] or (between and follows[i] and follows[i + 1] and probabilities[i] >= bridge)
    found: list[Span] = []
    for i, take in enumerate(taken):
        if take and found and found[-1][1] == i and follows[i]:
            found[-1] = (found[-1][0], i + 1)
        elif take:
            found.append((i, i + 1))
    return found
