"""The library: the articles of the index as a page to search and leaf through."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol
from urllib.parse import urlencode

from bot.render.escape import html as escaped
from bot.render.page import page
from bot.render.words import counted, long_date


class Listed(Protocol):
    """What a line of the library shows of an article."""

    @property
    def id(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def published(self) -> date | None: ...


def library_page(articles: Sequence[Listed], total: int, query: str, offset: int, step: int) -> str:
    """One page of the library. `step` is how far on the next page begins, 0 when this is the last one."""
    lines = "".join(_line(each) for each in articles)
    listed = f'<ul class="articles">{lines}</ul>' if lines else _none(query, total)
    body = (
        f'<div class="library"><header><h1>Library</h1><p class="byline">{counted(total, "article")}</p></header>'
        '<form method="get" action="/library" role="search"><label for="query">Title, source or author</label>'
        f'<span class="field">'
        f'<input id="query" name="query" type="search" maxlength="200" value="{escaped(query)}">'
        '<button type="submit">Search</button></span></form>'
        f"{listed}{_turn(query, offset, step)}</div>"
    )
    return page("Library", body)


def _line(article: Listed) -> str:
    parts = [escaped(each) for each in (article.source, article.author) if each]
    if article.published:
        parts.append(f'<time datetime="{article.published.isoformat()}">{long_date(article.published)}</time>')
    link = f"/articles/{escaped(article.id)}"
    return (
        f'<li><a href="{link}">{escaped(article.title or "Untitled")}</a>'
        f'<span class="byline">{" · ".join(parts)}</span></li>'
    )


def _none(query: str, total: int) -> str:
    if query and total:
        return f"<p>No article matches <q>{escaped(query)}</q>.</p>"
    return (
        "<p>There are no articles yet. Add some in a terminal, and they can be asked at once:</p>"
        "<pre>python -m bot add FOLDER</pre>"
    )


def _turn(query: str, offset: int, step: int) -> str:
    """Links to the pages before and behind this one."""
    links = []
    if offset:
        links.append(_link("Earlier in the list", query, 0))
    if step:
        links.append(_link("Further down the list", query, offset + step))
    return f'<p class="turn">{" ".join(links)}</p>' if links else ""


def _link(words: str, query: str, offset: int) -> str:
    return f'<a href="{escaped("/library?" + urlencode({"query": query, "offset": offset}))}">{words}</a>'
