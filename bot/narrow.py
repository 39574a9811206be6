"""Filters said in words, taken out of a question: `language:de`, "since March 2024", "according to Nikkei".

What could as well belong to the question stays in it. A bare year ("who won in 1998", "since 1945") and a day
("after September 11, 2001") filter only beside a word of publishing ("articles from 2024") or in an operator
(`after:1998`); a month or season with its year filters, unless the corpus shows that it tells of the matter;
a source or author is read only where the corpus has one of that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.period import period
from bot.window import Found, times
from index import Filters, language_code


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A question without its filters, the filters, and the words that were taken out, in their order.

    `question` is as it was asked, and the rest empty, when nothing was found or when no words would be left.
    """

    question: str
    filters: Filters = field(default_factory=Filters)
    phrases: tuple[str, ...] = ()


def narrow(
    question: str,
    today: date,
    sources: Sequence[str] = (),
    authors: Sequence[str] = (),
    dated: tuple[date, date] | None = (date.min, date.max),
) -> Narrowed:
    """The question without the filters in it.

    `sources` and `authors` are the names the corpus has; `dated` its first and last day of publication, None
    when no article has a date. A period with its year and without a word of publishing is left in the question
    when it is over before the first article or holds them all: then it can only tell of the matter asked
    about. Several periods narrow each other; several sources add up.
    """
    found: list[Found] = []
    for each in (
        *_operators(question, today),
        *_names(question, sources, authors),
        *times(question, today, dated),
    ):
        if all(each.end <= other.start or other.end <= each.start for other in found):
            found.append(each)
    found.sort(key=lambda each: each.start)
    rest = _without(question, found)
    if not found or not re.search(r"\w", rest):
        return Narrowed(question)
    return Narrowed(rest, _all_of(found), tuple(question[each.start : each.end].strip() for each in found))


_OPERATOR = re.compile(
    r"""(?<!\S)(source|author|language|after|since|before):(?:"([^"]+)"|([^\s"]+))(?!\S)""", re.IGNORECASE
)


def _operators(question: str, today: date) -> Iterator[Found]:
    for match in _OPERATOR.finditer(question):
        key, words = match[1].lower(), match[2] or match[3].rstrip("?!,;")
        if key in ("source", "author"):
            named = Filters(sources=(words,)) if key == "source" else Filters(authors=(words,))
            yield Found(*match.span(), named)
        elif key == "language":
            if code := language_code(words):
                yield Found(*match.span(), Filters(languages=(code,)))
        elif when := period(words, today):
            # An operator's date is a day like any other date option: `after` lets its first day through.
            dates = Filters(before=when.start) if key == "before" else Filters(after=when.start)
            yield Found(*match.span(), dates)


_SAID_BY = (
    r"(?:according\s+to|(?:as\s+)?(?:reported|published|printed|written)\s+(?:by|in)"
    r"|(?:articles?|stories|story|pieces?|coverage|reports?)\s+(?:by|in|from))\s+(?:the\s+)?"
)
_MAY_NAME = re.compile(_SAID_BY, re.IGNORECASE)
_JOINT = r",\s*|\s+and\s+"  # between the names of several authors of one article


def may_name(question: str) -> bool:
    """Whether words stand in it behind which a source or an author is read; else their names need not be known."""
    return bool(_MAY_NAME.search(question))


def _names(question: str, sources: Sequence[str], authors: Sequence[str]) -> Iterator[Found]:
    """Sources, then authors, behind words such as "according to"; longer names first."""
    if not may_name(question):
        return
    folded = question.casefold()
    outlets = {name: Filters(sources=tuple(sorted(whole))) for name, whole in _called(sources).items()}
    writers = {name: Filters(authors=tuple(sorted(whole))) for name, whole in _called(authors, _JOINT).items()}
    for names in (outlets, writers):
        for name in sorted((name for name in names if name in folded), key=len, reverse=True):
            # A name that goes on ("Nikkei Asia", "Nikkei's", "nikkei.com") is another one.
            pattern = rf"(?<!\w)(?i:{_SAID_BY}{re.escape(name)})(?![\w'’-]|\.\w|\s+[A-Z])"
            for match in re.finditer(pattern, question):
                yield Found(*match.span(), names[name])


def _called(names: Sequence[str], joint: str = "$") -> dict[str, set[str]]:
    """What each name may be called -> the names as the corpus has them: "guardian" -> {"The Guardian"}."""
    called: dict[str, set[str]] = {}
    for name in names:
        for part in {name, *re.split(joint, name)}:
            if short := re.sub(r"^the\s+", "", part.strip().casefold()):
                called.setdefault(short, set()).add(name)
    return called


def _without(question: str, found: Sequence[Found]) -> str:
    """The question with the phrases taken out, and no mark left hanging where they were."""
    pieces, at = [], 0
    for each in found:
        pieces.append(question[at : each.start])
        at = each.end
    rest = " ".join(" ".join([*pieces, question[at:]]).split())
    rest = re.sub(r"(?:\s*[,;:])*\s*([?!.])", r"\1", rest)
    rest = re.sub(r"\s+([,;:])", r"\1", rest)
    return re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", rest).strip(" ,;:")


def _all_of(found: Sequence[Found]) -> Filters:
    every = [each.filters for each in found]
    return Filters(
        sources=tuple(dict.fromkeys(name for each in every for name in each.sources)),
        authors=tuple(dict.fromkeys(name for each in every for name in each.authors)),
        after=max((each.after for each in every if each.after), default=None),
        before=min((each.before for each in every if each.before), default=None),
        languages=tuple(dict.fromkeys(code for each in every for code in each.languages)),
    )
