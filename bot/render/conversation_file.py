"""A whole conversation as a file: Markdown to read, JSON to work with; the quotes with their citations."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from typing_extensions import TypedDict

from bot.answer import Answer, Quote
from bot.render import citation, escape, markdown
from bot.render.records import AnswerRecord, answer_record
from bot.render.words import long_date

Turns = Sequence[tuple[datetime, Answer]]
"""When a question was asked, and its answer; oldest first, at least one."""


class CitationRecord(TypedDict):
    """One quote as a citation in each form."""

    plain: str
    markdown: str
    bibtex: str


class TurnRecord(TypedDict):
    """One question of a conversation: when it was asked, its answer, and a citation for each of its quotes."""

    asked: str
    answer: AnswerRecord
    citations: list[CitationRecord]


def as_markdown(turns: Turns) -> str:
    """The conversation under its first question as the title; ends with a newline."""
    asked, first = turns[0]
    title = f"# {escape.markdown(first.question)}\n\nA conversation with Pullquote, {long_date(asked.date())}\n"
    return "\n".join([title, *(markdown.answer(answer) for _, answer in turns)])


def as_json(turns: Turns) -> str:
    """`{"turns": [TurnRecord, ...]}`; ends with a newline."""
    records: list[TurnRecord] = [
        {
            "asked": asked.isoformat(),
            "answer": answer_record(answer),
            "citations": [_citation(quote) for quote in answer.quotes],
        }
        for asked, answer in turns
    ]
    return json.dumps({"turns": records}, ensure_ascii=False, indent=1) + "\n"


def _citation(quote: Quote) -> CitationRecord:
    return {
        "plain": citation.plain(quote),
        "markdown": citation.markdown(quote),
        "bibtex": citation.bibtex(quote),
    }
