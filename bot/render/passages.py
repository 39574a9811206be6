"""An article's characters as HTML in which ranges are marked and paragraphs stay apart; not one is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from bot.render import escape
from index import Span

AROUND = 240
"""How many characters are shown in front of a quote and behind it, at most."""

_SHORT_LINE = 48
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_PARAGRAPH = re.compile(r".*?(?:\n[^\S\n]*\n\s*|\Z)", re.DOTALL)


def flowing(text: str) -> str:
    """Text as HTML whose characters are exactly the text's, with line breaks where a reader expects them.

    A blank line, and a newline behind a short line (a list, a verse, a heading), breaks the line on the screen.
    Any other newline comes from a file that was wrapped at some width and flows on, as it would in print.
    """
    pieces: list[str] = []
    for line in re.findall(r"[^\n]*\n+|[^\n]+", text):
        words = line.rstrip("\n")
        newlines = line[len(words) :]
        pieces.append(escape.html(words))
        if len(newlines) > 1 or (newlines and len(words) < _SHORT_LINE):
            pieces.append(f'<span class="pq-break">{escape.html(newlines)}</span>')
        else:
            pieces.append(escape.html(newlines))
    return "".join(pieces)


class Around(NamedTuple):
    """The words in front of a quote and behind it, and whether the article has more on that side."""

    before: str
    more_before: bool
    after: str
    more_after: bool


def around(text: str, start: int, end: int) -> Around:
    """The quote's surroundings: the rest of its paragraphs, cut at a word to AROUND characters on either side.

    Where the quote is a paragraph of its own, they are the neighbouring paragraphs.
    """
    first, last = _limits(text, start, end)
    broken = [found.end() for found in _BLANK.finditer(text, first, start)]
    front = text[broken[-1] if broken else first : start]
    blank = _BLANK.search(text, end, last)
    back = text[end : blank.start() if blank else last]
    if not front.strip() and not back.strip():
        front, back = text[first:start], text[end:last]
    return Around(
        front if front.strip() else "",
        bool(front.strip() and text[: start - len(front)].strip()),
        back if back.strip() else "",
        bool(back.strip() and text[end + len(back) :].strip()),
    )


def _limits(text: str, start: int, end: int) -> Span:
    """The range of at most AROUND characters on either side, without a cut word at its ends."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    while 0 < first < start and not text[first - 1].isspace():
        first += 1
    while end < last < len(text) and not text[last].isspace():
        last -= 1
    return first, last


def paragraphs(
    text: str,
    marked: Span | None,
    fainter: Sequence[Span] = (),
    page_at: Callable[[int], int | None] = lambda _: None,
) -> str:
    """The whole text as `<p>` elements whose characters, one after the other, are exactly the text's.

    The words of `marked` are in `<mark>` elements, one in each paragraph it touches, the first with the id
    "quote"; those of `fainter` in `<mark class="faint">`. Where ranges overlap, `marked` wins, then the earlier.
    Where `page_at` names another page than before, its number stands in front of the paragraph.
    """
    ranges = _apart(marked, fainter)
    pieces: list[str] = []
    seen, before = False, None
    for paragraph in _PARAGRAPH.finditer(text):
        if paragraph.start() == paragraph.end():
            continue
        if (leaf := page_at(paragraph.start())) != before and leaf is not None:
            pieces.append(f'<div class="leaf">p. {leaf}</div>')
        before = leaf
        pieces.append("<p>")
        for start, end, kind in _cut(paragraph.span(), ranges):
            # The blank line behind a paragraph is the space between `<p>` elements already.
            shown = text[start:end].rstrip("\n") if end == paragraph.end() else text[start:end]
            words = flowing(shown) + escape.html(text[start + len(shown) : end])
            if kind == "":
                pieces.append(words)
            elif kind == "quote":
                pieces.append(f"<mark{'' if seen else ' id=quote'}>{words}</mark>")
                seen = True
            else:
                pieces.append(f'<mark class="faint">{words}</mark>')
        pieces.append("</p>")
    return "".join(pieces)


def _apart(marked: Span | None, fainter: Sequence[Span]) -> list[tuple[int, int, str]]:
    """The ranges in order of place and without overlap."""
    kept: list[tuple[int, int, str]] = [(*marked, "quote")] if marked else []
    for start, end in sorted(fainter):
        if start < end and all(end <= first or start >= last for first, last, _ in kept):
            kept.append((start, end, "faint"))
    return sorted(kept)


def _cut(whole: Span, ranges: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """`whole` cut at the ranges' borders: (start, end, kind), kind empty between ranges."""
    place, last = whole
    pieces: list[tuple[int, int, str]] = []
    for start, end, kind in ranges:
        start, end = max(start, place), min(end, last)
        if start < end:
            if place < start:
                pieces.append((place, start, ""))
            pieces.append((start, end, kind))
            place = end
    if place < last:
        pieces.append((place, last, ""))
    return pieces
