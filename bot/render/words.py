"""Numbers and dates said in words; the one place that decides how sure the bot sounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Sureness(NamedTuple):
    """A probability in words. `level` runs from 1 (a long shot) to 5 (almost certain)."""

    level: int
    adverb: str

    @property
    def words(self) -> str:
        """What is said of one quote: "very likely answers this"."""
        return f"{self.adverb} {'does not answer' if self.level == 1 else 'answers'} this"

    @property
    def among(self) -> str:
        """What is said of several quotes, as a sentence: "The answer is very likely among them."."""
        return f"The answer is {self.adverb} {'not ' if self.level == 1 else ''}among them."


_STEPS = (
    (0.90, Sureness(5, "almost certainly")),
    (0.70, Sureness(4, "very likely")),
    (0.50, Sureness(3, "probably")),
    (0.10, Sureness(2, "possibly")),
    (float("-inf"), Sureness(1, "probably")),
)


def how_sure(probability: float) -> Sureness:
    """How sure the bot is that a quote of this probability (0..1) answers, in words.

    The steps begin at .90, .70, .50 and .10, from which on an answer is given; they are read off calibrated
    probabilities, so that "very likely" is right at least seven times out of ten.
    """
    return next(sureness for least, sureness in _STEPS if probability >= least)


def how_sure_of_all(confidence: float, each: Sequence[float]) -> Sureness:
    """How sure the bot is that the answer is among quotes of these probabilities: as sure as of its answer.

    But never more than one step surer than of the surest of them: several that "possibly" answer make a "probably",
    and nobody has to believe "almost certainly" above a row of "possibly". Without quotes it is as sure as it is.
    """
    all_of_them, best = how_sure(confidence), how_sure(max(each, default=1.0))
    if all_of_them.level <= best.level + 1:
        return all_of_them
    return next(sureness for _, sureness in _STEPS if sureness.level == best.level + 1)


def long_date(day: date) -> str:
    """A date as English prose writes it, "3 March 2024", whatever the machine's locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: "1 quote", "12,000 articles"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
