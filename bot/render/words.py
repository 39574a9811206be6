"""Numbers and dates said in words; the one place that decides how sure the bot sounds."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Sureness(NamedTuple):
    """A probability in words. `level` runs from 1 (a long shot) to 5 (almost certain).

    `words` are said of one quote ("very likely answers this"), `together` of several.
    """

    level: int
    words: str

    @property
    def together(self) -> str:
        """The words for several quotes: "very likely answer this"."""
        return self.words.replace("answers", "answer").replace("does not", "do not")


_STEPS = (
    (0.90, Sureness(5, "almost certainly answers this")),
    (0.70, Sureness(4, "very likely answers this")),
    (0.50, Sureness(3, "probably answers this")),
    (0.10, Sureness(2, "possibly answers this")),
    (float("-inf"), Sureness(1, "probably does not answer this")),
)


def how_sure(probability: float) -> Sureness:
    """How sure the bot is that a quote of this probability (0..1) answers, in words.

    The steps begin at .90, .70, .50 and .10, from which on an answer is given; they are read off calibrated
    probabilities, so that "very likely" is right at least seven times out of ten.
    """
    return next(sureness for least, sureness in _STEPS if probability >= least)


def long_date(day: date) -> str:
    """A date as English prose writes it, "3 March 2024", whatever the machine's locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def counted(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: "1 quote", "12,000 articles"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
