"""Sitemaps: the pages that a site lists; it fetches none of them."""

from __future__ import annotations

from urllib.parse import urljoin

from index.readers.archive import gunzip
from index.readers.markup import parse_xml


def is_sitemap(body: bytes) -> bool:
    """Whether these bytes are a sitemap or a list of sitemaps."""
    head = body[:3000]
    return b"<urlset" in head or b"<sitemapindex" in head


def listed(body: bytes, url: str) -> tuple[list[str], list[str]]:
    """The pages that a sitemap lists and the sitemaps that it points to, in order; raises ReadError."""
    root = parse_xml(body, url)
    found: tuple[list[str], list[str]] = ([], [])
    for kind, places in zip(("url", "sitemap"), found, strict=True):
        for entry in root.iter(f"{{*}}{kind}"):
            place = next((each.text for each in entry.iterchildren("{*}loc") if each.text), "")
            if place.strip():
                places.append(urljoin(url, place.strip()))
    return found


def unpacked(body: bytes, url: str) -> bytes:
    """The body, taken out of gzip where it is packed; raises ReadError."""
    return gunzip(body, url, 50_000_000) if body.startswith(b"\x1f\x8b") else body
