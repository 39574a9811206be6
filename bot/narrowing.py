"""What the panel that narrows the search shows for what is chosen and asked; knows no Gradio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.again import last_asked, last_question
from bot.asking import Chosen, Message
from bot.opening import Opening
from bot.render.ask_link import ask_link
from bot.render.narrow import chosen_bar, timeline
from index import Filters, QuestionError, language_name


class Panel(NamedTuple):
    """The names to choose from, (what is shown, what is meant) each; and the chips and the chart as HTML."""

    sources: Sequence[tuple[str, str]] = ()
    authors: Sequence[tuple[str, str]] = ()
    languages: Sequence[tuple[str, str]] = ()
    chips: str = ""
    chart: str = ""


def panel(opening: Opening, messages: Sequence[Message], chosen: Chosen) -> Panel:
    """The panel with counts that fit the choice; empty while the index is being opened."""
    if not opening.is_ready:
        return Panel()
    question, last = last_question(messages), last_asked(messages)
    filters = _readable(chosen)
    facets = opening.bot().facets(filters, question)

    def link_to(others: Filters) -> str:
        return ask_link(question, others, chosen.order, interpret=last.interpret)

    return Panel(
        _numbered(facets.sources),
        _numbered(facets.authors),
        [(f"{language_name(code)} ({times:,})", code) for code, times in facets.languages],
        chosen_bar(filters, link_to),
        timeline(facets.months, filters, link_to, is_matching=facets.is_matching),
    )


def _readable(chosen: Chosen) -> Filters:
    """The filters, less a date that is still being typed."""
    try:
        return chosen.filters()
    except QuestionError:
        return chosen._replace(after="", before="").filters()


def _numbered(names: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    return [(f"{name} ({times:,})", name) for name, times in names if name]
