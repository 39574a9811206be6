"""Quotes are verbatim, never overlap, and are none where nothing answers."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.quote import Chosen, choose, quote_from
from index import Article, Encoder, Hit, Passage, load_encoder

NEWS = (
    "Nissan is considering a partnership with Honda on electric vehicles, according to reports. The two companies "
    "could buy batteries together.\n\nThe factory in Sunderland has built the LEAF since 2013. It employs 6,000 "
    "people.\n\n"
    "In London, rain is expected until Tuesday."
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


def hits_of(text: str) -> list[Hit]:
    article = Article("Nissan and Honda", text, id="a")
    half = text.index("The factory")
    return [
        Hit(article, Passage(2, "a", half, len(text)), 1.0, {"dense": 0.5}),
        Hit(article, Passage(1, "a", 0, half), 0.5, {"dense": 0.4}),
    ]


def test_the_sentence_that_answers_is_quoted_first(encoder: Encoder) -> None:
    chosen = choose("Where is the LEAF built?", hits_of(NEWS), encoder)
    assert "Sunderland" in chosen.quotes[0].text
    assert chosen.quotes[0].passage == Passage(2, "a", NEWS.index("The factory"), len(NEWS))


def test_a_question_about_something_else_is_declined_with_the_nearest_miss(encoder: Encoder) -> None:
    chosen = choose("Who won the 1998 World Cup?", hits_of(NEWS), encoder)
    assert chosen.quotes == ()
    assert chosen.nearest is not None
    assert chosen.nearest.text in NEWS


def test_without_hits_there_is_nothing_to_quote(encoder: Encoder) -> None:
    assert choose("Where is the LEAF built?", [], encoder) == Chosen()


def test_a_text_in_no_index_is_quoted_in_the_order_of_its_words(encoder: Encoder) -> None:
    quotes = quote_from("Which carmaker may Nissan work with on electric vehicles?", NEWS, encoder=encoder)
    assert [NEWS[quote.start : quote.end] for quote in quotes] == [quote.text for quote in quotes]
    assert "Honda" in quotes[0].text
    assert quote_from("Who won the 1998 World Cup?", NEWS, encoder=encoder) == []


@pytest.mark.parametrize("nothing", ["", " \n\t", "\u200b", "\ud800", "?", "\n\n---\n\n"])
def test_a_text_without_words_answers_nothing(encoder: Encoder, nothing: str) -> None:
    assert quote_from("Where is the LEAF built?", nothing, encoder=encoder) == []
    assert quote_from(nothing, NEWS, encoder=encoder, threshold=0.9) == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=40), text=st.text(max_size=300))
def test_a_quote_is_always_verbatim_trimmed_and_apart_from_the_others(
    encoder: Encoder, question: str, text: str
) -> None:
    quotes = quote_from(question, text, encoder=encoder, threshold=0.0)
    for quote in quotes:
        assert text[quote.start : quote.end] == quote.text == quote.text.strip() != ""
    assert all(one.end <= two.start for one, two in pairwise(quotes))
