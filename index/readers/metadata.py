"""What a web page says about its article, in the order in which it may be trusted: JSON-LD, OpenGraph, Dublin Core."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from index.readers.source import legible

_JSON_LD = re.compile(
    r"<script[^>]{0,300}application/ld\+json[^>]{0,300}>(.{1,300000}?)</script", re.IGNORECASE | re.DOTALL
)
_HEAD = 400_000
"""How far into a page its meta elements are looked for, in characters."""

_OPEN_GRAPH = {
    "title": ("og:title",),
    "source": ("og:site_name",),
    "author": ("article:author", "author", "byl", "parsely-author"),
    "published": ("article:published_time", "og:published_time", "datepublished", "parsely-pub-date"),
    "url": ("og:url",),
}
_DUBLIN_CORE = {
    "title": ("dc.title", "dcterms.title", "citation_title"),
    "source": ("dc.publisher", "dcterms.publisher", "citation_journal_title"),
    "author": ("dc.creator", "dcterms.creator", "citation_author"),
    "published": ("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "citation_publication_date"),
    "url": (),
}


def said_by(page: str) -> dict[str, str]:
    """Title, source, author, url and published as the page states them; what it does not state is absent.

    `dated_by` names which of the three stated the date. The URL is the canonical one, which a page shares
    with its print and AMP forms.
    """
    head = _Head()
    head.feed(page[:_HEAD])
    said = _json_ld(page)
    dated_by = "JSON-LD"
    for dates, names in (("OpenGraph", _OPEN_GRAPH), ("Dublin Core", _DUBLIN_CORE)):
        for field, keys in names.items():
            found = next((head.meta[key] for key in keys if head.meta.get(key)), "")
            if found and field not in said and not (field == "author" and "://" in found):
                said[field] = found
                dated_by = dates if field == "published" else dated_by
    if "published" in said:
        said["dated_by"] = dated_by
    base = said.get("url", "")
    canonical = urljoin(base, head.canonical) if head.canonical else ""
    if canonical and urlsplit(canonical).scheme in ("http", "https"):
        said["url"] = canonical
    return said


class _Head(HTMLParser):
    """Collects the meta elements and the canonical link."""

    def __init__(self) -> None:
        super().__init__()
        self.meta: dict[str, str] = {}
        self.canonical = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "meta":
            key = (said.get("property") or said.get("name") or said.get("itemprop") or "").lower()
            if key and said.get("content", "").strip():
                self.meta.setdefault(key, legible(said["content"]).strip())
        elif tag == "link" and "canonical" in said.get("rel", "").lower().split() and not self.canonical:
            self.canonical = said.get("href", "").strip()


def _json_ld(page: str) -> dict[str, str]:
    """What the first news article among the page's JSON-LD says, or else the first article of any kind."""
    articles: list[Mapping[str, object]] = []
    for script in _JSON_LD.findall(page):
        try:
            stated = json.loads(re.sub(r"^\s*(<!--|//<!\[CDATA\[)|(-->|//\]\]>)\s*$", "", script), strict=False)
        except (ValueError, RecursionError):
            continue
        articles += (thing for thing in _things(stated) if _kinds(thing, "Article", "Posting", "Report"))
    if not articles:
        return {}
    thing = next((each for each in articles if _kinds(each, "NewsArticle")), articles[0])
    publisher, place = thing.get("publisher"), thing.get("mainEntityOfPage")
    found = {
        "title": _text(thing.get("headline")),
        "source": _text(publisher.get("name")) if isinstance(publisher, Mapping) else _text(publisher),
        "author": _names(thing.get("author")),
        "published": _text(thing.get("datePublished")),
        "url": _text(thing.get("url")) or (_text(place.get("@id")) if isinstance(place, Mapping) else _text(place)),
    }
    return {field: value for field, value in found.items() if value}


def _things(stated: object, depth: int = 4) -> Iterator[Mapping[str, object]]:
    if isinstance(stated, list) and depth:
        for each in stated[:100]:
            yield from _things(each, depth - 1)
    elif isinstance(stated, dict):
        yield stated
        yield from _things(stated.get("@graph"), depth - 1) if depth else ()


def _kinds(thing: Mapping[str, object], *endings: str) -> bool:
    """Whether one of the thing's types ends in one of these."""
    kinds = thing.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return any(isinstance(name, str) and name.endswith(endings) for name in names)


def _names(authors: object) -> str:
    each = authors if isinstance(authors, list) else [authors]
    names = (_text(one.get("name")) if isinstance(one, Mapping) else _text(one) for one in each[:20])
    return ", ".join(name for name in names if name and "://" not in name)


def _text(value: object) -> str:
    return html.unescape(legible(value)).strip() if isinstance(value, str) else ""
