"""How a question is read before it is searched for: filters in its words, and what a follow-up leaves unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.narrow import narrow
from index import Filters, OpenIndex

Turn = tuple[str, str]
"""An earlier question and the words quoted in its answer."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is searched for, and among which articles; `read_as` is empty when that is just what was asked."""

    query: str
    filters: Filters
    read_as: str = ""
    notes: tuple[str, ...] = ()


def read_question(
    question: str, history: Sequence[str | Turn], given: Filters, index: OpenIndex, today: date
) -> Reading:
    """The question with its filters taken out and, where it leans on the conversation, completed from it."""
    catalogue = index.catalogue
    narrowed = narrow(
        question,
        today,
        [name for name, _ in catalogue.names("source")],
        [name for name, _ in catalogue.names("author")],
        catalogue.dated(),
    )
    return Reading(narrowed.question, _both(given, narrowed.filters))


def _both(given: Filters, found: Filters) -> Filters:
    """Both filters at once; names that were given outright win over names found in words."""
    return Filters(
        given.sources or found.sources,
        given.authors or found.authors,
        max((day for day in (given.after, found.after) if day), default=None),
        min((day for day in (given.before, found.before) if day), default=None),
    )
