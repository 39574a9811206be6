"""Splitting loses nothing, keeps sentences whole where it can, and never exceeds what the encoder reads."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.split import passages, sentences, trimmed

WORDS = st.lists(
    st.sampled_from(
        ["Dr. Smith", "came", "home.", "“Why?”", "日本語。", "\n\n", "\n", "🙂", "e.g.", "(", "3.5", "Ünï"]
    ),
    max_size=60,
).map(" ".join)


def count(texts: Sequence[str]) -> list[int]:
    return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]


@given(st.text(st.characters(exclude_categories=["Cs"])) | WORDS)
def test_sentences_joined_give_the_text_back(text: str) -> None:
    spans = sentences(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)


@settings(max_examples=200)
@given(st.text(st.characters(exclude_categories=["Cs"])) | WORDS, st.integers(1, 30))
def test_passages_joined_give_the_text_back(text: str, budget: int) -> None:
    split = passages(text, count, budget)
    assert "".join(text[start:end] for spans in split for start, end in spans) == (text if text.strip() else "")


@given(WORDS, st.integers(3, 30))
def test_no_passage_is_longer_than_the_budget(text: str, budget: int) -> None:
    for spans in passages(text, count, budget):
        assert count([text[spans[0][0] : spans[-1][1]]])[0] <= budget


def test_sentences_end_where_a_reader_would_end_them() -> None:
    text = "Dr. Smith paid 3.5 million. “Why?” she asked. He left.\n\nA new paragraph"
    assert [text[start:end].strip() for start, end in sentences(text)] == [
        "Dr. Smith paid 3.5 million.",
        "“Why?” she asked.",
        "He left.",
        "A new paragraph",
    ]


def test_positions_count_characters_beyond_the_basic_plane() -> None:
    text = "🙂🙂 went home. She slept."
    assert [text[start:end] for start, end in sentences(text)] == ["🙂🙂 went home. ", "She slept."]


def test_a_sentence_beyond_the_budget_is_cut_at_white_space() -> None:
    text = "one two three four five six seven eight"
    split = passages(text, count, 3)
    assert [text[spans[0][0] : spans[-1][1]] for spans in split] == [
        "one two ",
        "three four ",
        "five six ",
        "seven eight",
    ]


def test_a_passage_ends_at_a_paragraph_once_it_is_nearly_full() -> None:
    text = "One two three. Four five six.\n\nSeven eight nine. Ten."
    split = passages(text, count, 10)
    assert [text[spans[0][0] : spans[-1][1]] for spans in split] == [
        "One two three. Four five six.\n\n",
        "Seven eight nine. Ten.",
    ]


def test_a_span_without_its_white_space() -> None:
    assert trimmed("  Yes. \n", (0, 8)) == (2, 6)
    assert trimmed("   ", (0, 3)) == (0, 0)


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 word piece, not 0"):
        passages("Yes.", count, 0)


def test_nested_brackets_do_not_take_quadratic_time() -> None:
    hostile = "(“" * 100_000
    started = time.process_time()
    sentences(hostile)
    # A guard against the quadratic case, which takes minutes, not a measurement.
    assert time.process_time() - started < 60
