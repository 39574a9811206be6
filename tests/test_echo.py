"""Echoes of one quote fold into the earliest; what is left is said once and in an order without repetition."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Quote
from bot.echo import distinct, fold
from index import Article

WIRE = "Nissan is considering a partnership with Honda on electric vehicles, according to reports."
EDITED = "Nissan is considering a partnership with Honda for electric vehicles, according to two reports."
OTHER = "The factory in Sunderland has built the LEAF since 2013."


def quote_of(text: str, name: str, score: float, published: date | None = None) -> Quote:
    return Quote(Article(name, text, id=name, published=published), 0, len(text), score, score)


def test_lightly_edited_wire_copy_folds_into_the_earliest_with_the_best_score() -> None:
    late = quote_of(WIRE, "late", 0.9, date(2024, 3, 15))
    undated = quote_of(WIRE, "undated", 0.7)
    early = quote_of(EDITED, "early", 0.8, date(2024, 3, 14))
    other = quote_of(OTHER, "other", 0.6, date(2024, 1, 1))
    folded = fold([late, undated, early, other])
    assert [(quote.article.title, quote.score) for quote in folded] == [("early", 0.9), ("other", 0.6)]
    assert [article.title for article in folded[0].also_in] == ["late", "undated"]
    assert folded[1].also_in == ()


def test_a_quote_that_stands_inside_a_longer_one_is_no_quote_of_its_own() -> None:
    folded = fold([quote_of(f"{WIRE} {OTHER}", "long", 0.9), quote_of(WIRE, "short", 0.8)])
    assert [quote.article.title for quote in folded] == ["long"]
    assert [article.title for article in folded[0].also_in] == ["short"]


def test_the_same_words_twice_in_one_article_are_not_also_in_it() -> None:
    article = Article("a", f"{WIRE} {WIRE}", id="a")
    quotes = [Quote(article, 0, len(WIRE), 0.9), Quote(article, len(WIRE) + 1, 2 * len(WIRE) + 1, 0.8)]
    assert fold(quotes) == [quotes[0]]


def test_a_different_fact_in_similar_words_stays() -> None:
    one = quote_of("Nissan sold 21,000 LEAFs in 2023.", "a", 0.9)
    two = quote_of("Honda sold 9,000 e:Ny1s in March 2024.", "b", 0.8)
    assert fold([one, two]) == [one, two]


def test_the_second_quote_is_the_one_unlike_the_first() -> None:
    quotes = [quote_of(str(i), str(i), score) for i, score in enumerate((0.9, 0.85, 0.8))]
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    # Beside the first, 0.8 * .85 - 0.2 * 1 = .48 and 0.8 * .80 - 0.2 * 0 = .64.
    assert [quote.score for quote in distinct(quotes, vectors, 3)] == [0.9, 0.8, 0.85]
    assert [quote.score for quote in distinct(quotes, vectors, 1)] == [0.9]


@given(st.lists(st.text(min_size=1, max_size=40), max_size=8))
def test_after_folding_every_article_is_still_named_once(texts: list[str]) -> None:
    quotes = [quote_of(text, str(i), 1.0 - i / 10) for i, text in enumerate(texts)]
    folded = fold(quotes)
    named = [quote.article.id for quote in folded] + [article.id for quote in folded for article in quote.also_in]
    assert sorted(named) == sorted(quote.article.id for quote in quotes)
    assert all(quote.article.text[quote.start : quote.end] == quote.text for quote in folded)
