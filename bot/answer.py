"""What a question gets back: quotes, or a decline with the nearest miss; values that cannot misquote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from index import Article, Filters, Passage

Sort = Literal["best", "newest", "oldest"]
"""The order in which quotes are shown: likeliest to answer first, or by day of publication."""

SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of whole sentences of one article, word for word.

    The words are the characters `start <= i < end` of `article.text`; `text` is derived from them, so a
    quote cannot differ from its article. `score` is larger for better and comparable within one answer.
    `probability` (0..1) is the estimate that this quote answers the question. `evidence` holds the named
    signals behind it ("dense", "lexical", ...). `also_in` are other articles that carry the same words,
    or nearly, earliest first. `passage` is None for a quote taken from a text that is in no index.
    """

    article: Article
    start: int
    end: int
    score: float
    probability: float = 0.0
    passage: Passage | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)
    also_in: tuple[Article, ...] = ()

    @property
    def text(self) -> str:
        """The quoted words, exactly as they stand in the article."""
        return self.article.text[self.start : self.end]

    @property
    def before(self) -> str:
        """The words of the same passage in front of the quote."""
        return self.article.text[self.passage.start : self.start] if self.passage else ""

    @property
    def after(self) -> str:
        """The words of the same passage behind the quote."""
        return self.article.text[self.end : self.passage.end] if self.passage else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The quotes that answer a question, in the order of `sort`; none when the articles do not answer it.

    `confidence` (0..1) is the calibrated probability that the quotes answer. `nearest` is the best near
    miss of an answer that declines. `read_as` is the question as it was searched for, when a follow-up
    was completed from the conversation or a filter was taken out of it, and empty otherwise. `filters`
    are the ones in force, those found in the question included, and `given` the ones that were asked for
    outright. `notes` are short sentences for the reader, such as that a filter left no articles. `sort` is
    the order of the quotes; `interpreted` is False for a question that was taken literally.
    """

    question: str
    quotes: tuple[Quote, ...] = ()
    confidence: float = 0.0
    nearest: Quote | None = None
    read_as: str = ""
    filters: Filters = field(default_factory=Filters)
    notes: tuple[str, ...] = ()
    given: Filters = field(default_factory=Filters)
    sort: Sort = "best"
    interpreted: bool = True

    @property
    def probabilities(self) -> tuple[float, ...]:
        """How likely (0..1) each quote is said to answer: its own estimate; of a lone quote that of the answer."""
        return (self.confidence,) if len(self.quotes) == 1 else tuple(each.probability for each in self.quotes)

    def __bool__(self) -> bool:
        """True when there is something to quote; False when the articles do not answer."""
        return bool(self.quotes)
