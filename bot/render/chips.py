"""Filters in force as chips, each a link that asks again without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from bot.render.escape import html as escaped
from bot.render.words import long_date
from index import Filters, language_name

LinkTo = Callable[[Filters], str]
"""Filters -> the address that asks under them."""


class Chip(NamedTuple):
    """One filter: what it is called, what it says, and the filters that are left without it."""

    kind: str
    words: str
    rest: Filters


def chips(filters: Filters) -> Iterator[Chip]:
    """The filters one by one: sources, authors, languages, first day, day after the last."""
    for name in filters.sources:
        yield Chip("source", name, replace(filters, sources=tuple(n for n in filters.sources if n != name)))
    for name in filters.authors:
        yield Chip("author", name, replace(filters, authors=tuple(n for n in filters.authors if n != name)))
    for code in filters.languages:
        rest = replace(filters, languages=tuple(c for c in filters.languages if c != code))
        yield Chip("language", f"in {language_name(code)}", rest)
    if filters.after:
        yield Chip("date", f"from {long_date(filters.after)}", replace(filters, after=None))
    if filters.before:
        yield Chip("date", f"before {long_date(filters.before)}", replace(filters, before=None))


def chip_links(filters: Filters, link_to: LinkTo) -> str:
    """The chips as links; empty when nothing is filtered. The cross is drawn by the stylesheet.

    Gradio takes every `aria-label` away, so a link says what it does in its title; anew.js makes that its name.
    """
    return "".join(
        f'<a class="pq-chip pq-anew" href="{escaped(link_to(each.rest))}" '
        f'title="Remove {each.kind} {escaped(each.words)}">{escaped(each.words)}</a>'
        for each in chips(filters)
    )
