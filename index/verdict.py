"""What becomes of an article that is taken in: new, another version, or one that is there already; it only reads."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from index.article import Article
from index.tables import articles, iso, origins
from index.twins import are_twins, is_fuller, may_speak_for

Outcome = Literal["added", "updated", "unchanged"]
Stored = Row[Any]  # SQLAlchemy's rows carry no static types for tables declared without the ORM

_NAMES = ("id", "version", "origin", "digest", "title", "source", "author", "url", "published", "published_at")
_TOLD = [articles.c[name] for name in _NAMES]
"""What of a stored article tells whether another one says the same."""

_MOST = 20
"""With how many articles of one address another is compared: some sites give the same one on every page."""


def known_from(connection: Connection, origin: str) -> Stored | None:
    """What is known of the article that came from an origin, without its text."""
    joined = select(*_TOLD).join(origins, origins.c.article_id == articles.c.id)
    return connection.execute(joined.where(origins.c.origin == origin)).first()


def verdict(connection: Connection, article: Article, known: Stored | None) -> tuple[Outcome, Stored | None]:
    """What becomes of an article, and the row of the stored one that it is; None when it is a new one.

    `known` is what came from its origin before. The same words with the same particulars are a copy or a moved
    file, even if only one of them tells the hour of its day. So is a page that gives the address of another and
    says nearly the same, as its print and AMP forms do: the fuller one is kept, as the next version.
    """
    if known is not None:
        if _says_the_same(known, article) and known.published_at == iso(article.published_at):
            return "unchanged", known
        if _has_one_origin(connection, known.id):
            return "updated", known
    rows = connection.execute(select(*_TOLD).where(articles.c.digest == article.digest))
    copy = next((row for row in rows if _says_the_same(row, article)), None)
    if copy is not None:
        return "unchanged", copy
    page = _same_page(connection, article, known)
    if page is None:
        return "added", None
    is_main = known is not None and known.id == page.id and known.origin == article.origin
    is_better = is_main or (is_fuller(article.text, page.text) and may_speak_for(article))
    return ("updated" if is_better else "unchanged"), page


def reads_otherwise(row: Stored, article: Article) -> bool:
    """Whether an encoder would read other words in the article than in the stored row."""
    return bool((row.digest, row.title) != (article.digest, article.title))


def _says_the_same(row: Stored, article: Article) -> bool:
    stored = (row.digest, row.title, row.source, row.author, row.url, row.published)
    return stored == (article.digest, article.title, article.source, article.author, article.url, article.published)


def _has_one_origin(connection: Connection, article_id: str) -> bool:
    found = connection.execute(select(origins.c.origin).where(origins.c.article_id == article_id).limit(2))
    return len(found.all()) == 1


def _same_page(connection: Connection, article: Article, known: Stored | None) -> Stored | None:
    """The row, with its text, of an article of the same address that says nearly the same; `known` first."""
    if not article.url:
        return None
    of_address = select(*_TOLD, articles.c.text).where(articles.c.url == article.url).limit(_MOST)
    rows: list[Stored] = sorted(connection.execute(of_address), key=lambda row: known is None or row.id != known.id)
    return next((row for row in rows if are_twins(row.text, article.text)), None)
