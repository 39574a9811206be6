"""What the index holds and finds: articles, the passages in them, and hits; values without behaviour."""

from __future__ import annotations

import hashlib
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

Span = tuple[int, int]
"""A half-open range of characters, `start <= i < end`."""


def canonical(text: str) -> str:
    """Text in the one form that is stored: NFC, `\\n` line ends, no byte-order mark, no NUL, no lone surrogate.

    Every character range in the project counts characters of this form.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").replace("\x00", "")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", text)


def digest_of(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one version.

    `text` is canonical (see `canonical`). `id` is given by the catalogue and empty before that; it never
    changes while the article lives. `origin` is where it was read from: an absolute path or a URL, with
    `#n` behind it for the n-th article of a file that holds several. `source` is the outlet's name.
    `language` is an ISO 639-1 code, empty when it is not known. `pages` are (start, page) pairs for an article
    with pages: from the character `start` on, until the next pair, its text stood on that page.
    `published` is the day in the time zone it was written in, `published_at` the instant with that zone where
    a time and a zone were given, and `dated_by` says in words where the date was found ("front matter").
    """

    title: str
    text: str
    source: str = ""
    author: str = ""
    url: str = ""
    published: date | None = None
    origin: str = ""
    id: str = ""
    version: int = 1
    language: str = ""
    pages: tuple[tuple[int, int], ...] = ()
    published_at: datetime | None = None
    dated_by: str = ""

    @property
    def digest(self) -> str:
        """The SHA-256 of `text`, in hexadecimal."""
        return digest_of(self.text)

    def page_at(self, position: int) -> int | None:
        """The number of the page on which the character at `position` stood; None for a text without pages."""
        at = bisect_right(self.pages, position, key=lambda pair: pair[0]) - 1
        return self.pages[max(at, 0)][1] if self.pages else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences: the characters `start <= i < end` of an article's text; the unit that is ranked.

    `id` is unique over the life of an index and never used twice. `sentences` are the spans it is made of,
    in characters of the article, joined without a gap.
    """

    id: int
    article_id: str
    start: int
    end: int
    sentences: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage in a final ranking, with its article.

    `score` is larger for better and comparable only within its own ranking. `evidence` holds what each
    ranker gave, unscaled: `{"dense": cosine in -1..1, "lexical": BM25 >= 0}`; a ranker that did not
    return the passage is absent.
    """

    article: Article
    passage: Passage
    score: float
    evidence: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The passage's characters."""
        return self.article.text[self.passage.start : self.passage.end]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer; an empty filter lets every article through.

    `sources` and `authors` match whole names without regard to case, any one of them; `languages` are ISO 639-1
    codes. An article is let through when `after <= published < before`; one without a date, or without a
    language that could be told, passes only where that is not asked for.
    """

    sources: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    after: date | None = None
    before: date | None = None
    languages: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sources or self.authors or self.after or self.before or self.languages)
