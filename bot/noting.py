"""The routes by which the chat page notes what is thought of answers, and saves conversations as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from bot.feedback import Feedback, FeedbackStore, QuoteMark, Verdict
from bot.keeping import KEY, MOST_TURNS, KeptAnswer, file_name, find_quote, restore
from bot.meter import Meter
from bot.opening import Opening
from bot.render import conversation_file
from index import ArticleMissingError, QuestionError

AT_MOST, WITHIN = 60, 60.0
"""How many verdicts one address may give within how many seconds."""


class FeedbackBody(BaseModel):
    """What is thought of an answer that this page gave. `number` is the quote that is wrong, counted from 1, and 0
    for the whole answer; `voter` an opaque name, whose next verdict takes the place of this one."""

    model_config = ConfigDict(extra="forbid")
    answer: KeptAnswer
    verdict: Verdict
    number: Annotated[int, Field(ge=0, le=20)] = 0
    withdrawn: bool = False
    voter: Annotated[str, Field(pattern=rf"{KEY}|^$")] = ""


class NotedRecord(TypedDict):
    """Whether the verdict is kept now."""

    noted: bool


class ConversationBody(BaseModel):
    """The answers of a conversation, as the page carries them."""

    model_config = ConfigDict(extra="forbid")
    form: Literal["markdown", "json"]
    answers: Annotated[list[KeptAnswer], Field(min_length=1, max_length=MOST_TURNS)]


def routes(opening: Opening, path: Path, meter: Meter | None = None) -> APIRouter:
    """The routes; verdicts are kept in the SQLite file at `path`, which is made for the first of them."""
    router = APIRouter()
    pace, lock = meter or Meter(AT_MOST, WITHIN), Lock()
    stores: list[FeedbackStore] = []

    def store() -> FeedbackStore:
        with lock:
            if not stores:
                stores.append(FeedbackStore(path))
            return stores[0]

    @router.post(
        "/v1/feedback", summary="Say what you think of an answer", tags=["questions"], response_model=NotedRecord
    )
    def feedback(body: FeedbackBody, request: Request) -> NotedRecord | Response:
        """Kept with the question, the quotes and the index's generation; read with `python -m bot feedback`."""
        wait = pace.wait(request.client.host if request.client else "")
        if wait:
            words = f"You have given {AT_MOST} verdicts within a minute; try again in {int(wait) + 1} seconds."
            return JSONResponse({"error": words}, 429, {"Retry-After": str(int(wait) + 1)})
        if (body.verdict == "wrong quote") != (1 <= body.number <= len(body.answer.quotes)):
            raise QuestionError(
                f"number is {body.number}, expected 1 to {len(body.answer.quotes)} for a wrong quote, else 0"
            )
        if body.withdrawn:
            store().take_back(body.answer.key, body.voter, body.number)
        else:
            noted = _feedback(opening, body)
            store().add(noted)
        return {"noted": not body.withdrawn}

    @router.post("/v1/conversation", summary="Save a conversation as a file", tags=["questions"])
    def conversation(body: ConversationBody) -> Response:
        """Markdown to read, or JSON to work with; every quote is read from its article again."""
        bot = opening.bot()
        answers = [(kept.asked, restore(bot, kept)[0]) for kept in body.answers]
        is_json = body.form == "json"
        content = conversation_file.as_json(answers) if is_json else conversation_file.as_markdown(answers)
        name = file_name(body.answers, ".json" if is_json else ".md")
        return Response(
            content,
            media_type="application/json" if is_json else "text/markdown; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return router


def _feedback(opening: Opening, body: FeedbackBody) -> Feedback:
    """The verdict with the quotes as the articles have them; what a browser says they are does not count."""
    bot, kept = opening.bot(), body.answer
    quotes = [find_quote(bot, each) for each in kept.quotes]
    if None in quotes:
        raise ArticleMissingError("the articles no longer hold the words that were quoted, so nothing is noted")
    return Feedback(
        kept.read_as or kept.question,
        tuple(QuoteMark.of(each) for each in quotes if each is not None),
        body.verdict,
        kept.generation,
        datetime.now(UTC),
        body.number,
        "web",
        kept.key,
        body.voter,
        bool(kept.filters.filters()),
    )
