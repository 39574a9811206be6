"""The plain pages beside the chat: an article, what changed in it, the interface described; no script in any."""

from __future__ import annotations

import re

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, Response

from bot.guard import PAGE_POLICY
from bot.opening import Opening, StillOpeningError
from bot.render.article_page import article_page
from bot.render.interface_page import interface_page
from bot.render.page import message_page
from bot.render.versions_page import changes_page
from bot.rest import status_of
from bot.style import style
from bot.versions import changed
from index import PullquoteError, Span


def routes(app: FastAPI, opening: Opening) -> APIRouter:
    """The routes of the pages; they stay out of the described interface."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/articles/{article_id}")
    def article(article_id: str, start: str = "", end: str = "", also: str = "", version: str = "") -> Response:
        try:
            bot = opening.bot()
            found = bot.article(article_id, _number(version))
            versions = bot.history(article_id)
        except PullquoteError as error:
            return failed(error)
        return shown(article_page(found, _span(start, end), _spans(also), versions))

    @router.get("/articles/{article_id}/changes")
    def changes(article_id: str, version: str = "") -> Response:
        try:
            bot = opening.bot()
            found = bot.article(article_id, _number(version))
            changes = changed(bot, article_id, found.version)
            versions = bot.history(article_id)
        except PullquoteError as error:
            return failed(error)
        return shown(changes_page(found, changes, versions))

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


def _number(version: str) -> int | None:
    """The version that a link names; the current one for a link that names none."""
    return int(version) if re.fullmatch(r"\d{1,9}", version, re.ASCII) else None


def _span(start: str, end: str) -> Span | None:
    """A range from a link; a link that was cut or mistyped marks nothing, the page still shows."""
    if re.fullmatch(r"\d{1,9}", start, re.ASCII) and re.fullmatch(r"\d{1,9}", end, re.ASCII):
        return int(start), int(end)
    return None


def _spans(also: str) -> list[Span]:
    """Ranges written `10-20,30-40`."""
    pairs = re.findall(r"(\d{1,9})-(\d{1,9})", also[:1_000], re.ASCII)
    return [(int(start), int(end)) for start, end in pairs]
