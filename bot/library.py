"""The library's routes: the list of articles, in the order that is asked for, and the way to take some out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from bot.bringing import Bringing
from bot.opening import Opening
from bot.pages import failed, shown
from bot.render.library_page import View, library_page
from bot.render.removing_page import removing_page
from index import PullquoteError, Sort

LISTED = 50
"""How many articles one page of the library shows."""

_Words = Annotated[str, Query(max_length=200)]
_Place = Annotated[int, Query(ge=0, le=100_000_000)]


def routes(opening: Opening, bringing: Bringing) -> APIRouter:
    """The routes of the library; they stay out of the described interface."""
    router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    @router.get("/library")
    def library(query: _Words = "", sort: Sort = "published", offset: _Place = 0, removed: _Place = 0) -> Response:
        try:
            bot = opening.bot()
            listed = bot.articles(query=query, sort=sort, offset=offset, limit=LISTED)
            matching = bot.matching(query)
        except PullquoteError as error:
            return failed(error)
        view = View(query, sort, offset, LISTED, bot.article_count, matching, not bringing.read_only, removed)
        return shown(library_page(listed, view))

    @router.post("/library/remove")
    def remove(
        article_ids: Annotated[list[str] | None, Form(alias="id", max_length=LISTED)] = None,
        sure: Annotated[str, Form()] = "",
        query: Annotated[str, Form(max_length=200)] = "",
        sort: Annotated[Sort, Form()] = "published",
        offset: Annotated[int, Form(ge=0, le=100_000_000)] = 0,
    ) -> Response:
        """Asks whether it is meant, and takes the articles out when it is. The guard lets only our own pages in."""
        chosen = list(dict.fromkeys(article_ids or ()))
        back = {"query": query, "sort": sort, "offset": str(offset)}
        removed = 0
        try:
            if chosen and sure != "yes":
                return shown(removing_page([opening.bot().history(each)[-1] for each in chosen], back))
            if chosen:
                removed = bringing.remove(chosen)
        except PullquoteError as error:
            return failed(error)
        return RedirectResponse(f"/library?{urlencode({**back, 'removed': removed})}", 303)

    return router
