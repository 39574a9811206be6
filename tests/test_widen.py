"""A quote that is read out of its text says whom it speaks of."""

from __future__ import annotations

import pytest

from bot.candidates import Candidate
from bot.widen import widened
from index import Article, sentences, trimmed


def candidates(text: str) -> list[Candidate]:
    article = Article("A title", text)
    return [Candidate(article, *trimmed(text, span)) for span in sentences(text)]


TALKS = "Nissan talks to Fisker. Discussions are about money. It may buy shares.\n\nThey were long."


@pytest.mark.parametrize(
    ("question", "row", "widened_to"),
    [
        ("Which start-up is Nissan in talks with?", 1, 0),  # the name stands in the sentence before
        ("What are they about?", 1, 1),  # no name is asked about
        ("What may Nissan do?", 2, 1),  # "It"
        ("What may Nissan do?", 0, 0),
        ("Who were long?", 3, 3),  # a paragraph of its own
    ],
)
def test_the_sentence_before_comes_along_where_the_first_points_back(
    question: str, row: int, widened_to: int
) -> None:
    found = candidates(TALKS)
    assert widened(question, [(row, row + 1)], found, [False, True, True, True]) == [(widened_to, row + 1)]


def test_two_quotes_never_share_a_sentence() -> None:
    found = candidates(TALKS)
    assert widened("What may Nissan do?", [(1, 2), (2, 3)], found, [False, True, True, True]) == [(0, 2), (2, 3)]


def test_a_sentence_that_does_not_follow_is_left_alone() -> None:
    assert widened("What may Nissan do?", [(2, 3)], candidates(TALKS), [False, True, False, True]) == [(2, 3)]
