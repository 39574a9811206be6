"""The library: the articles of the index as a page to search, sort, leaf through and choose from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from bot.render.escape import html as escaped
from bot.render.page import page
from bot.render.words import counted, long_date
from index import Sort

_ORDERS: tuple[tuple[Sort, str], ...] = (
    ("published", "latest published"),
    ("added", "latest added"),
    ("title", "title"),
    ("source", "source"),
)


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
    @property
    def version(self) -> int: ...


class View(NamedTuple):
    """What of the library is shown: `matching` of `total` articles fit the query, from `offset` on `step` at a time.

    Articles may be taken out unless it is False; `removed` were, just now.
    """

    query: str = ""
    sort: Sort = "published"
    offset: int = 0
    step: int = 50
    total: int = 0
    matching: int = 0
    may_remove: bool = False
    removed: int = 0

    def link(self, **other: str | int) -> str:
        """The address of this view with something else in it, escaped."""
        at: dict[str, str | int] = {"query": self.query, "sort": self.sort, "offset": self.offset, **other}
        return escaped("/library?" + urlencode(at))


def library_page(articles: Sequence[Listed], view: View) -> str:
    """One page of the library."""
    number = counted(view.total, "article")
    told = f"{view.matching:,} of {number}" if view.query else number
    removed = (
        f'<p class="notice" role="status">{counted(view.removed, "article")} removed.</p>' if view.removed else ""
    )
    body = (
        f'<div class="library"><header><h1>Library</h1><p class="byline">{told}</p></header>{removed}'
        '<form method="get" action="/library" role="search"><label for="query">Title, source or author</label>'
        '<span class="field">'
        f'<input id="query" name="query" type="search" maxlength="200" value="{escaped(view.query)}">'
        f'<input type="hidden" name="sort" value="{view.sort}">'
        f'<button type="submit">Search</button></span></form>{_list(articles, view)}</div>'
    )
    return page("Library", body)


def particulars(article: Listed) -> str:
    """Source, author, date and version of an article, in one line."""
    parts = [escaped(each) for each in (article.source, article.author) if each]
    if article.published:
        parts.append(f'<time datetime="{article.published.isoformat()}">{long_date(article.published)}</time>')
    if article.version > 1:
        parts.append(f"version {article.version}")
    return " · ".join(parts)


def _list(articles: Sequence[Listed], view: View) -> str:
    if not articles:
        return _none(view)
    lines = "".join(_line(each, view.may_remove) for each in articles)
    listed = f'{_sorting(view)}<ul class="articles">{lines}</ul>'
    if not view.may_remove:
        return f"{listed}{_turn(view, len(articles))}"
    at = (("query", view.query), ("sort", view.sort), ("offset", str(view.offset)))
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escaped(value)}">' for name, value in at)
    return (
        f'<form method="post" action="/library/remove">{hidden}{listed}'
        '<p class="choose"><button type="submit" class="quiet">Remove the chosen articles …</button></p></form>'
        f"{_turn(view, len(articles))}"
    )


def _line(article: Listed, may_remove: bool) -> str:
    title = escaped(article.title or "Untitled")
    link = f'<a href="/articles/{escaped(article.id)}">{title}</a>'
    words = f'{link}<span class="byline">{particulars(article)}</span></li>'
    if not may_remove:
        return f"<li>{words}"
    chosen = f'<input type="checkbox" name="id" value="{escaped(article.id)}" aria-label="Choose {title}">'
    return f'<li class="taking">{chosen}{words}'


def _sorting(view: View) -> str:
    """The orders there are, as links; a search or a page keeps the order, an order begins at the first page."""
    links = [
        f'<a href="{view.link(sort=order, offset=0)}"{" aria-current=true" if order == view.sort else ""}>{words}</a>'
        for order, words in _ORDERS
    ]
    return f'<p class="sorting">Sorted by {" ".join(links)}</p>'


def _none(view: View) -> str:
    if view.query and view.total:
        return f"<p>No article matches <q>{escaped(view.query)}</q>.</p>"
    if view.total:
        return f'<p>There are no more articles. <a href="{view.link(offset=0)}">Back to the first</a></p>'
    here = '<a href="/">on the first page</a>, or ' if view.may_remove else ""
    return (
        f"<p>There are no articles yet. Bring some {here}in a terminal, and they can be asked at once:</p>"
        "<pre>python -m bot add FOLDER</pre>"
    )


def _turn(view: View, listed: int) -> str:
    """Links to the pages before and behind this one."""
    links = []
    if view.offset:
        links.append(f'<a href="{view.link(offset=max(0, view.offset - view.step))}">Earlier in the list</a>')
    if view.offset + listed < view.matching:
        links.append(f'<a href="{view.link(offset=view.offset + view.step)}">Further down the list</a>')
    return f'<p class="turn">{" ".join(links)}</p>' if links else ""
