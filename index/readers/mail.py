"""E-mail (.eml), newsletters above all, one article each; what is attached is read elsewhere."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from index.article import Article, canonical
from index.errors import ReadError
from index.readers.encoding import decode
from index.readers.fields import make_article, one_line
from index.readers.headline import drop_headline
from index.readers.markup import paragraphs_of, parse_html
from index.readers.source import Notice, legible, read_bytes, shown
from index.readers.webpage import article_of_page

MAIL_LIMIT = 50_000_000
"""The most bytes of a message: most of a long one is attached to it."""

DATED_BY = "the e-mail's header"


def read_mail(path: Path, notice: Notice) -> Iterator[Article]:
    """The message as an article: its subject, its sender as author and source, its day, its text or web part.

    Of an HTML part the article in it is taken, and all of its words where it is laid out in tables.
    Raises ReadError.
    """
    raw = read_bytes(path, MAIL_LIMIT)
    message = email.message_from_bytes(raw, policy=email.policy.default)
    if not isinstance(message, EmailMessage) or not (message["From"] or message["Subject"]):
        raise ReadError(shown(path), "has neither a sender nor a subject; expected an e-mail")
    try:
        body = message.get_body(("plain", "html"))
        web = message.get_body(("html",))
        text = _html_words(web, path, notice) if web is not None else _plain_words(body, path, notice)
    except (LookupError, ValueError, AttributeError, KeyError) as error:
        raise ReadError(shown(path), f"cannot be taken apart as an e-mail ({error})") from error
    title = one_line(_header(message, "Subject"))
    said = {"title": title, **said_by(message)}
    yield make_article(said, drop_headline(text, title), str(path), path.stem, notice, DATED_BY)


def said_by(message: EmailMessage) -> dict[str, str]:
    """Who sent a message, when, and where it is kept: the fields of its article but the title."""
    name, address = parseaddr(_header(message, "From"))
    return {
        "author": name,
        "source": _header(message, "List-Id").partition("<")[0].strip(' "') or name or address,
        "published": _moment(_header(message, "Date")),
        "url": _header(message, "Archived-At").strip(" <>"),
    }


def _header(message: EmailMessage, name: str) -> str:
    return legible(str(message[name] or ""))


def _moment(text: str) -> str:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError):
        return ""


def _content(part: MIMEPart, path: Path, notice: Notice) -> str:
    raw = part.get_payload(decode=True)
    return decode(raw, shown(path), notice, part.get_content_charset("")) if isinstance(raw, bytes) and raw else ""


def _plain_words(part: MIMEPart | None, path: Path, notice: Notice) -> str:
    """The text without the lines of a signature; lines wrapped by a mail program (format=flowed) are joined."""
    if part is None:
        return ""
    text = canonical(_content(part, path, notice)).partition("\n-- \n")[0]
    if "flowed" in str(part.get_param("format", "")):
        text = text.replace(" \n", " ")
    return text


def _html_words(part: MIMEPart, path: Path, notice: Notice) -> str:
    html = _content(part, path, notice)
    if not html.strip():
        return ""
    everything = "\n\n".join(paragraphs_of(parse_html(html, shown(path))))
    if "<table" in html.lower():  # laid out in tables, in which an article is hard to tell from a menu
        return everything
    try:
        article = article_of_page(html.encode(), str(path), path.stem, lambda error: None, "utf-8").text
    except ReadError:
        return everything
    return article if len(article) > 0.5 * len(everything) else everything
