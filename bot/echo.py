"""Quotes that say the same in the same words, or nearly, into one; and the rest in an order without repetition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from bot.answer import Quote
from bot.words import words
from index import Article, Vectors

# Wire copy that was lightly edited keeps most of its pairs of words; two sentences about one fact do not.
_SHARED = 0.5
# A quote that stands almost whole inside a longer one says nothing of its own, unless it is a few words only.
_CONTAINED = 0.8
_FEW = 6
_RELEVANCE = 0.8

_Shingles = frozenset[tuple[str, str]]


def fold(quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes less their echoes, in the order of the best of each; no two of them near-duplicates.

    Of quotes that echo each other the earliest published is kept (one without a date comes last, equal ones
    in the order given), with the others' articles in `also_in`, earliest first, and with their best score
    and probability. There are a few dozen quotes at most, so pairs of words are compared one with all: a
    sketch such as MinHash would only add an error to that.
    """
    groups: list[list[tuple[Quote, _Shingles]]] = []
    for quote in quotes:
        shingles = _shingles(quote.text)
        home = next((group for group in groups if any(_echoes(shingles, other) for _, other in group)), None)
        if home is None:
            groups.append([(quote, shingles)])
        else:
            home.append((quote, shingles))
    return [_one([quote for quote, _ in group]) for group in groups]


def is_echo(one: str, other: str) -> bool:
    """Whether two texts say the same in the same words, or nearly."""
    return _echoes(_shingles(one), _shingles(other))


def distinct(quotes: Sequence[Quote], vectors: Vectors, k: int) -> list[Quote]:
    """At most k of the quotes, each next one likely to answer and unlike those before it.

    Maximal marginal relevance (Carbonell and Goldstein, 1998): the largest
    `0.8 * probability - 0.2 * (largest cosine with those taken)`; `vectors` is `(n, d)`, a unit row each quote.
    """
    left = sorted(range(len(quotes)), key=lambda i: -quotes[i].score)
    taken: list[int] = []
    while left and len(taken) < k:

        def worth(i: int) -> float:
            nearest = max((float(vectors[i] @ vectors[j]) for j in taken), default=0.0)
            return _RELEVANCE * quotes[i].probability - (1 - _RELEVANCE) * nearest

        best = max(left, key=worth) if taken else left[0]
        left.remove(best)
        taken.append(best)
    return [quotes[i] for i in taken]


def _shingles(text: str) -> _Shingles:
    row = words(text)
    return frozenset(pairwise([*row, ""])) if row else frozenset({(text, "")})


def _echoes(one: _Shingles, two: _Shingles) -> bool:
    shared = len(one & two)
    fewer = min(len(one), len(two))
    return shared >= _SHARED * len(one | two) or (fewer > _FEW and shared >= _CONTAINED * fewer)


def _one(echoes: Sequence[Quote]) -> Quote:
    """The earliest of these, told where else its words stand."""
    by_date = sorted(echoes, key=lambda quote: quote.article.published or date.max)
    first = by_date[0]
    others: dict[str, Article] = {
        quote.article.id: quote.article for quote in by_date if quote.article.id != first.article.id
    }
    return replace(
        first,
        score=max(quote.score for quote in echoes),
        probability=max(quote.probability for quote in echoes),
        also_in=tuple(others.values()),
    )
