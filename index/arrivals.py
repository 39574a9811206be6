"""Articles from the web: a page, a feed or a sitemap, told apart by what is fetched; each page fetched once."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from index.article import Article, digest_of
from index.errors import ReadError, UnavailableError
from index.fetch import Fetched, Fetcher, Validators
from index.freshness import time_to_live
from index.readers import KINDS as EXTENSIONS
from index.readers import read_file
from index.readers.source import Notice
from index.seen import Seen
from index.sitemap import Listed, is_sitemap, listed, unpacked

MOST_PAGES = 1_000
"""The most pages that are fetched for one feed or sitemap in one run; the next run goes on from there."""

_DEEPEST = 2

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


@dataclass(frozen=True, slots=True)
class Look:
    """What was found at a URL that was asked for: "page", "feed" or "sitemap", and fresh for so many seconds."""

    url: str
    kind: str
    fresh_for: float = 0.0


@dataclass(frozen=True, slots=True)
class Done:
    """A page whose articles were all given: what its server said of it, and what a feed or sitemap did."""

    url: str
    validators: Validators
    hint: str = ""


class Arrivals:
    """Fetches what a URL leads to; `done` are the pages whose articles were all given, `looks` the URLs asked for.

    `seen` says what was known of a page before.
    """

    def __init__(self, fetcher: Fetcher, seen: Seen, notice: Notice) -> None:
        self._fetcher = fetcher
        self._seen = seen
        self._notice = notice
        self._given: set[str] = set()
        self.done: list[Done] = []
        self.looks: list[Look] = []

    def read(self, url: str) -> Iterator[Article]:
        """The articles at a URL; nothing when it is unchanged. What cannot be had is told to `notice`."""
        try:
            yield from self._read(Listed(url), _DEEPEST)
        except ReadError as error:
            self._notice(error)

    def _read(self, place: Listed, depth: int) -> Generator[Article, None, bool]:
        """Whether everything that can be had was had."""
        url = place.url
        answer = self._fetcher.fetch(url, self._seen.validators(url))
        fresh, kind, is_whole = answer.fresh_for, "", True
        if not answer.is_unchanged:
            body = unpacked(answer.body, url)
            if is_sitemap(body):
                kind = "sitemap"
                is_whole = yield from self._sitemap(body, answer.url, depth)
            elif _is_feed(answer, body):
                kind, fresh = "feed", max(fresh, time_to_live(body))
                entries = list(self._articles(replace(answer, body=body), ".rss"))
                is_whole = yield from self._entries(entries, answer.url)
            else:
                kind = "page"
                yield from self._page(replace(answer, body=body))
            if is_whole:  # else the next run asks for all of it, to come to what it could not have now
                self.done.append(Done(url, answer.validators, place.changed))
        if depth == _DEEPEST:
            self.looks.append(Look(url, kind, fresh))
        return is_whole

    def _sitemap(self, body: bytes, url: str, depth: int) -> Generator[Article, None, bool]:
        pages, sitemaps = listed(body, url)
        is_whole = yield from self._pages(pages)
        for each in sitemaps[:MOST_PAGES] if depth else ():
            if self._is_as_before(each.url, each.changed):
                continue
            try:
                is_whole = (yield from self._read(each, depth - 1)) and is_whole
            except ReadError as error:
                is_whole = self._missed(error, each.url, each.changed) and is_whole
        return is_whole

    def _pages(self, pages: list[Listed]) -> Generator[Article, None, bool]:
        """The articles of pages that a sitemap lists, of those that are there already only if they changed."""
        once = {page.url: page for page in pages}
        wanted = [page for page in once.values() if not self._is_as_before(page.url, page.changed)]
        is_whole = len(wanted) <= MOST_PAGES
        for page in wanted[:MOST_PAGES]:
            try:
                answer = self._fetcher.fetch(page.url, self._seen.validators(page.url))
                if not answer.is_unchanged:
                    yield from (_completed(article, page) for article in self._page(answer))
                self.done.append(Done(page.url, answer.validators, page.changed))
            except ReadError as error:
                is_whole = self._missed(error, page.url, page.changed) and is_whole
        if len(wanted) > MOST_PAGES:
            more = f"and {len(wanted) - MOST_PAGES:,} more pages were not fetched; the next run goes on from there"
            self._notice(ReadError(wanted[MOST_PAGES].url, more))
        return is_whole

    def _entries(self, entries: list[Article], feed: str) -> Generator[Article, None, bool]:
        """The pages that the entries of a feed link to; the entry itself where it says more, or has no page."""
        is_whole = True
        for entry in entries:
            found = None
            if entry.url:
                hint = digest_of(f"{entry.title}\n{entry.author}\n{entry.published}\n{entry.text}")
                if self._is_as_before(entry.url, hint):
                    continue
                try:
                    answer = self._fetcher.fetch(entry.url, self._seen.validators(entry.url))
                    if not answer.is_unchanged:
                        found = next(self._page(answer, quiet=True), None)
                    self.done.append(Done(entry.url, answer.validators, hint))
                    if answer.is_unchanged:
                        continue
                except ReadError as error:
                    is_whole = self._missed(error, entry.url, hint) and is_whole
            if found is not None and len(found.text) >= len(entry.text):
                said = {name: getattr(found, name) or getattr(entry, name) for name in ("author", "source")}
                dated = found if found.published else entry
                moment = (dated.published, dated.published_at, dated.dated_by)
                yield replace(found, **said, published=moment[0], published_at=moment[1], dated_by=moment[2])
            elif entry.text != entry.title:
                yield replace(entry, origin=entry.url or f"{feed}#={entry.origin.rpartition('#=')[2]}")
        return is_whole

    def _is_as_before(self, url: str, hint: str) -> bool:
        return self._seen.is_listed_as_before(url, hint, self._fetcher.manners.again)

    def _missed(self, error: ReadError, url: str, hint: str) -> bool:
        """Tell of a page that was not had; whether that is for good, so that nobody need ask for it again."""
        self._notice(error)
        if isinstance(error, UnavailableError):
            return False
        self.done.append(Done(url, Validators(), hint))
        return True

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


def _completed(article: Article, page: Listed) -> Article:
    """The article, with what a news sitemap says of it where the page itself does not."""
    article = replace(article, source=article.source or page.source, language=article.language or page.language)
    if article.published or page.published is None:
        return article
    day, instant = page.published
    return replace(article, published=day, published_at=instant, dated_by="the news sitemap")


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
