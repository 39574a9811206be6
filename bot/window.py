"""Times told in a question's words ("since last summer", "articles from 2024") as filters on publication dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot import period as p
from index import Filters


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that was read as a filter: the characters of the question to take out, and what it lets through."""

    start: int
    end: int
    filters: Filters


# Behind a word of publishing a bare year or a day says when, too; elsewhere they tell of the matter.
_PUBLISHED = (
    r"(?:(?P<out>(?:(?:(?:that|which)\s+)?(?:was|were|is|are)\s+)?(?:published|printed|posted|written|reported))"
    r"|(?:articles?|stories|story|news|coverage|reports?|pieces?))\s+"
)
_BARE = rf"{p.MONTH}(?!\s*\d)"
_ANY = rf"(?:{p.DATED}|{p.RECENT}|{p.YEAR}|{_BARE})"
_MONTHLY = rf"(?:{p.MONTH}\s+(?:of\s+)?{p.YEAR}|\d{{4}}-\d\d|{p.SEASON})"
_BETWEEN = r"(?P<when>(?:between|from)\s+(?P<first>{})\s+(?:and|to|until|till)\s+(?P<last>{}))"
_PATTERNS = (
    _PUBLISHED + _BETWEEN.format(_ANY, _ANY),
    _PUBLISHED + rf"(?P<when>(?P<word>in|on|during|from|since|after|before|until|till)\s+(?P<period>{_ANY}))",
    _PUBLISHED + rf"(?P<when>(?P<word>in|over|during|within|from)\s+(?P<period>{p.PAST}))",
    _PUBLISHED + rf"(?P<when>(?P<period>{p.RECENT}))",
    _BETWEEN.format(rf"{_MONTHLY}|{_BARE}", _MONTHLY),
    rf"(?P<when>(?P<word>since)\s+(?P<period>{p.DATED}|{p.RECENT}|{_BARE}))",
    rf"(?P<when>(?P<word>in|during|after|before|until|till)\s+(?P<period>{_MONTHLY}))",
    rf"(?P<when>(?P<word>in|over|during|within)\s+(?P<period>{p.PAST}))",
    # "Last Week Tonight" and "the last week of the war" are neither of them: small letters, no article.
    r"(?<!\bthe\s)(?P<when>(?P<period>(?-i:(?:last|this)\s+(?:week|month))))",
)
_TIMES = tuple(re.compile(rf"(?<![\w-])(?i:{pattern})(?![\w'’-]|\s+of\b)") for pattern in _PATTERNS)


def times(question: str, today: date, dated: tuple[date, date] | None) -> Iterator[Found]:
    """Every phrase that tells of a time of publication, the surest kinds first; some may overlap.

    `dated` is the first and last day of publication in the corpus, None when no article has a date.
    """
    if dated is None:
        return
    for pattern in _TIMES:
        for match in pattern.finditer(question):
            said = match.groupdict()
            window = _window(said, today)
            beyond_doubt = not match[0].startswith(match["when"]) or not re.search(p.YEAR, match["when"])
            if window and (beyond_doubt or _divides(window, dated)):
                yield Found(*(match.span() if said.get("out") else match.span("when")), window)


def _window(said: dict[str, str | None], today: date) -> Filters | None:
    """What a matched phrase lets through, or None when its words are no period after all."""
    if (first := said.get("first")) and (last := said.get("last")):
        return _between(first, last, today)
    when = p.period(said["period"] or "", today)
    if not when:
        return None
    word = (said.get("word") or "").lower()
    if word == "before":
        return Filters(before=when.start)
    if word in ("until", "till"):
        return Filters(before=when.end)
    if word == "after":
        return Filters(after=when.end)
    # What reaches to this day has no end that a reader would want to see.
    return Filters(after=when.start, before=None if word == "since" or when.end > today else when.end)


def _between(first: str, last: str, today: date) -> Filters | None:
    """From the first day of the one to the last day of the other, a month without a year being the one before."""
    end = p.period(last, today)
    begin = p.period(first, today)
    if end and begin and not re.search(rf"{p.YEAR}|{p.RECENT}", first, re.IGNORECASE):
        begin = p.period(f"{first} {end.start.year}", today)
        if begin and begin.start >= end.end:
            begin = p.period(f"{first} {end.start.year - 1}", today)
    if not end or not begin or begin.start >= end.end:
        return None
    return Filters(after=begin.start, before=end.end)


def _divides(window: Filters, dated: tuple[date, date]) -> bool:
    """Whether it lets some dated article through and not others, or comes after them all."""
    after, before = window.after or date.min, window.before or date.max
    return before > dated[0] and not (after <= dated[0] and before > dated[1])
