"""An answer as values that JSON can carry: what REST, the terminal's --json and Gradio's API give back."""

from __future__ import annotations

from typing_extensions import TypedDict

from bot.answer import Answer, Quote, Sort
from bot.render.citation import article_link, live_link
from bot.render.words import how_sure, how_sure_of_all
from index import Article, ArticleSummary, Filters


class AboutRecord(TypedDict):
    """What is known of an article.

    `published` is an ISO date or null, `published_at` the instant with its time zone where one is known, and
    `dated_by` where the date was found; `language` is an ISO 639-1 code or empty.
    """

    id: str
    title: str
    source: str
    author: str
    url: str
    published: str | None
    published_at: str | None
    dated_by: str
    language: str
    version: int


class ArticleRecord(AboutRecord):
    """An article without its text. `link` is its page in this app."""

    link: str


class QuoteRecord(TypedDict):
    """The exact words: `text` is the characters `start <= i < end` of the article's text.

    `before` and `after` are the words around it in its passage; `live_link` opens the live page at the quote.
    `page` is where it begins in an article with pages, null in any other.
    """

    text: str
    start: int
    end: int
    before: str
    after: str
    score: float
    probability: float
    sure: str
    evidence: dict[str, float]
    article: ArticleRecord
    also_in: list[ArticleRecord]
    link: str
    live_link: str
    page: int | None


class FiltersRecord(TypedDict):
    """The filters that were in force; dates are ISO dates or null, `after` included and `before` excluded.

    `languages` are ISO 639-1 codes.
    """

    sources: list[str]
    authors: list[str]
    after: str | None
    before: str | None
    languages: list[str]


class AnswerRecord(TypedDict):
    """An answer. `answered` is false when the articles do not answer; `nearest` is then the best near miss."""

    question: str
    answered: bool
    read_as: str
    confidence: float
    sure: str
    filters: FiltersRecord
    sort: Sort
    interpreted: bool
    notes: list[str]
    quotes: list[QuoteRecord]
    nearest: QuoteRecord | None


def about(article: Article | ArticleSummary) -> AboutRecord:
    """What is known of an article, for all records that tell of one."""
    moment = article.published_at
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "author": article.author,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        "published_at": (moment if isinstance(moment, str) else moment.isoformat()) if moment else None,
        "dated_by": article.dated_by,
        "language": article.language,
        "version": article.version,
    }


def article_record(article: Article) -> ArticleRecord:
    """The article as an ArticleRecord."""
    return {**about(article), "link": article_link(article)}


def quote_record(quote: Quote) -> QuoteRecord:
    """The quote as a QuoteRecord."""
    return {
        "text": quote.text,
        "start": quote.start,
        "end": quote.end,
        "before": quote.before,
        "after": quote.after,
        "score": float(quote.score),
        "probability": float(quote.probability),
        "sure": how_sure(quote.probability).words,
        "evidence": {name: float(value) for name, value in quote.evidence.items()},
        "article": article_record(quote.article),
        "also_in": [article_record(each) for each in quote.also_in],
        "link": article_link(quote.article, quote.start, quote.end),
        "live_link": live_link(quote),
        "page": quote.article.page_at(quote.start),
    }


def filters_record(filters: Filters) -> FiltersRecord:
    """The filters as a FiltersRecord."""
    return {
        "sources": list(filters.sources),
        "authors": list(filters.authors),
        "after": filters.after.isoformat() if filters.after else None,
        "before": filters.before.isoformat() if filters.before else None,
        "languages": list(filters.languages),
    }


def answer_record(answer: Answer) -> AnswerRecord:
    """The answer as an AnswerRecord."""
    return {
        "question": answer.question,
        "answered": bool(answer),
        "read_as": answer.read_as,
        "confidence": float(answer.confidence),
        "sure": how_sure_of_all(answer.confidence, answer.probabilities).words,
        "filters": filters_record(answer.filters),
        "sort": answer.sort,
        "interpreted": answer.interpreted,
        "notes": list(answer.notes),
        "quotes": [quote_record(quote) for quote in answer.quotes],
        "nearest": quote_record(answer.nearest) if answer.nearest else None,
    }
