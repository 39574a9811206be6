"""Whatever a file says about its article, checked and made an Article; reads no files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlsplit

from index.article import Article, canonical
from index.errors import ReadError
from index.readers.moment import Moment, parse_moment
from index.readers.source import Notice, legible, shown

NAMES = {
    "title": ("title", "headline"),
    "source": ("source", "outlet", "publisher", "site"),
    "author": ("author", "authors", "byline"),
    "url": ("url", "link"),
    "published": ("published", "date", "published_at"),
}
"""What an article's fields are called in files, our own name first."""

FIELD_LIMIT = 500
"""The most characters of a title, source or author that are kept; of a URL, 2,000."""


def make_article(
    said: Mapping[str, object], text: str, origin: str, fallback: str, notice: Notice, dated_by: str = ""
) -> Article:
    """The article with this text and what the file said about it; `fallback` is the title of one without.

    `dated_by` says where in the file a date of publication would stand, for people.

    Raises ReadError when there is no text. A date or URL that cannot be used is left out, which `notice`
    is told.
    """
    text = canonical(legible(text)).strip()
    if not text:
        raise ReadError(shown(origin), "holds no text; expected an article of at least one sentence")
    url = _web_address(_said(said, "url"), origin, notice)
    moment = _moment(_said(said, "published"), origin, notice)
    return Article(
        title=one_line(_said(said, "title")) or one_line(fallback),
        text=text,
        source=one_line(_said(said, "source")),
        author=one_line(_said(said, "author")),
        url=url,
        published=moment.day if moment else None,
        published_at=moment.instant if moment else None,
        dated_by=dated_by if moment else "",
        origin=origin,
    )


def one_line(text: str) -> str:
    """The words of a text in one line of at most `FIELD_LIMIT` characters."""
    line = " ".join(canonical(legible(text)).split())
    return line if len(line) <= FIELD_LIMIT else line[: FIELD_LIMIT - 1].rstrip() + "…"


def _said(said: Mapping[str, object], field: str) -> str:
    """What stands under the first of the field's names that is filled in; several names are joined by commas."""
    for name in NAMES[field]:
        value = said.get(name)
        if isinstance(value, list):
            value = ", ".join(part for part in value if isinstance(part, str))
        if isinstance(value, date):
            value = value.isoformat()
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
            value = str(value)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def _web_address(url: str, origin: str, notice: Notice) -> str:
    """The URL if a reader may safely be sent there, else nothing."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if usable and len(url) <= 2000 and url.isprintable() and not re.search(r"""[\s"'<>\\]""", url):
        return url
    if url:
        notice(
            ReadError(origin, f"url {_brief(url)} is left out; expected one that begins with https:// or http://")
        )
    return ""


def _moment(text: str, origin: str, notice: Notice) -> Moment | None:
    """The moment that a text names, or none if it names no single day."""
    found = parse_moment(text) if text else None
    if text and found is None:
        notice(ReadError(shown(origin), f"published {_brief(text)} is left out; expected a day such as 2024-03-15"))
    return found


def _brief(text: str) -> str:
    line = one_line(text)
    return repr(line if len(line) <= 60 else line[:59] + "…")
