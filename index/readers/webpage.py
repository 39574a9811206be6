"""Web pages saved as HTML, one article each; nothing is fetched."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

from index.article import Article
from index.errors import ReadError
from index.readers.encoding import decode
from index.readers.fields import make_article, one_line
from index.readers.gaps import filled, trimmed
from index.readers.headline import drop_headline
from index.readers.markup import paragraphs_of, parse_html
from index.readers.metadata import said_by
from index.readers.source import Notice, read_bytes, shown

TAG_LIMIT = 30_000
"""The most tags of a page: trafilatura takes quadratic time over some, 20 s for 20,000 pairs in one paragraph."""

BLOCKS = {"body", "head", "p", "quote", "list", "item", "table", "row", "code", "div", "ab"}
"""The elements of trafilatura's body that begin a paragraph of their own."""


_RUNNING_HEAD = re.compile(r"""<div title="(?:header|footer)">(?:(?!</?div).){0,5000}</div>""", re.DOTALL)
"""What LibreOffice makes of the head and foot of a printed page."""


_OFFICE = re.compile(
    r"""<meta[^>]{0,99}name=["']?generator["']?[^>]{0,99}content=["']?(?:LibreOffice|OpenOffice|Microsoft Word)""",
    re.IGNORECASE,
)
"""What office programs write into the pages they make, which hold no menus."""


def read_webpage(path: Path, notice: Notice) -> Iterator[Article]:
    """The article of a page: its body without menus and footers, and what the page says about it.

    Raises ReadError when the page holds no article.
    """
    yield article_of_page(read_bytes(path), str(path), path.stem, notice)


def article_of_page(raw: bytes, origin: str, fallback: str, notice: Notice, charset: str = "") -> Article:
    """The article of a page that is at hand; `charset` is the one that its carrier declares.

    What the page states itself comes first, then what can be guessed from how it looks. Raises ReadError.
    """
    import trafilatura

    # It logs every page without an article as an error; that is told below, once and with the file's name.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    declared = re.search(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{1,40})""", raw[:2048], re.IGNORECASE)
    html = decode(
        raw, shown(origin), notice, charset or (declared[1].decode("ascii", "replace") if declared else "")
    )
    if (tags := html.count("<")) > TAG_LIMIT:
        raise ReadError(shown(origin), f"has {tags:,} tags; at most {TAG_LIMIT:,} are read. Save only the article")
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html)  # lxml refuses text that declares an encoding
    html = _RUNNING_HEAD.sub("", html)
    try:
        page = trafilatura.bare_extraction(
            html,
            with_metadata=True,
            include_comments=False,
            # The day it was first published, and only where the page says so: never a year out of its footer.
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ReadError(shown(origin), f"cannot be taken apart as HTML ({error}); save the page again") from error
    if not isinstance(page, trafilatura.settings.Document) or page.body is None:
        raise ReadError(shown(origin), "no article was found in this page; expected HTML with paragraphs of text")
    guessed = {
        "title": page.title,
        "source": page.sitename,
        "author": page.author,
        "url": page.url,
        "published": page.date,
    }
    stated = said_by(html)
    said = {field: value for field, value in guessed.items() if value} | stated
    found = paragraphs(page.body)
    if _OFFICE.search(html[:20_000]):  # all of it is the article, and its only h1 may be a heading further down
        found = paragraphs_of(parse_html(html, shown(origin)))
        said["title"] = stated.get("title") or _name_of(html) or (page.title or "")
    else:
        found = trimmed(filled(found, parse_html(html, shown(origin))))
    text = "\n\n".join(found)
    dated_by = said.pop("dated_by", "how the page looks")
    return make_article(said, drop_headline(text, said.get("title", "")), origin, fallback, notice, dated_by)


def _name_of(html: str) -> str:
    """The words of the page's title element."""
    named = re.search(r"<title[^>]{0,200}>([^<]{1,500})</title", html[:100_000], re.IGNORECASE)
    return one_line(unescape(named[1])) if named else ""


def paragraphs(body: Any) -> list[str]:  # an lxml element; lxml has no types of its own
    """The paragraphs, headings, list items and table rows of a body, in order, each on its own."""
    found: list[str] = []
    words: list[str] = []

    def close() -> None:
        lines = (" ".join(line.split()) for line in "".join(words).split("\n"))
        paragraph = "\n".join(line for line in lines if line)
        words.clear()
        if paragraph:
            found.append(paragraph)

    def visit(element: Any, in_cell: bool = False) -> None:
        # A cell of a row may hold one paragraph; one that holds several is there for its place on the page.
        in_cell = in_cell or (element.tag == "cell" and sum(child.tag in BLOCKS for child in element) <= 1)
        is_block = element.tag in BLOCKS and not in_cell
        if is_block:
            close()
        if element.tag == "lb":
            words.append("\n")
        if element.tag == "cell" and "".join(words).strip():
            words.append(" | ")
        words.append((element.text or "").replace("\n", " "))
        for child in element:
            visit(child, in_cell)
            words.append((child.tail or "").replace("\n", " "))
        if is_block:
            close()

    visit(body)
    return found
