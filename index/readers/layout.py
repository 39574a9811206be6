"""Lines on pages into running text: columns, paragraphs, hyphens and running heads; it knows no file format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

GUTTER = 9.0
"""The least width of the white space between two columns, in points (1/72 inch)."""

_NUMBER = re.compile(
    r"[-–—\s|]*(page|seite|p\.?)?\s*(\d{1,4}|[ivxlc]{1,6})(\s*(of|/|von)\s*\d{1,4})?[-–—\s|]*", re.I
)
_END = re.compile(r"""[.!?…:。!?]["'”’»)\]]*$""")


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text and where its ink stands on its page, in points from the lower left corner.

    `size` is the height of its letters with all that any letter of theirs may reach above and below.
    """

    left: float
    bottom: float
    right: float
    top: float
    text: str
    size: float
    column: tuple[float, float] = (0.0, 0.0)

    @property
    def height(self) -> float:
        return self.top - self.bottom


def flow(pieces: Sequence[Line]) -> list[Line]:
    """The lines of one page in the order in which they are read, each with the column it stands in.

    Pieces of one line are joined. What reaches across the columns, such as a headline, is read before the
    columns beneath it.
    """
    if not pieces:
        return []
    columns = _columns(pieces)
    ordered: list[Line] = []
    section: list[list[Line]] = [[] for _ in columns]
    whole = (min(each.left for each in pieces), max(each.right for each in pieces))

    def close() -> None:
        for column in section:
            ordered.extend(_joined(column))
            column.clear()

    for piece in sorted(pieces, key=lambda each: (-each.top, each.left)):
        inside = [i for i, (left, right) in enumerate(columns) if piece.left < right - 2 and piece.right > left + 2]
        if len(inside) == 1:
            section[inside[0]].append(replace(piece, column=columns[inside[0]]))
        else:
            close()
            section[0].append(replace(piece, column=whole))
            close()
    close()
    return _joined(ordered)


def _columns(pieces: Sequence[Line]) -> list[tuple[float, float]]:
    """The left and right edge of each column: between two of them hardly any line has ink, beside them many do."""
    left, right = min(each.left for each in pieces), max(each.right for each in pieces)
    covered = [0] * (int(right - left) + 2)
    for each in pieces:
        for at in range(int(each.left - left), min(int(each.right - left) + 1, len(covered))):
            covered[at] += 1
    free = [count <= 0.12 * len(pieces) for count in covered]
    edges = [left]
    start = 0
    for at in range(1, len(free) + 1):
        if at < len(free) and free[at] == free[start]:
            continue
        if free[start] and at - start >= GUTTER and start > 0 and at < len(free):
            middle = left + (start + at) / 2
            # A column holds lines of its own, one below the other: two cells of a table do not make two columns.
            sides = (
                [each for each in pieces if edges[-1] <= each.left and each.right <= middle],
                [each for each in pieces if each.left >= middle],
            )
            if all(len(side) >= 5 and _width(side) > 90 for side in sides):
                edges.append(middle)
        start = at
    return list(zip(edges, [*edges[1:], right + 1], strict=True))


def _width(side: Sequence[Line]) -> float:
    return float(median(each.right - each.left for each in side))


def _joined(pieces: Sequence[Line]) -> list[Line]:
    """The lines that the pieces make up, those side by side joined by a blank."""
    lines: list[Line] = []
    for piece in pieces:
        last = lines[-1] if lines else None
        if last and last.column == piece.column and _overlap(last, piece) > 0.5 and piece.left >= last.right - 1:
            lines[-1] = Line(
                last.left,
                min(last.bottom, piece.bottom),
                piece.right,
                max(last.top, piece.top),
                f"{last.text.rstrip()} {piece.text.lstrip()}",
                max(last.size, piece.size),
                last.column,
            )
        else:
            lines.append(piece)
    return lines


def _overlap(one: Line, other: Line) -> float:
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    return shared / max(min(one.height, other.height), 0.1)


def without_running_heads(pages: Sequence[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers and without the lines that head or foot most of them."""
    seen: Counter[str] = Counter()
    for lines in pages:
        seen.update({_pattern(lines[at].text) for at in _margins(lines)})
    often = {pattern for pattern, count in seen.items() if count >= max(2, len(pages) / 3)}
    kept = []
    for lines in pages:
        margins = _margins(lines)
        gone = {at for at in margins if _pattern(lines[at].text) in often or _NUMBER.fullmatch(lines[at].text)}
        kept.append([line for at, line in enumerate(lines) if at not in gone])
    return kept


