"""A conversation as plain values that a browser keeps, and back; what comes back is checked against the articles."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.answer import Answer, Quote, Sort
from bot.bot import Bot
from bot.settings import QUESTION_LIMIT
from index import Article, ArticleMissingError, Filters, Passage, QuestionError

MOST_TURNS = 50
"""How many questions of a conversation are kept; the ones before are let go."""

KEY = r"^[A-Za-z0-9_-]{16,64}$"
"""What the name of an answer, or of a browser, looks like: nothing that can be guessed."""

_Name = Annotated[str, Field(max_length=500)]
_Place = Annotated[int, Field(ge=0, le=1_000_000_000)]
_Measure = Annotated[float, Field(allow_inf_nan=False)]


class _Kept(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class KeptQuote(_Kept):
    """Where a quote stands, and its words, by which it is known again."""

    article: Annotated[str, Field(max_length=64)]
    version: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1
    start: _Place
    end: _Place
    text: Annotated[str, Field(max_length=50_000)]
    passage: tuple[_Place, _Place] | None = None
    score: _Measure = 0.0
    probability: Annotated[float, Field(ge=0, le=1)] = 0.0
    evidence: Annotated[dict[Annotated[str, Field(max_length=40)], _Measure], Field(max_length=20)] = {}
    also: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=20)] = []


class KeptFilters(_Kept):
    """The filters that were in force."""

    sources: Annotated[list[_Name], Field(max_length=100)] = []
    authors: Annotated[list[_Name], Field(max_length=100)] = []
    after: date | None = None
    before: date | None = None
    languages: Annotated[list[Annotated[str, Field(pattern="^[a-z]{2}$")]], Field(max_length=100)] = []

    def filters(self) -> Filters:
        """As filters again."""
        names = (tuple(self.sources), tuple(self.authors))
        return Filters(*names, self.after, self.before, tuple(self.languages))


class KeptAnswer(_Kept):
    """A question and its answer. `key` is the answer's own name; `generation` is the index's when it answered."""

    key: Annotated[str, Field(pattern=KEY)]
    asked: datetime
    generation: Annotated[int, Field(ge=0)] = 0
    question: Annotated[str, Field(min_length=1, max_length=QUESTION_LIMIT)]
    read_as: Annotated[str, Field(max_length=3 * QUESTION_LIMIT)] = ""
    filters: KeptFilters = KeptFilters()
    given: KeptFilters = KeptFilters()
    sort: Sort = "best"
    interpreted: bool = True
    notes: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=10)] = []
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    quotes: Annotated[list[KeptQuote], Field(max_length=20)] = []
    nearest: KeptQuote | None = None

    def to_json(self) -> str:
        """As a line of JSON."""
        return self.model_dump_json(exclude_defaults=True)


_CONVERSATION = TypeAdapter(Annotated[list[KeptAnswer], Field(max_length=MOST_TURNS)])


def keep(answer: Answer, generation: int, asked: datetime | None = None) -> KeptAnswer:
    """An answer as it is kept, under a new key."""
    return KeptAnswer.model_construct(
        key=secrets.token_urlsafe(18),
        asked=(asked or datetime.now(UTC)).replace(microsecond=0),
        generation=generation,
        question=answer.question,
        read_as="" if answer.read_as == answer.question else answer.read_as,
        filters=_filters(answer.filters),
        given=_filters(answer.given),
        sort=answer.sort,
        interpreted=answer.interpreted,
        notes=list(answer.notes),
        confidence=answer.confidence,
        quotes=[_quote(each) for each in answer.quotes],
        nearest=_quote(answer.nearest) if answer.nearest else None,
    )


def _filters(filters: Filters) -> KeptFilters:
    return KeptFilters(
        sources=list(filters.sources),
        authors=list(filters.authors),
        after=filters.after,
        before=filters.before,
        languages=list(filters.languages),
    )


def _quote(quote: Quote) -> KeptQuote:
    return KeptQuote.model_construct(
        article=quote.article.id,
        version=quote.article.version,
        start=quote.start,
        end=quote.end,
        text=quote.text,
        passage=(quote.passage.start, quote.passage.end) if quote.passage else None,
        score=round(float(quote.score), 4),
        probability=round(float(quote.probability), 4),
        evidence={name: round(float(value), 4) for name, value in quote.evidence.items()},
        also=[each.id for each in quote.also_in],
    )


def read_conversation(written: str) -> list[KeptAnswer]:
    """The answers in what a browser kept, oldest first. Raises QuestionError for anything that is none."""
    try:
        return _CONVERSATION.validate_json(written)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise QuestionError(
            f"this conversation cannot be read: {where}: {first['msg']}; expected one that this page has kept"
        ) from error


def restore(bot: Bot, kept: KeptAnswer) -> tuple[Answer, int]:
    """The answer with its quotes read from the articles again, and how many quotes are no longer there.

    A quote is shown only if its article still holds, in the version that was quoted, the very words that were
    kept; what is kept in a browser cannot put words into an article's mouth.
    """
    quotes = [quote for each in kept.quotes if (quote := find_quote(bot, each)) is not None]
    lost = len(kept.quotes) - len(quotes)
    notes = tuple(kept.notes)
    if lost:
        what = "One quote" if lost == 1 else f"{lost} quotes"
        notes += (f"{what} of this answer can no longer be shown: the articles have changed since.",)
    answer = Answer(
        kept.question,
        tuple(quotes),
        kept.confidence,
        find_quote(bot, kept.nearest) if kept.nearest else None,
        kept.read_as,
        kept.filters.filters(),
        notes,
        kept.given.filters(),
        kept.sort,
        kept.interpreted,
    )
    return answer, lost


def find_quote(bot: Bot, kept: KeptQuote) -> Quote | None:
    """The quote where its article still says so, and None where it does not."""
    article = _article(bot, kept.article, kept.version)
    if article is None or kept.start >= kept.end or article.text[kept.start : kept.end] != kept.text:
        return None
    passage = None
    if kept.passage and kept.passage[0] <= kept.start and kept.end <= kept.passage[1] <= len(article.text):
        passage = Passage(0, article.id, *kept.passage)
    also = (_article(bot, each) for each in kept.also)
    return Quote(
        article,
        kept.start,
        kept.end,
        kept.score,
        kept.probability,
        passage,
        kept.evidence,
        tuple(each for each in also if each is not None),
    )


def _article(bot: Bot, article_id: str, version: int | None = None) -> Article | None:
    try:
        return bot.article(article_id, version)
    except ArticleMissingError:
        return None


def file_name(kept: Iterable[KeptAnswer], ending: str) -> str:
    """What a file of this conversation is called, such as `pullquote-2026-11-24-where-is-the-leaf-built.md`."""
    first = next(iter(kept))
    words = re.findall(r"[a-z0-9]+", first.question.lower())[:8]
    return "-".join(["pullquote", first.asked.date().isoformat(), *words])[:80].rstrip("-") + ending
