"""English words for days, months, seasons and spans of time into half-open ranges of dates; knows no clock.

It reads only what names one period beyond doubt: `03/04/2024` and "the nineties" are not read.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple

import index


class Period(NamedTuple):
    """The days `start <= day < end`."""

    start: date
    end: date


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# A season is the one of the northern half of the world, by whole months.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = ("a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
YEAR = r"(?:19|20)\d\d"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
DAY = rf"(?:\d{{4}}-\d\d-\d\d|{_NTH}\s+(?:of\s+)?{MONTH},?\s+{YEAR}|{MONTH}\s+{_NTH},?\s+{YEAR})"
SEASON = rf"(?:the\s+)?(?:spring|summer|autumn|fall|winter)(?:\s+of)?\s+{YEAR}"
DATED = rf"(?:{DAY}|{MONTH}\s+(?:of\s+)?{YEAR}|\d{{4}}-\d\d|{SEASON})"
"""A day, month or season with its year."""

_COUNT = rf"(?:\d{{1,3}}|{'|'.join(_NUMBERS[1:])})"
AGO = rf"(?:{_COUNT}|an?)\s+(?:day|week|month|year)s?\s+ago"
LAST = r"(?:(?:last|this)\s+(?:week|month|year|spring|summer|autumn|fall|winter)|yesterday)"
RECENT = rf"{LAST}|{AGO}|(?:last\s+)?(?:{'|'.join(_WEEKDAYS)})"
"""A period told from today."""

PAST = rf"the\s+(?:last|past)\s+(?:{_COUNT}\s+)?(?:day|week|month|year)s?"
"""A stretch of time that ends today, today included."""


def period(words: str, today: date) -> Period | None:
    """The days that the words name, seen from `today`, or None when they name no period.

    A bare month or weekday is the latest that has begun; "last summer" the latest that is over; a winter
    belongs to the year in which it begins; a bare year is read as one.
    """
    text = " ".join(re.sub(r"[.,]|\bof\b", " ", words.lower()).split())
    for read in (_past, _named, _recent):
        if found := read(text, today):
            return found
    day = index.parse_day(words.strip())
    return _day(day) if day else None


def _named(text: str, today: date) -> Period | None:
    """A year, a month or a season, with its year or without."""
    if match := re.fullmatch(rf"({YEAR})(?:-(\d\d))?", text):
        year, month = int(match[1]), int(match[2] or 0)
        if month == 0:
            return Period(date(year, 1, 1), date(year + 1, 1, 1))
        return _months(year, month) if month <= 12 else None
    if match := re.fullmatch(rf"(?:the )?([a-z]+)(?: ({YEAR}))?", text):
        year = int(match[2] or today.year)
        if match[1] in _SEASONS and match[2]:
            return _months(year, _SEASONS[match[1]], 3)
        if re.fullmatch(MONTH, match[1]):
            month = _MONTHS.index(match[1][:3]) + 1
            return _months(year - (not match[2] and (year, month) > (today.year, today.month)), month)
    return None


def _recent(text: str, today: date) -> Period | None:
    """ "last summer", "this week", "yesterday", "three weeks ago", "monday"."""
    if text == "yesterday":
        return _day(today - timedelta(1))
    if match := re.fullmatch(r"(?:last )?(\w+day)", text):
        if match[1] in _WEEKDAYS:
            back = (today.weekday() - _WEEKDAYS.index(match[1])) % 7
            return _day(today - timedelta(back or 7 * text.startswith("last")))
        return None
    if match := re.fullmatch(r"(\w+) (day|week|month|year)s? ago", text):
        count = _count(match[1])
        return _day(_back(today, count, match[2])) if count else None
    if not (match := re.fullmatch(r"(last|this) (\w+)", text)):
        return None
    earlier, unit = match[1] == "last", match[2]
    if unit == "week":
        monday = today - timedelta(today.weekday() + 7 * earlier)
        return Period(monday, monday + timedelta(7))
    if unit == "month":
        return _months(today.year, today.month - earlier)
    if unit == "year":
        return _months(today.year - earlier, 1, 12)
    if unit in _SEASONS:
        season = _months(today.year, _SEASONS[unit], 3)
        while season.end > today if earlier else season.start > today:
            season = _months(season.start.year - 1, _SEASONS[unit], 3)
        return season
    return None


def _past(text: str, today: date) -> Period | None:
    """ "the last three months", "the past week"; without an article, "last week" is the one before this."""
    if match := re.fullmatch(r"the (?:last|past) (?:(\w+) )?(day|week|month|year)s?", text):
        count = _count(match[1] or "one")
        return Period(_back(today, count, match[2]), today + timedelta(1)) if count else None
    return None


def _count(word: str) -> int:
    if word.isdecimal():
        return int(word)
    return max(_NUMBERS.index(word), 1) if word in _NUMBERS else int(word == "an")


def _back(today: date, count: int, unit: str) -> date:
    """The day `count` units before; the month's last day where the day does not exist in it."""
    if unit in ("day", "week"):
        return today - timedelta(count * (7 if unit == "week" else 1))
    months = count * (12 if unit == "year" else 1)
    month = _months(today.year, max(today.month - months, 1 - 12 * (today.year - 1)))
    return min(month.start + timedelta(today.day - 1), month.end - timedelta(1))


def _day(day: date) -> Period:
    return Period(day, day + timedelta(1))


def _months(year: int, month: int, count: int = 1) -> Period:
    """`count` months from the first of `month`, which may lie outside 1..12."""
    first, last = year * 12 + month - 1, year * 12 + month - 1 + count
    return Period(date(first // 12, first % 12 + 1, 1), date(last // 12, last % 12 + 1, 1))
