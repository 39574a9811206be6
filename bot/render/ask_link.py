"""The address that asks a question again, whole: its words, its filters, its order, and whether it is interpreted."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.answer import Answer, Sort
from index import Filters


def ask_link(question: str, filters: Filters, sort: Sort = "best", *, interpret: bool = True) -> str:
    """The path in this app; `bot.asking.shared` reads it back."""
    pairs = [("q", question)]
    pairs += [("source", name) for name in filters.sources] + [("author", name) for name in filters.authors]
    pairs += [("language", code) for code in filters.languages]
    pairs += [("after", filters.after.isoformat())] if filters.after else []
    pairs += [("before", filters.before.isoformat())] if filters.before else []
    pairs += [("sort", sort)] if sort != "best" else []
    pairs += [] if interpret else [("interpret", "no")]
    return f"/?{urlencode(pairs)}"


def question_link(answer: Answer) -> str:
    """The path that asks an answer's question again, completed and under the same filters."""
    question = answer.read_as or answer.question
    return ask_link(question, answer.filters, answer.sort, interpret=answer.interpreted)


def as_typed_link(answer: Answer) -> str:
    """The path that asks the question as it was typed, under the filters that were chosen and no others."""
    return ask_link(answer.question, answer.given, answer.sort, interpret=False)