def _margins(lines: Sequence[Line]) -> set[int]:
    """The places of the two highest and the two lowest lines."""
    by_height = sorted(range(len(lines)), key=lambda at: -lines[at].top)
    return {*by_height[:2], *by_height[-2:]} if len(lines) > 4 else {*by_height[:1], *by_height[-1:]}


def _pattern(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split())).casefold()


def running_text(pages: Sequence[list[Line]]) -> tuple[str, list[tuple[int, int]], str]:
    """The text in paragraphs, (start, page) pairs with pages from 1 on, and a headline in larger letters if any."""
    lines = [(number, line) for number, page in enumerate(pages, 1) for line in page]
    if not lines:
        return "", [], ""
    usual = median(line.size for _, line in lines for _ in range(max(len(line.text) // 10, 1)))
    words = Counter(re.findall(r"\w+(?:-\w+)*", " ".join(line.text for _, line in lines).casefold()))
    text, starts, page = "", [], 0
    pitch = _pitch([line for _, line in lines])
    before: Line | None = None
    for number, line in lines:
        piece = line.text.strip()
        if before is not None:
            text = _continued(text, piece, words) if _goes_on(before, line, pitch) else f"{text}\n\n"
        if number != page:
            starts.append((len(text), number))
            page = number
        text += piece
        before = line
    first = lines[0][1]
    headline = text.partition("\n\n")[0] if first.size > 1.25 * usual else ""
    return text, starts, headline if len(headline) <= 200 else ""


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next."""
    steps = [
        before.top - line.top
        for before, line in pairwise(lines)
        if before.column == line.column and 0 < before.top - line.top < 4 * max(line.height, 1)
    ]
    # The shortest quarter: among short paragraphs most steps are those from one to the next.
    return sorted(steps)[len(steps) // 4] if steps else 12.0


def _goes_on(before: Line, line: Line, pitch: float) -> bool:
    """Whether a line continues the paragraph of the line before it."""
    if max(before.size, line.size) > 1.3 * max(min(before.size, line.size), 0.1):
        return False
    step = before.top - line.top
    ends = bool(_END.search(before.text.rstrip()))
    left, right = before.column
    is_full = before.right > left + 0.8 * (right - left)
    if line.column == before.column and step > 0:
        is_indented = line.left > before.left + 6 and ends
        return step < 1.35 * pitch and not is_indented and (is_full or not ends)
    return not ends and (is_full or line.text.lstrip()[:1].islower())


def _continued(text: str, piece: str, words: Counter[str]) -> str:
    """The text ready for the next line: a blank behind it, or a hyphen mended."""
    halves = re.search(r"(\w+)[-\u00ad\u2010]$", text)
    rest = re.match(r"\w+", piece)
    if not halves or not rest or not piece[0].islower():
        return text if re.search(r"\w[-\u2010]$", text) and rest else f"{text} "
    whole, compound = f"{halves[1]}{rest[0]}".casefold(), f"{halves[1]}-{rest[0]}".casefold()
    is_number = halves[1].casefold() in _TENS and rest[0].casefold() in _ONES  # twenty-five
    return text if is_number or (words[compound] and not words[whole]) else text[: halves.end() - 1]


_TENS = frozenset(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"))
_ONES = frozenset(
    "one two three four five six seven eight nine first second third fourth fifth sixth seventh eighth ninth".split()  # noqa: SIM905
)


def pages_of_body(text: str, body: str, starts: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The (start, page) pairs counted from the start of `body`, which is the end of `text`."""
    ahead = text.rfind(body)
    for at, (start, page) in enumerate(starts):
        if at + 1 == len(starts) or starts[at + 1][0] > ahead:
            yield max(start - ahead, 0), page
