"""How a question was read and what narrowed it, above its answer; each reading can be undone with one link."""

from __future__ import annotations

from bot.answer import SORTS, Answer
from bot.render.ask_link import as_typed_link, ask_link
from bot.render.chips import chip_links
from bot.render.escape import html as escaped


def read_as(shown: Answer) -> str:
    """What the question was taken for, with the way to ask it as it was typed; empty where that is the same."""
    is_completed = bool(shown.read_as) and shown.read_as != shown.question
    if not is_completed and shown.filters == shown.given:
        return ""
    words = (
        f"Read as: <q>{escaped(shown.read_as)}</q>" if is_completed else "Some of your words were read as a filter."
    )
    undo = f'<a class="pq-anew pq-undo" href="{escaped(as_typed_link(shown))}">Ask as typed</a>'
    return f'<p class="pq-read-as"><span>{words}</span> {undo}</p>'


def filters(shown: Answer) -> str:
    """What narrowed the search, whether it was chosen on the page or read in the question."""
    question = shown.read_as or shown.question
    links = chip_links(shown.filters, lambda rest: ask_link(question, rest, shown.sort, interpret=False))
    return f'<p class="pq-filters">Searched only {links}</p>' if links else ""


def order(shown: Answer) -> str:
    """The order of the quotes, and the ways to the others; empty where there is nothing to put in order."""
    if len({each.article.published for each in shown.quotes}) < 2:
        return ""
    question = shown.read_as or shown.question
    parts = []
    for each in SORTS:
        if each == shown.sort:
            parts.append(f"<b>{each} first</b>")
        else:
            link = ask_link(question, shown.filters, each, interpret=shown.interpreted)
            parts.append(f'<a class="pq-anew" href="{escaped(link)}">{each} first</a>')
    return f'<span class="pq-order">{" · ".join(parts)}</span>'
