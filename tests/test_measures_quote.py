"""Measures of quoting and declining, against numbers worked by hand."""

from __future__ import annotations

import math

import pytest

from index.measures_quote import (
    WordCount,
    auroc,
    best_is_right,
    count_words,
    false_answers_at,
    r_precision,
    threshold_at,
)


def test_words_are_counted_where_they_begin() -> None:
    # "one two" is quoted, "two three" is gold: one right (two), one wrong (one), one missed (three).
    counted = count_words("one two  three four", [(0, 7)], [(4, 14)])
    assert counted == WordCount(1, 1, 1)
    assert (counted.precision, counted.recall, counted.f1) == (0.5, 0.5, 0.5)


def test_a_row_without_gold_costs_only_what_is_quoted_of_it() -> None:
    silent, loud = count_words("a b", [], []), count_words("a b", [(0, 3)], [])
    assert (silent, loud) == (WordCount(), WordCount(0, 2, 0))
    assert (WordCount(2, 0, 0) + silent).f1 == 1.0
    assert (WordCount(2, 0, 0) + loud).f1 == pytest.approx(2 / 3)
    assert WordCount().f1 == 0.0


def test_the_best_sentence_and_r_precision() -> None:
    ranked = [(10, 20), (0, 10), (20, 30)]
    assert best_is_right(ranked, {(10, 20)}) == 1.0
    assert best_is_right(ranked, {(0, 10)}) == best_is_right([], {(0, 10)}) == 0.0
    assert r_precision(ranked, {(10, 20), (20, 30)}) == 0.5


def test_auroc_counts_ties_half() -> None:
    # .9 beats both; .5 beats .1 and ties with .5: (1 + 1 + 1 + .5) / 4.
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 0.875
    assert math.isnan(auroc([], [0.1]))


def test_the_threshold_keeps_the_coverage_asked_for() -> None:
    positives = [0.9, 0.8, 0.7, 0.2]
    assert threshold_at(0.75, positives) == 0.7
    assert threshold_at(0.76, positives) == 0.2
    assert false_answers_at(0.75, positives, [0.75, 0.7, 0.1, 0.0]) == 0.5
