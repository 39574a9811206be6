"""What a date in a file means: the day as it was written, and the instant where a time and its zone stand beside it."""

from __future__ import annotations

import functools
import re
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

MOMENT_LIMIT = 80
"""The most characters of a date."""


class Moment(NamedTuple):
    """A day, in the time zone it is written in; `instant` has that zone and is None where no time and zone are given.

    A time without a zone names no instant: which one it would be is not known, and nothing is made up.
    """

    day: date
    instant: datetime | None = None


def parse_moment(text: str) -> Moment | None:
    """The moment that a text names in ISO 8601, as in e-mail or in words, or None.

    `03/04/2024` could be two days and is None, as is whatever names no day of its own ("soon", "March").
    """
    if len(text) > MOMENT_LIMIT:
        return None
    try:
        return _moment(datetime.fromisoformat(text))
    except ValueError:
        return _parse_words(text)


def parse_day(text: str) -> date | None:
    """The day of the moment that a text names, or None."""
    found = parse_moment(text)
    return found.day if found else None


def day_in(name: str) -> date | None:
    """The day that a file's name gives, as in `2024-03-15 Leaf.md` or `leaf_20240315.pdf`; None without just one."""
    found: set[date] = set()
    for year, month, day in re.findall(r"(?<!\d)((?:19|20)\d\d)[-_. ]?(\d\d)[-_. ]?(\d\d)(?!\d)", name):
        try:
            found.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return found.pop() if len(found) == 1 else None


def _moment(found: datetime) -> Moment:
    return Moment(found.date(), found if found.utcoffset() is not None else None)


@functools.lru_cache(maxsize=4096)
def _parse_words(text: str) -> Moment | None:
    if re.match(r"(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d", text):
        try:
            return _moment(parsedate_to_datetime(text))
        except (ValueError, OverflowError):
            return None
    import dateparser

    # Only whole dates, and only absolute ones: "soon" or "March" must not become a day that nobody wrote.
    found = {
        _moment(moment)
        for order in ("MDY", "DMY")
        if (
            moment := dateparser.parse(
                text,
                settings={
                    "DATE_ORDER": order,
                    "PREFER_LOCALE_DATE_ORDER": False,
                    "PARSERS": ["absolute-time"],
                    "STRICT_PARSING": True,
                },
            )
        )
    }
    return found.pop() if len(found) == 1 else None
