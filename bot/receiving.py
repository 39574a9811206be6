"""Articles coming and going over HTTP: the routes that write, and what they answer; reading is elsewhere."""

from __future__ import annotations

import json
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, UploadFile
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, StreamingResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import Scope
from typing_extensions import TypedDict

from bot.bringing import Bringing
from bot.brought import Brought, Step
from bot.render.bringing import BroughtRecord, brought_record, step_record
from bot.sent import File as SentFile
from bot.sent import Item, Page, Text, safe_name
from index import PullquoteError, QuestionError

AT_ONCE = 200
"""How many files, addresses and texts one request may hold."""

LINES = "application/x-ndjson"


class PostedArticle(BaseModel):
    """An article to take in: its `text`, or only the `url` of a page, feed or sitemap to fetch.

    The next one with the same `url`, or without one the same source and title, becomes its next version.
    """

    model_config = ConfigDict(extra="forbid")
    text: str = ""
    title: str = Field(default="", max_length=1_000)
    source: str = Field(default="", max_length=1_000)
    author: str = Field(default="", max_length=1_000)
    url: str = Field(default="", max_length=2_000)
    published: date | None = None

    def item(self) -> Item:
        """The article to bring in; raises QuestionError for one that has neither text nor URL."""
        if self.text.strip():
            said = {name: getattr(self, name) for name in ("title", "source", "author", "url")}
            return Text(self.text, said | {"published": self.published.isoformat() if self.published else ""})
        if self.url.strip():
            return Page(self.url.strip())
        raise QuestionError("an article has neither a text nor a url; expected one of them")


class BroughtAnswer(TypedDict):
    """What became of everything that was sent, in order."""

    brought: list[BroughtRecord]


class RemovedRecord(TypedDict):
    """How many articles were taken out."""

    removed: int


_FORMS = (b"multipart/form-data", b"application/x-www-form-urlencoded")


class _OfForms(APIRoute):
    """A route for forms alone: the same path and method take JSON, too, in a route of their own."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        headers = dict(scope.get("headers", ()))
        is_form = headers.get(b"content-type", b"").lower().startswith(_FORMS)
        return super().matches(scope) if is_form else (Match.NONE, {})


def routes(bringer: Bringing) -> APIRouter:
    """The routes that write."""
    router = APIRouter()
    forms = APIRouter(route_class=_OfForms)  # in front of the other, which takes whatever it is given

    @forms.post("/v1/articles", include_in_schema=False)
    async def send(
        files: Annotated[list[UploadFile] | None, File()] = None,
        urls: Annotated[list[str] | None, Form()] = None,
        text: Annotated[str, Form()] = "",
        title: Annotated[str, Form()] = "",
        source: Annotated[str, Form()] = "",
        author: Annotated[str, Form()] = "",
        url: Annotated[str, Form()] = "",
        published: Annotated[str, Form()] = "",
        accept: Annotated[str, Header()] = "",
    ) -> Response:
        said = {"title": title, "source": source, "author": author, "url": url, "published": published}
        items: list[Item] = [Page(each.strip()) for each in urls or () if each.strip()]
        items += [Text(text, said)] if text.strip() else []
        sent = [each for each in files or () if each.filename]
        _check(len(items) + len(sent))
        folder = Path(tempfile.mkdtemp(prefix="pullquote-"))  # nobody else may look into it
        try:
            kept = [await run_in_threadpool(_keep, folder, number, each) for number, each in enumerate(sent)]
        except BaseException:
            shutil.rmtree(folder)
            raise
        return await _answer(bringer, [*kept, *items], accept, lambda: shutil.rmtree(folder))

    @router.post("/v1/articles", summary="Bring articles in", tags=["articles"], response_model=BroughtAnswer)
    async def post(
        body: PostedArticle | Annotated[list[PostedArticle], Field(min_length=1, max_length=AT_ONCE)],
        accept: Annotated[str, Header(include_in_schema=False)] = "",
    ) -> Response:
        """Takes in one article or a list of them, and tells what became of each: `added`, `updated`,
        `unchanged` or `skipped`, and why. Takes a form (`multipart/form-data`) as well: any number of `files`
        in the formats that are read, any number of `urls`, and one `text` with `title`, `source`, `author`,
        `url` and `published`. With `Accept: application/x-ndjson` the answer is a line of JSON for each step on
        the way. 403 where the server is read-only, 409 while another process writes, 413 for more than the
        server takes, 503 while too many people wait for their turn."""
        posted = body if isinstance(body, list) else [body]
        return await _answer(bringer, [each.item() for each in posted], accept, lambda: None)

    @router.delete("/v1/articles/{article_id}", summary="Remove an article", tags=["articles"])
    def remove(article_id: Annotated[str, InPath(max_length=200)]) -> RemovedRecord:
        """Takes an article out with all its versions. 403 where the server is read-only, 409 while another
        process writes."""
        return {"removed": bringer.remove([article_id])}

    forms.include_router(router)
    return forms


def _check(number: int) -> None:
    if not number:
        raise QuestionError("nothing was sent; expected files, urls or a text")
    if number > AT_ONCE:
        raise QuestionError(f"{number:,} files, addresses and texts were sent; at most {AT_ONCE} are taken at once")


def _keep(folder: Path, number: int, sent: UploadFile) -> SentFile:
    """The bytes of a file that was sent, in a folder of its own so that it can be written over no other."""
    name = safe_name(sent.filename or "")
    place = folder / str(number)
    place.mkdir(mode=0o700)
    path = place / name
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        shutil.copyfileobj(sent.file, file)
    return SentFile(name, path)


async def _answer(bringer: Bringing, items: Sequence[Item], accept: str, tidy: Callable[[], None]) -> Response:
    """What became of the items, at the end or, for those who ask for lines, step by step."""
    if LINES in accept:
        lines = _told(bringer, items, tidy)
        return StreamingResponse(lines, media_type=LINES, headers={"Cache-Control": "no-store"})
    try:
        brought = await run_in_threadpool(bringer.bring, items)
    finally:
        tidy()
    return JSONResponse({"brought": [brought_record(each) for each in brought]})


def _told(bringer: Bringing, items: Sequence[Item], tidy: Callable[[], None]) -> Iterator[str]:
    """A line of JSON for each step and each item. It goes on to the end even where nobody listens any more."""
    told: queue.SimpleQueue[Step | Brought | PullquoteError | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            bringer.bring(items, told.put)
        except PullquoteError as error:
            told.put(error)
        finally:
            tidy()
            told.put(None)

    threading.Thread(target=work, name="bringing", daemon=True).start()
    while (said := told.get()) is not None:
        yield json.dumps(_record(said), ensure_ascii=False) + "\n"


def _record(said: Step | Brought | PullquoteError) -> object:
    if isinstance(said, Step):
        return step_record(said)
    return brought_record(said) if isinstance(said, Brought) else {"error": str(said)}
