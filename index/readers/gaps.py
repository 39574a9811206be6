"""What was left out between the paragraphs that were taken from a page: headings and lists that belong to them.

Which part of a page is its article is judged elsewhere; here only gaps in it are filled, and its edges trimmed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from index.readers.markup import owned_paragraphs

_FILLS = {f"h{level}" for level in range(2, 7)} | {"ul", "ol", "dl"}
_HOLDS = {"li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}}

_NOTICE = re.compile(
    r"(©|\(c\)\s|copyright\s+(©|\(c\)|\d{4}))|all rights reserved|alle rechte vorbehalten|tous droits réservés"
    r"|todos los derechos reservados|tutti i diritti riservati",
    re.IGNORECASE,
)
_NOTICE_LENGTH = 300
_MARK = re.compile(
    "advertisement|anzeige|werbung|publicité|publicidad|pubblicità|advertentie|reklama", re.IGNORECASE
)
_ADDRESS = re.compile(r"(https?://|www\.)\S+", re.IGNORECASE)

Element = Any  # lxml has no types of its own


def trimmed(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs without the mark above an advertisement, and at their ends without notices and lone addresses.

    Unless nothing else is left of them.
    """
    kept = [each for each in paragraphs if not _MARK.fullmatch(each)] or list(paragraphs)
    while len(kept) > 1 and (_ADDRESS.fullmatch(kept[-1]) or _is_notice(kept[-1])):
        kept.pop()
    while len(kept) > 1 and _ADDRESS.fullmatch(kept[0]):
        kept.pop(0)
    return kept


def _is_notice(paragraph: str) -> bool:
    return len(paragraph) <= _NOTICE_LENGTH and bool(_NOTICE.search(paragraph))


def filled(taken: Sequence[str], root: Element) -> list[str]:
    """The paragraphs taken from a page, with the headings and lists that stand between them beside their like.

    They come in the page's own order. Where one of those taken cannot be found in the page again, nothing is filled.
    """
    page = owned_paragraphs(root)
    places = _places(taken, [text for _, text in page])
    if len(places) < 2:
        return list(taken)
    texts = dict(zip(places, taken, strict=True))
    homes = {place: _home(page[place][0]) for place in places}
    for place in range(max(places) - 1, min(places), -1):  # from the end: a heading is judged by what follows it
        owner, text = page[place]
        unit = _unit(owner)
        if place in texts or unit is None or (unit.tag[0] == "h" and place + 1 not in texts):
            continue
        before = {home for at, home in homes.items() if at < place}
        if _home(unit) in before & {home for at, home in homes.items() if at > place} and not _is_of_links(unit):
            texts[place] = text
    return [texts[place] for place in sorted(texts)]


def _places(taken: Sequence[str], page: Sequence[str]) -> list[int]:
    """Where in the page each of these stands, none twice; nothing when one of them is not to be found."""
    where: dict[str, list[int]] = {}
    for place, text in enumerate(page):
        where.setdefault(_letters(text), []).append(place)
    places: list[int] = []
    for text in taken:
        free = where.get(_letters(text), [])
        if not free:
            return []
        last = places[-1] if places else -1
        places.append(found := next((place for place in free if place > last), free[0]))
        free.remove(found)
    return places


def _letters(text: str) -> str:
    return re.sub(r"[\s|]+", "", text)


def _unit(owner: Element) -> Element | None:
    """The heading or list that a paragraph is, or is part of; None where it is something else."""
    if owner.tag in _FILLS:
        return owner
    parent = owner.getparent()
    return parent if parent is not None and parent.tag in _HOLDS.get(owner.tag, ()) else None


def _home(element: Element) -> tuple[Element, str, str]:
    """The element around this one, and the kind of wrapper in it, if any, that holds this one alone."""
    wrapper = ""
    parent = element.getparent()
    while parent is not None and len(parent) == 1 and not (parent.text or "").strip() and parent.tag != "body":
        element, parent = parent, parent.getparent()
        wrapper = element.tag
    return parent, wrapper, element.get("class", "") if wrapper else ""


def _is_of_links(unit: Element) -> bool:
    """Whether most of the words are links, as in a list of other articles."""
    linked = sum(len(_letters("".join(link.itertext()))) for link in unit.iter("a"))
    return 2 * linked > len(_letters("".join(unit.itertext())))
