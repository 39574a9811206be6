"""The plain pages beside the chat: an article, the library, the description of the interface; no script in any."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query
from fastapi.responses import HTMLResponse, Response

from bot.guard import PAGE_POLICY
from bot.opening import Opening, StillOpeningError
from bot.render.article_page import article_page
from bot.render.interface_page import interface_page
from bot.render.library_page import library_page
from bot.render.page import message_page
from bot.rest import status_of
from bot.style import style
from index import PullquoteError, Span

LISTED = 50
"""How many articles one page of the library shows."""


def routes(app: FastAPI, opening: Opening) -> APIRouter:
    """The routes of the pages; they stay out of the described interface."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/articles/{article_id}")
    def article(article_id: str, start: str = "", end: str = "", also: str = "") -> Response:
        try:
            found = opening.bot().article(article_id)
        except PullquoteError as error:
            return failed(error)
        return shown(article_page(found, _span(start, end), _spans(also)))

    @router.get("/library")
    def library(
        query: Annotated[str, Query(max_length=200)] = "", offset: Annotated[int, Query(ge=0)] = 0
    ) -> Response:
        try:
            bot = opening.bot()
            listed = bot.articles(query=query, offset=offset, limit=LISTED + 1)
        except PullquoteError as error:
            return failed(error)
        more = len(listed) > LISTED
        return shown(library_page(listed[:LISTED], bot.article_count, query, offset, LISTED if more else 0))

    @router.get("/docs")
    def interface() -> Response:
        return shown(interface_page(app.openapi()))

    @router.get("/style/{name}")
    @router.get("/style/fonts/{name}")
    def styling(name: str) -> Response:
        try:
            content, kind = style(name)
        except KeyError:
            return shown(message_page("Not found", "There is nothing at this address."), 404)
        return Response(content, media_type=kind, headers={"Cache-Control": "max-age=3600"})

    return router


def shown(html: str, status: int = 200) -> Response:
    """A page of ours as an answer: no script may run in it."""
    return HTMLResponse(html, status, {"Content-Security-Policy": PAGE_POLICY})


def failed(error: PullquoteError) -> Response:
    """A page that says what went wrong, with its status."""
    title = "One moment" if isinstance(error, StillOpeningError) else "That did not work"
    return shown(message_page(title, str(error)), status_of(error))


def _span(start: str, end: str) -> Span | None:
    """A range from a link; a link that was cut or mistyped marks nothing, the page still shows."""
    if re.fullmatch(r"\d{1,9}", start, re.ASCII) and re.fullmatch(r"\d{1,9}", end, re.ASCII):
        return int(start), int(end)
    return None


def _spans(also: str) -> list[Span]:
    """Ranges written `10-20,30-40`."""
    pairs = re.findall(r"(\d{1,9})-(\d{1,9})", also[:1_000], re.ASCII)
    return [(int(start), int(end)) for start, end in pairs]
