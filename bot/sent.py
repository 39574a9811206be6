"""What was sent to be brought in: files, addresses and texts, and the articles that are in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from index import Article, ReadError, canonical, make_article, read_file

_BATCH_CHARACTERS = 200_000
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class File:
    """A file that was sent: the name it had, made safe, and where its bytes lie meanwhile."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Page:
    """The address of a page, a feed or a sitemap."""

    url: str

    @property
    def name(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class Text:
    """A text that was pasted or posted, and what was said about it."""

    text: str
    said: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its title, or how it begins."""
        return self.said.get("title", "").strip() or _beginning(self.text)


Item = File | Page | Text


def safe_name(given: str) -> str:
    """The last part of a file name that came from outside, without what could lead anywhere or fool a reader."""
    last = re.split(r"[\\/]", canonical(given))[-1]
    kept = "".join(mark for mark in last if mark.isprintable()).strip(" .") or "file"
    stem, dot, ending = kept.rpartition(".") if "." in kept[-12:] else (kept, "", "")
    while len(f"{stem}{dot}{ending}".encode()) > _LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}{dot}{ending}"


def articles_of(item: File | Text, notes: list[str]) -> Iterator[Article]:
    """The articles of a file or a text; `notes` grows by a sentence for whatever is left out."""
    return _of_file(item, notes) if isinstance(item, File) else _of_text(item, notes)


def size_of(item: Item) -> int:
    if isinstance(item, File):
        return item.path.stat().st_size
    return len(item.text) if isinstance(item, Text) else 0


def batches(articles: Iterator[Article]) -> Iterator[list[Article]]:
    """The articles in runs of so many characters; an origin only once in a run."""
    batch: dict[str, Article] = {}
    characters = 0
    for article in articles:
        if characters >= _BATCH_CHARACTERS or article.origin in batch:
            yield list(batch.values())
            batch, characters = {}, 0
        batch[article.origin] = article
        characters += len(article.text)
    if batch:
        yield list(batch.values())


def _of_file(file: File, notes: list[str]) -> Iterator[Article]:
    """The articles of a file, each under an origin made of the file's name, which is the same the next time."""
    here = str(file.path.resolve())

    def skip(error: ReadError) -> None:
        place = error.source.removeprefix(here).strip(", ")
        notes.append(f"{place}: {error.reason}" if place and place != error.source else error.reason)

    for article in read_file(file.path, skip):
        yield replace(article, origin=f"upload:{file.name}{article.origin.removeprefix(here)}")


def _of_text(text: Text, notes: list[str]) -> Iterator[Article]:
    """The article that a text is; the next one with the same URL, or else source and title, is its new version."""
    title = " ".join(text.name.split())
    place = text.said.get("url", "").strip() or f"{text.said.get('source', '').strip()}/{title}"
    try:
        yield make_article(text.said, text.text, f"text:{place}", title, lambda error: notes.append(error.reason))
    except ReadError as error:
        notes.append(error.reason)


def _beginning(text: str) -> str:
    """The first line of a text, cut at a word to a length that a title may have."""
    line = next((each.strip() for each in text.splitlines() if each.strip()), "")
    return line if len(line) <= 80 else line[:80].rpartition(" ")[0].rstrip(",;:–— ") + " …"
