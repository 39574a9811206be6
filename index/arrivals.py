"""Articles from the web: a page, a feed or a sitemap, told apart by what is fetched; each page fetched once."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from index.article import Article
from index.errors import ReadError
from index.fetch import Fetched, Fetcher, Validators
from index.readers import KINDS as EXTENSIONS
from index.readers import read_file
from index.readers.source import Notice
from index.sitemap import is_sitemap, listed, unpacked

MOST_PAGES = 1_000
"""The most pages that are fetched for one feed or sitemap in one run; the next run goes on from there."""

KINDS = {
    **{"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf", "text/markdown": ".md"},
    **{"text/plain": ".txt", "application/epub+zip": ".epub", "application/rtf": ".rtf", "text/rtf": ".rtf"},
    **{
        "application/x-ndjson": ".jsonl",
        "application/jsonl": ".jsonl",
        "text/csv": ".csv",
        "message/rfc822": ".eml",
    },
    **{"application/rss+xml": ".rss", "application/atom+xml": ".rss", "application/feed+json": ".rss"},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
}
"""The reader of each media type, by its extension."""


class Arrivals:
    """Fetches what a URL leads to; `done` holds (URL, validators) of pages whose articles were all given.

    `remembered` says what a server said about a page before.
    """

    def __init__(self, fetcher: Fetcher, remembered: Callable[[str], Validators], notice: Notice) -> None:
        self._fetcher = fetcher
        self._remembered = remembered
        self._notice = notice
        self._given: set[str] = set()
        self.done: list[tuple[str, Validators]] = []

    def read(self, url: str) -> Iterator[Article]:
        """The articles at a URL; nothing when it is unchanged. What cannot be had is told to `notice`."""
        try:
            yield from self._read(url, depth=2)
        except ReadError as error:
            self._notice(error)

    def _read(self, url: str, depth: int) -> Iterator[Article]:
        answer = self._fetcher.fetch(url, self._remembered(url))
        if answer.is_unchanged:
            return
        body = unpacked(answer.body, url)
        if is_sitemap(body):
            pages, sitemaps = listed(body, answer.url)
            for each in sitemaps[:MOST_PAGES] if depth else ():
                try:
                    yield from self._read(each, depth - 1)
                except ReadError as error:
                    self._notice(error)
            yield from self._pages(pages)
        elif _is_feed(answer, body):
            entries = list(self._articles(replace(answer, body=body), ".rss"))
            yield from self._entries(entries, answer.url)
        else:
            yield from self._page(replace(answer, body=body))
        self.done.append((url, answer.validators))

    def _pages(self, urls: list[str]) -> Iterator[Article]:
        """The articles of pages that a sitemap lists, of those that are there already only if they changed."""
        for url in dict.fromkeys(urls[:MOST_PAGES]):
            try:
                answer = self._fetcher.fetch(url, self._remembered(url))
                if not answer.is_unchanged:
                    yield from self._page(answer)
                    self.done.append((url, answer.validators))
            except ReadError as error:
                self._notice(error)
        if len(urls) > MOST_PAGES:
            self._notice(ReadError(urls[MOST_PAGES], f"and {len(urls) - MOST_PAGES:,} more pages were not fetched"))

    def _entries(self, entries: list[Article], feed: str) -> Iterator[Article]:
        """The pages that the entries of a feed link to; the entry itself where it says more, or has no page."""
        for entry in entries:
            found = None
            if entry.url:
                try:
                    answer = self._fetcher.fetch(entry.url, self._remembered(entry.url))
                    if answer.is_unchanged:
                        continue
                    found = next(self._page(answer, quiet=True), None)
                    self.done.append((entry.url, answer.validators))
                except ReadError as error:
                    self._notice(error)
            if found is not None and len(found.text) >= len(entry.text):
                said = {name: getattr(found, name) or getattr(entry, name) for name in ("author", "source")}
                dated = found if found.published else entry
                moment = (dated.published, dated.published_at, dated.dated_by)
                yield replace(found, **said, published=moment[0], published_at=moment[1], dated_by=moment[2])
            elif entry.text != entry.title:
                yield replace(entry, origin=entry.url or f"{feed}#={entry.origin.rpartition('#=')[2]}")

    def _page(self, answer: Fetched, quiet: bool = False) -> Iterator[Article]:
        """The articles of one page, each known by the page's own address: its print and AMP forms are the same."""
        suffix = KINDS.get(answer.kind) or _suffix(answer)
        for number, article in enumerate(self._articles(answer, suffix), 1):
            place = _own_address(article.url, answer.url) if suffix == ".html" else answer.url
            origin = place if number == 1 else f"{place}#{number}"
            if origin not in self._given:
                self._given.add(origin)
                yield replace(article, origin=origin, url=article.url or place)

    def _articles(self, answer: Fetched, suffix: str) -> Iterator[Article]:
        """The articles in a body, read as a file of its kind is read."""
        name = re.sub(r"[^\w.-]+", "-", urlsplit(answer.url).path.strip("/")).strip("-.")[-80:] or "page"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{Path(name).stem}{suffix}"
            path.write_bytes(answer.body)

            def told(error: ReadError) -> None:
                self._notice(ReadError(answer.url, error.reason))

            try:
                for article in read_file(path, told):
                    named = article.dated_by == "the file's name"
                    yield replace(article, dated_by="the address") if named else article
            except ReadError as error:
                raise ReadError(answer.url, error.reason) from error


def _is_feed(answer: Fetched, body: bytes) -> bool:
    head = body[:2000].lstrip()
    is_xml = bool(
        re.match(rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*|<\?[^>]*>\s*)*<(rss|feed|rdf:RDF)\b", head, re.DOTALL)
    )
    return is_xml or (head.startswith(b"{") and b"jsonfeed.org/version" in body[:5000])


def _suffix(answer: Fetched) -> str:
    """The extension that the URL's path ends with, if a reader knows it; a web page else."""
    ending = Path(urlsplit(answer.url).path).suffix.lower()
    return ending if ending in EXTENSIONS else ".html"


def _own_address(canonical: str, fetched: str) -> str:
    """The address a page gives as its own, where it lies on the same site; a page cannot speak for another site."""
    hosts = [re.sub(r"^(www|m|amp|mobile)\.", "", urlsplit(each).hostname or "") for each in (canonical, fetched)]
    return canonical if canonical and hosts[0] == hosts[1] else fetched
