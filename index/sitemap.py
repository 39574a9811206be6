"""Sitemaps, those of news too: the pages that a site lists; it fetches none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from index.readers.archive import gunzip
from index.readers.markup import parse_xml
from index.readers.moment import MOMENT_LIMIT, Moment, parse_moment


@dataclass(frozen=True, slots=True)
class Listed:
    """A page as a sitemap lists it; `changed` is when it last did, in the sitemap's own words.

    A news sitemap says in which paper it stood, in which language, and on which day.
    """

    url: str
    changed: str = ""
    source: str = ""
    language: str = ""
    published: Moment | None = None


def is_sitemap(body: bytes) -> bool:
    """Whether these bytes are a sitemap or a list of sitemaps."""
    head = body[:3000]
    return b"<urlset" in head or b"<sitemapindex" in head


def listed(body: bytes, url: str) -> tuple[list[Listed], list[Listed]]:
    """The pages that a sitemap lists and the sitemaps that it points to, in order; raises ReadError."""
    root = parse_xml(body, url)
    found: tuple[list[Listed], list[Listed]] = ([], [])
    for kind, places in zip(("url", "sitemap"), found, strict=True):
        for entry in root.iter(f"{{*}}{kind}"):
            if place := _said(entry, "loc"):
                news = next(entry.iterchildren("{*}news"), None)
                paper = next(news.iterchildren("{*}publication"), None) if news is not None else None
                day = _said(news, "publication_date")
                places.append(
                    Listed(
                        urljoin(url, place),
                        _said(entry, "lastmod")[:100] or day[:100],
                        _said(paper, "name")[:200],
                        _said(paper, "language")[:16],
                        parse_moment(day[:MOMENT_LIMIT]) if day else None,
                    )
                )
    return found


def _said(element: Any, name: str) -> str:  # lxml's elements carry no types
    if element is None:
        return ""
    return next((each.text.strip() for each in element.iterchildren(f"{{*}}{name}") if each.text), "")


def unpacked(body: bytes, url: str) -> bytes:
    """The body, taken out of gzip where it is packed; raises ReadError."""
    return gunzip(body, url, 50_000_000) if body.startswith(b"\x1f\x8b") else body
