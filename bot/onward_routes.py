"""The addresses that go on from a quote: why it was chosen, more of its article, more like it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from bot.answer import Quote
from bot.opening import Opening
from bot.pages import failed, shown
from bot.render.onward_pages import more_from_page, more_like_page, why_page
from bot.settings import QUESTION_LIMIT
from index import ArticleMissingError, PullquoteError

Question = Annotated[str, Query(max_length=QUESTION_LIMIT)]
Place = Annotated[int, Query(ge=0, le=999_999_999)]


def routes(opening: Opening) -> APIRouter:
    """The routes of these pages; they stay out of the described interface."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    def quote(article_id: str, start: int, end: int) -> Quote:
        article = opening.bot().article(article_id)
        if not start < end <= len(article.text):
            raise ArticleMissingError(f"there are no words at {start} to {end} of article {article_id[:40]!r}")
        return Quote(article, start, end, score=0.0)

    @router.get("/articles/{article_id}/why")
    def why(article_id: str, q: Question, start: Place, end: Place) -> Response:
        try:
            asked = quote(article_id, start, end)
            return shown(why_page(asked, q.strip(), opening.bot().why(q, article_id, start, end)))
        except PullquoteError as error:
            return failed(error)

    @router.get("/articles/{article_id}/more")
    def more(article_id: str, q: Question, start: Place, end: Place) -> Response:
        try:
            asked = quote(article_id, start, end)
            return shown(more_from_page(asked, q.strip(), opening.bot().more_from(q, article_id, start, end)))
        except PullquoteError as error:
            return failed(error)

    @router.get("/articles/{article_id}/like")
    def like(article_id: str, start: Place, end: Place, q: Question = "") -> Response:
        try:
            asked = quote(article_id, start, end)
            return shown(more_like_page(asked, opening.bot().more_like(article_id, start, end), q.strip()))
        except PullquoteError as error:
            return failed(error)

    return router
