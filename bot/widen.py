"""A quote that leaves open whom it speaks of gets the sentence before it; knows no vectors and judges nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.candidates import Candidate
from index import Span

_POINTS_BACK = re.compile(
    r"[\"'“”‘’(\s]*(?:he|she|it|they|his|her|its|their|this|these|those|such)\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<=\s)[^\W\d_a-z][\w'’-]*\w")


def widened(
    question: str, ranges: Sequence[Span], found: Sequence[Candidate], follows: Sequence[bool]
) -> list[Span]:
    """The ranges of rows, one row longer in front where their first sentence points back to the one before.

    It does when it begins with a pronoun, and when it has no name that the question asks about while the
    sentence before, in the same paragraph, has one. A row that another range holds is left to it.
    """
    names = {name.casefold() for name in _NAME.findall(question)}
    taken = {row for start, end in ranges for row in range(start, end)}
    return [
        (start - 1, end) if start - 1 not in taken and _leans(names, found, follows, start) else (start, end)
        for start, end in ranges
    ]


def _leans(names: set[str], found: Sequence[Candidate], follows: Sequence[bool], row: int) -> bool:
    if row == 0 or not follows[row]:
        return False
    before, first = found[row - 1], found[row]
    if "\n\n" in first.article.text[before.end : first.start]:
        return False
    words, earlier = (set(re.findall(r"[\w'’-]*\w", _text(each).casefold())) for each in (first, before))
    return bool(_POINTS_BACK.match(_text(first))) or (not names & words and bool(names & earlier))


def _text(of: Candidate) -> str:
    return of.article.text[of.start : of.end]
