"""The order in which an answer's quotes are shown; it changes no quote and leaves none out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answer import SORTS, Quote, Sort
from index import QuestionError


def ordered(quotes: Sequence[Quote], sort: Sort) -> tuple[Quote, ...]:
    """The quotes as they are for "best", by day of publication otherwise; those without a day come last."""
    if sort == "best":
        return tuple(quotes)
    dated = [each for each in quotes if each.article.published]
    undated = [each for each in quotes if not each.article.published]
    dated.sort(key=lambda each: each.article.published or date.min, reverse=sort == "newest")
    return (*dated, *undated)


def sort_of(word: str) -> Sort:
    """The order that a word names, "best" for none; raises QuestionError for a word that names none."""
    for each in SORTS:
        if each == (word or "best"):
            return each
    raise QuestionError(f"the order is {word[:40]!r}, expected one of: {', '.join(SORTS)}")
