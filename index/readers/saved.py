"""Pages that a browser saved whole (.mhtml, .webarchive) or that were packed (.html.gz), one article each."""

from __future__ import annotations

import email
import email.policy
import plistlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.parsers.expat import ExpatError

from index.article import Article
from index.errors import ReadError
from index.readers.archive import gunzip
from index.readers.source import Notice, read_bytes, shown
from index.readers.webpage import article_of_page

SAVED_LIMIT = 100_000_000
"""The most bytes of a file: most of a saved page is pictures."""


def read_mhtml(path: Path, notice: Notice) -> Iterator[Article]:
    """The article of the first page in the file; raises ReadError."""
    message = email.message_from_bytes(read_bytes(path, SAVED_LIMIT), policy=email.policy.compat32)
    for number, part in enumerate(message.walk()):
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            raw = part.get_payload(decode=True)
            if isinstance(raw, bytes) and raw.strip():
                url = part.get("Content-Location") or message.get("Snapshot-Content-Location") or ""
                yield _placed(
                    article_of_page(raw, str(path), path.stem, notice, part.get_content_charset("")), str(url)
                )
                return
        if number > 10_000:
            break
    raise ReadError(shown(path), "holds no web page; expected one saved by a browser")


def read_webarchive(path: Path, notice: Notice) -> Iterator[Article]:
    """The article of the page that Safari saved; raises ReadError."""
    try:
        kept = plistlib.loads(read_bytes(path, SAVED_LIMIT))
        page = kept["WebMainResource"]
        raw, url = page["WebResourceData"], page.get("WebResourceURL", "")
        charset = page.get("WebResourceTextEncodingName", "")
    except (plistlib.InvalidFileException, ExpatError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ReadError(shown(path), f"holds no web page ({error!r}); expected one saved by Safari") from error
    if not isinstance(raw, bytes):
        raise ReadError(shown(path), "holds no web page; expected one saved by Safari")
    yield _placed(article_of_page(raw, str(path), path.stem, notice, str(charset)), str(url))


def read_packed(path: Path, notice: Notice) -> Iterator[Article]:
    """The article of a page that gzip packed; raises ReadError."""
    fallback = path.stem.rpartition(".")[0] or path.stem
    yield article_of_page(gunzip(read_bytes(path), shown(path)), str(path), fallback, notice)


def _placed(article: Article, url: str) -> Article:
    """The article with the URL that it was saved from, unless the page names its own."""
    is_web = url.startswith(("http://", "https://")) and url.isprintable() and len(url) <= 2000 and " " not in url
    return article if article.url or not is_web else replace(article, url=url)
