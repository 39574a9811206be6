"""The REST interface under /v1, the one that stays: questions in, answers as JSON out."""

from __future__ import annotations

import os
from datetime import date
from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, FastAPI, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from bot.answer import Sort as Order
from bot.bringing import BusyError, ReadOnlyError
from bot.opening import Opening, StillOpeningError
from bot.render import AnswerRecord, ArticleRecord, answer_record, article_record
from bot.render.listing import SummaryRecord, summary_record
from bot.settings import QUESTION_LIMIT
from bot.versions import VersionsRecord, versions_record
from index import ArticleMissingError, IndexBusyError, PullquoteError, QuestionError, ServerAwayError, Sort

AT_ONCE = min(8, 2 + (os.cpu_count() or 1))
"""How many questions are answered at a time: one is being encoded on each core while the quotes of one are chosen. With
twice as many, as many were answered a second, in 14 MB more.

The others wait in the order they came, and no other request waits behind them.
"""


class Turn(BaseModel):
    """An earlier question of the conversation, and the words that its answer quoted."""

    model_config = ConfigDict(extra="forbid")
    question: str = Field(max_length=QUESTION_LIMIT)
    quoted: str = ""


class AskBody(BaseModel):
    """A question, what came before it, and which articles may answer. A date is let through when
    `after <= date < before`."""

    model_config = ConfigDict(extra="forbid")
    question: str = Field(min_length=1, max_length=QUESTION_LIMIT, examples=["Where is the LEAF built?"])
    k: int = Field(default=5, ge=1, le=20, description="How many quotes at most")
    history: list[str | Turn] = Field(default=[], max_length=50)
    sources: list[str] = Field(default=[], max_length=100)
    authors: list[str] = Field(default=[], max_length=100)
    after: date | None = None
    before: date | None = None
    languages: list[str] = Field(default=[], max_length=100, description="ISO 639-1 codes, such as en and de")
    interpret: bool = Field(default=True, description="Complete follow-ups and read filters out of the question")
    sort: Order = Field(
        default="best", description="The order of the quotes; the later two go by day of publication"
    )


class ArticlesRecord(TypedDict):
    """A page of the list of articles, newest published first; `total` counts all articles of the index."""

    total: int
    articles: list[SummaryRecord]


class WholeArticleRecord(ArticleRecord):
    """An article with its text, and the text's SHA-256."""

    text: str
    digest: str


class HealthRecord(TypedDict):
    """Whether questions can be asked, and of how much; how many sources are kept in step, and how many fail.

    `generation` grows with every write to the index, whoever wrote.
    """

    status: str
    articles: int
    passages: int
    generation: int
    watched: int
    failing: int


def routes(opening: Opening) -> APIRouter:
    """The routes of the interface."""
    router = APIRouter()
    at_once = CapacityLimiter(AT_ONCE)

    def answered(body: AskBody) -> AnswerRecord:
        answer = opening.bot().ask(
            body.question,
            body.k,
            history=[turn if isinstance(turn, str) else (turn.question, turn.quoted) for turn in body.history],
            sources=body.sources,
            authors=body.authors,
            after=body.after,
            before=body.before,
            languages=body.languages,
            interpret=body.interpret,
            sort=body.sort,
        )
        return answer_record(answer)

    @router.post("/v1/ask", summary="Ask the articles", tags=["questions"])
    async def ask(body: AskBody) -> AnswerRecord:
        """The quotes that answer, best first; `answered` is false, with the nearest miss, when none does."""
        return await to_thread.run_sync(answered, body, limiter=at_once)

    @router.get("/v1/articles", summary="List the articles", tags=["articles"])
    def articles(
        query: Annotated[str, Query(max_length=200, description="Words of the title, source or author")] = "",
        offset: Annotated[int, Query(ge=0, le=1_000_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        sort: Annotated[
            Sort, Query(description="published or added, newest first, or title or source")
        ] = "published",
    ) -> ArticlesRecord:
        """Articles without their texts, newest published first unless sorted otherwise."""
        bot = opening.bot()
        listed = bot.articles(query=query, offset=offset, limit=limit, sort=sort)
        return {
            "total": bot.article_count,
            "articles": [summary_record(each) for each in listed],
        }

    @router.get("/v1/articles/{article_id}", summary="Read one article", tags=["articles"])
    def article(
        article_id: Annotated[str, Path(max_length=200)],
        version: Annotated[int | None, Query(ge=1, le=1_000_000_000, description="An earlier version")] = None,
    ) -> WholeArticleRecord:
        """One article with its text, read under the digest it was stored with."""
        found = opening.bot().article(article_id, version)
        return {**article_record(found), "text": found.text, "digest": found.digest}

    @router.get("/v1/articles/{article_id}/versions", summary="Read what changed", tags=["articles"])
    def versions(article_id: Annotated[str, Path(max_length=200)]) -> VersionsRecord:
        """All versions of an article, the oldest first, each with what changed in it, sentence by sentence."""
        return versions_record(opening.bot(), article_id)

    @router.get("/health", summary="Tell whether questions can be asked", tags=["health"])
    def health() -> HealthRecord:
        """200 once the index is open, 503 before."""
        bot = opening.bot()
        sources = bot.watched()
        return {
            "status": "ready",
            "articles": bot.article_count,
            "passages": bot.passage_count,
            "generation": bot.generation,
            "watched": len(sources),
            "failing": sum(source.failures > 0 for source in sources),
        }

    return router


def add_error_handlers(app: FastAPI) -> None:
    """Answer errors with their status and one sentence under "error"."""

    @app.exception_handler(PullquoteError)
    def ours(request: Request, error: PullquoteError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, status_of(error), _later(error))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        sentences = []
        for each in error.errors():
            where = ".".join(str(part) for part in each["loc"] if part != "body") or "the body"
            sentences.append(f"{where}: {each['msg']}")
        return JSONResponse({"error": "; ".join(sentences)[:2_000]}, 422)


def status_of(error: PullquoteError) -> int:
    """The HTTP status that says what kind of error this is."""
    if isinstance(error, QuestionError):
        return 422
    if isinstance(error, ArticleMissingError):
        return 404
    if isinstance(error, ReadOnlyError):
        return 403
    if isinstance(error, IndexBusyError):
        return 409
    return 503 if isinstance(error, StillOpeningError | BusyError | ServerAwayError) else 500


def _later(error: PullquoteError) -> dict[str, str]:
    if isinstance(error, BusyError):
        return {"Retry-After": "60"}
    return {"Retry-After": "2"} if isinstance(error, StillOpeningError | ServerAwayError) else {}
