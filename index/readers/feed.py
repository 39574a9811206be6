"""Feeds (RSS, Atom, JSON Feed), one article an entry, from what the feed itself carries; no link is followed."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from index.article import Article
from index.errors import ReadError
from index.readers.fields import make_article
from index.readers.headline import drop_headline
from index.readers.markup import paragraphs_of, parse_html
from index.readers.moment import parse_moment
from index.readers.source import Notice, read_bytes, shown

ENTRY_LIMIT = 2_000
"""The most entries of a feed that are read."""


def read_feed(path: Path, notice: Notice) -> Iterator[Article]:
    """The entries as articles, known by their id or link; the text of one that carries none is its title.

    Raises ReadError when the file is no feed, or a feed without entries.
    """
    raw = read_bytes(path)
    found = 0
    for said, html in _json_feed(raw) if raw.lstrip()[:1] == b"{" else _feed(raw):
        key = said.pop("key") or said["url"] or said["title"]
        title = said["title"]
        words = "\n\n".join(paragraphs_of(parse_html(html, shown(path)))) if html.strip() else ""
        text = drop_headline(words, title) if words else title
        try:
            yield make_article(said, text, f"{path}#={quote(key[:1000], safe='')}", path.stem, notice, "the feed")
            found += 1
        except ReadError as error:
            notice(error)
    if not found:
        raise ReadError(shown(path), "is no feed with entries; expected RSS, Atom or JSON Feed")


def _feed(raw: bytes) -> Iterator[tuple[dict[str, str], str]]:
    import feedparser

    # A stream: feedparser would fetch bytes that look like a URL.
    feed = feedparser.parse(io.BytesIO(raw), sanitize_html=False, resolve_relative_uris=False)
    for entry in feed.entries[:ENTRY_LIMIT]:
        bodies = [each.get("value", "") for each in entry.get("content", [])] + [entry.get("summary", "")]
        yield (
            {
                "key": str(entry.get("id", "")),
                "title": str(entry.get("title", "")),
                "url": str(entry.get("link", "")),
                "author": str(entry.get("author", "")),
                "source": str(feed.feed.get("title", "")),
                "published": _published(entry),
            },
            max(bodies, key=len),
        )


def _published(entry: Mapping[str, Any]) -> str:  # feedparser's entry, whose values are of many types
    """The moment as the entry gives it, so that its zone is kept, or the day in UTC that feedparser makes of it."""
    written = str(entry.get("published") or entry.get("updated") or "").strip()
    if parse_moment(written):
        return written
    day = entry.get("published_parsed") or entry.get("updated_parsed")
    return f"{day.tm_year:04}-{day.tm_mon:02}-{day.tm_mday:02}" if day else ""


def _json_feed(raw: bytes) -> Iterator[tuple[dict[str, str], str]]:
    try:
        feed = json.loads(raw)
    except (ValueError, RecursionError):
        return
    items = feed.get("items") if isinstance(feed, dict) else None
    for item in items[:ENTRY_LIMIT] if isinstance(items, list) else ():
        if isinstance(item, dict):
            authors = item.get("authors")
            author = authors[0] if isinstance(authors, list) and authors else item.get("author")
            plain = _text(item, "content_text").replace("&", "&amp;").replace("<", "&lt;").replace("\n\n", "<p>")
            yield (
                {
                    "key": _text(item, "id"),
                    "title": _text(item, "title"),
                    "url": _text(item, "url"),
                    "author": _text(author, "name") if isinstance(author, dict) else "",
                    "source": _text(feed, "title"),
                    "published": _text(item, "date_published"),
                },
                _text(item, "content_html") or plain or _text(item, "summary"),
            )


def _text(said: Mapping[str, object], name: str) -> str:
    value = said.get(name)
    return str(value) if isinstance(value, str | int) else ""
