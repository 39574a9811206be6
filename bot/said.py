"""What a conversation quoted and asked before, read back from its own HTML; trusts none of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.render.escape import text_of_html
from index import Span

_OPENED = re.compile(r'<a class="pq-open" href="([^"]{1,2000})"')
_PLACE = re.compile(r"/articles/([\w%.~-]{1,200})\?start=(\d{1,9})&end=(\d{1,9})(?:[&#]|$)", re.ASCII)
_SHARED = re.compile(r'<p class="pq-share"><a href="([^"]{1,20000})"')


def quoted_before(answers: Iterable[str]) -> dict[str, list[Span]]:
    """The ranges that the answers quoted, by article id, oldest first; anything else in them is passed over.

    The page sends its conversation back with each question, so this may be anybody's text: only numbers and an
    id are taken from it, and ranges outside an article mark nothing there.
    """
    found: dict[str, list[Span]] = {}
    for answer in answers:
        for opened in _OPENED.finditer(answer):
            if place := _PLACE.match(text_of_html(opened[1])):
                found.setdefault(place[1], []).append((int(place[2]), int(place[3])))
    return found


def link_of(answer: str) -> str:
    """The link that asks an answer's question again, as the answer holds it; empty for what is no answer."""
    found = _SHARED.search(answer)
    return text_of_html(found[1]) if found else ""
