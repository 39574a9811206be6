"""What is attached to an e-mail, in a format that is read anyway, as articles of their own beside the message."""

from __future__ import annotations

import email
import email.policy
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.message import EmailMessage, MIMEPart
from pathlib import Path
from urllib.parse import quote

from index.article import Article
from index.errors import ReadError
from index.readers.fields import make_article
from index.readers.mail import DATED_BY, MAIL_LIMIT, said_by
from index.readers.source import Notice, read_bytes, shown

KINDS = (".pdf", ".docx", ".odt", ".rtf", ".epub", ".txt", ".md", ".html", ".htm", ".mhtml")
"""The extensions of attachments that are read; others, most of them pictures, are passed over."""

ATTACHMENT_LIMIT = 25_000_000
"""The most bytes of an attachment."""

MOST = 20
"""How many attachments of a message are read."""

_NAMED = re.compile(
    rb"^(?:content-(?:type|disposition):|[ \t])[^\n]{0,1000}name[*0-9]*[ \t]*=", re.IGNORECASE | re.M
)
"""A line of a message that may name an attachment."""

Read = Callable[[Path, Notice], Iterator[Article]]


def with_attached(read_message: Read, read_file: Read) -> Read:
    """A reader of messages that gives what is attached to them, too.

    An attachment is read by `read_file` as if it lay in a folder, so with all care that is taken there. Where it
    does not say who wrote it and when, the message does; it is known by its name, under the message's origin.
    A message without words of its own gives its attachments alone.
    """

    def read(path: Path, notice: Notice) -> Iterator[Article]:
        refused: ReadError | None = None
        try:
            yield from read_message(path, notice)
        except ReadError as error:
            refused = error
        found = 0
        for article in _attached(path, read_file, notice, refused):
            found += 1
            yield article
        if refused is not None and not found:
            raise refused

    return read


def _attached(path: Path, read_file: Read, notice: Notice, refused: ReadError | None) -> Iterator[Article]:
    if refused is not None and "holds no text" not in refused.reason:
        return
    raw_message = read_bytes(path, MAIL_LIMIT)
    if not _NAMED.search(raw_message):  # most messages, which need not be taken apart twice
        return
    # The process with limits that has taken it apart may hand out no files; so it is done here, at the same cost.
    message = email.message_from_bytes(raw_message, policy=email.policy.default)
    if not isinstance(message, EmailMessage):
        return
    names: set[str] = set()
    for part in _parts(message):
        name = _free(_name(part), names)
        names.add(name)
        origin = f"{path}#={quote(name, safe='')}"
        if len(names) > MOST:
            notice(ReadError(shown(path), f"has more than {MOST} attachments; the others are left out"))
            return
        raw = part.get_payload(decode=True)
        if not isinstance(raw, bytes) or len(raw) > ATTACHMENT_LIMIT:
            notice(ReadError(shown(origin), f"is no attachment of at most {ATTACHMENT_LIMIT:,} bytes"))
            continue
        yield from _read(raw, name, origin, said_by(message), read_file, notice)


def _read(
    raw: bytes, name: str, origin: str, said: dict[str, str], read_file: Read, notice: Notice
) -> Iterator[Article]:
    """The articles of one attachment, with what the message says where they say nothing."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder).resolve() / name
        file.write_bytes(raw)
        # Told once for each message: its date, if it cannot be used, was told of with the message.
        message = make_article({**said, "title": name}, "-", origin, name, lambda error: None, DATED_BY)
        for article in read_file(file, lambda error: notice(ReadError(shown(origin), error.reason))):
            yield replace(
                article,
                origin=origin + article.origin.removeprefix(str(file)).replace("#", "/"),
                source=article.source or message.source,
                author=article.author or message.author,
                published=(dated := article if article.published else message).published,
                published_at=dated.published_at,
                dated_by=dated.dated_by,
            )


def _parts(message: EmailMessage) -> Iterator[MIMEPart]:
    bodies = [message.get_body((kind,)) for kind in ("plain", "html")]
    for part in message.walk():
        if isinstance(part, MIMEPart) and not part.is_multipart() and _name(part) and part not in bodies:
            yield part


def _name(part: MIMEPart) -> str:
    """The attachment's name as a file may be called, empty where it is none that is read."""
    try:
        name = Path((part.get_filename() or "").replace("\\", "/")).name
    except (ValueError, LookupError, TypeError):  # a header that means nothing
        return ""
    name = re.sub(r"[^\w .,()+-]", "_", name).strip(" .")
    stem, kind = Path(name).stem, Path(name).suffix.lower()
    return f"{stem[:60]}{kind}" if kind in KINDS and stem else ""


def _free(name: str, taken: set[str]) -> str:
    """The name, numbered where another attachment has it already."""
    path, number, free = Path(name), 1, name
    while free in taken:
        number += 1
        free = f"{path.stem} ({number}){path.suffix}"
    return free
