"""JSON lines, one article a line, read as a stream so that a large file takes little memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from index.article import Article, canonical
from index.errors import ReadError
from index.readers.encoding import BOMS
from index.readers.fields import NAMES, make_article
from index.readers.headline import split_headline
from index.readers.source import Notice, open_file, shown

LINES_LIMIT = 200_000_000
"""The most bytes of a file of many articles."""

LINE_LIMIT = 20_000_000
"""The most characters of one of its lines."""


def read_jsonl(path: Path, notice: Notice) -> Iterator[Article]:
    """The articles of a file, one for each line that holds one; `notice` is told of every line that does not.

    A line is an object with the article's words under `text`, `body` or `content`, and what is known of
    title, source, author, url and published. An `id` in it makes the article known by that, and not by the
    number of its line, so that lines may be added above it. Raises ReadError when the file cannot be opened.
    """
    articles = 0
    with open_file(path, LINES_LIMIT) as file:
        for number, line in enumerate(_lines(file, path), 1):
            if not line.strip():
                continue
            try:
                article = _article(line, path, number, notice)
            except ReadError as error:
                notice(ReadError(f"{shown(path)}, line {number}", error.reason))
                continue
            articles += 1
            yield article
    if not articles:
        raise ReadError(shown(path), "holds no article; expected on each line a JSON object with title and text")


def _lines(file: BinaryIO, path: Path) -> Iterator[str]:
    """The lines, each cut off one character beyond the limit; a byte that cannot be decoded is a lone surrogate."""
    head = file.read(4)
    mark, encoding = next(((mark, name) for mark, name in BOMS if head.startswith(mark)), (b"", "utf-8"))
    file.seek(len(mark))
    errors = "surrogateescape" if encoding == "utf-8" else "replace"
    try:
        with io.TextIOWrapper(file, encoding=encoding, errors=errors) as text:
            while line := text.readline(LINE_LIMIT + 1):
                yield line
                while len(line) > LINE_LIMIT and not line.endswith("\n"):
                    line = text.readline(LINE_LIMIT + 1)
    except OSError as error:
        raise ReadError(shown(path), f"broke off while being read ({error.strerror})") from error


def _article(line: str, path: Path, number: int, notice: Notice) -> Article:
    origin = f"{path}#{number}"
    if len(line) > LINE_LIMIT:
        raise ReadError(origin, f"is longer than {LINE_LIMIT:,} characters; expected one article")
    if not _is_decoded(line):
        raise ReadError(origin, "is not UTF-8, as JSON has to be; convert the file and add it again")
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError(origin, f"is not JSON ({error}); expected one object on one line") from error
    if not isinstance(said, dict):
        raise ReadError(origin, f"is a {type(said).__name__}; expected an object with a title and a text")
    if isinstance(key := said.get("id"), str | int) and str(key).strip() and len(str(key)) <= 300:
        origin = f"{path}#={quote(str(key).strip(), safe='')}"
    words = next((said[name] for name in ("text", "body", "content") if said.get(name)), "")
    if not isinstance(words, str):
        raise ReadError(origin, f"has a text that is a {type(words).__name__}; expected a string")
    text = canonical(words)
    if not any(said.get(name) for name in NAMES["title"]):
        said["title"], text = split_headline(text)
    return make_article(said, text, origin, path.stem, notice)


def _is_decoded(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
