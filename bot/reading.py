"""How a question is read before it is searched for: filters in its words, and what a follow-up leaves unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.conversation import Turn, complete
from bot.narrow import may_name, narrow
from bot.settings import QUESTION_LIMIT
from index import Filters, OpenIndex, QuestionError, Ranking


@dataclass(frozen=True, slots=True)
class Reading:
    """What is searched for, and among which articles.

    `query` stands alone and is what quotes are chosen for; `queries` are searched for together, each with its
    weight. `read_as` is empty when the query is just what was asked.
    """

    query: str
    filters: Filters
    queries: tuple[tuple[str, float], ...]
    read_as: str = ""

    @classmethod
    def literal(cls, question: str, filters: Filters) -> Reading:
        """The question as it stands."""
        return cls(question, filters, ((question, 1.0),))


def checked(question: str) -> str:
    """The question without white space around it; raises QuestionError when it is empty or too long."""
    asked = question.strip()
    if not asked:
        raise QuestionError("the question is empty; ask one in a few words")
    if len(asked) > QUESTION_LIMIT:
        raise QuestionError(
            f"the question has {len(asked):,} characters, at most {QUESTION_LIMIT:,} are read; shorten it"
        )
    return asked


def read_question(
    question: str, history: Sequence[str | Turn], given: Filters, index: OpenIndex, today: date
) -> Reading:
    """The question with its filters taken out and, where it leans on the conversation, completed from it."""
    catalogue = index.catalogue
    sources, authors = (
        ([name for name, _ in catalogue.names(kind)] for kind in ("source", "author"))
        if may_name(question)
        else ((), ())
    )
    narrowed = narrow(question, today, sources, authors, catalogue.dated())
    filters = _both(given, narrowed.filters)

    def cosines(queries: Sequence[str]) -> list[Ranking]:
        return index.retriever.cosines(queries, filters)

    completed = complete(narrowed.question, history, cosines)
    read_as = completed.read_as or (narrowed.question if narrowed.phrases else "")
    return Reading(completed.query, filters, completed.queries, read_as)


def _both(given: Filters, found: Filters) -> Filters:
    """Both filters at once; names that were given outright win over names found in words."""
    return Filters(
        given.sources or found.sources,
        given.authors or found.authors,
        max((day for day in (given.after, found.after) if day), default=None),
        min((day for day in (given.before, found.before) if day), default=None),
        given.languages or found.languages,
    )
