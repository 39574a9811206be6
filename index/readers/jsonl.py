"""JSON lines, one article a line, read as a stream so that a large file takes little memory."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from index.article import Article
from index.errors import ReadError
from index.readers.encoding import BOMS
from index.readers.rows import Columns, article_of_row, check_columns, column_key
from index.readers.source import Notice, open_file, shown

LINES_LIMIT = 200_000_000
"""The most bytes of a file of many articles."""

LINE_LIMIT = 20_000_000
"""The most characters of one of its lines."""


_DEPTH = 4
# How deep a column may lie.

LOOKED_AT = 100
"""How many lines are looked at before a column that none of them has is called missing."""


def read_jsonl(path: Path, notice: Notice, columns: Columns | None = None) -> Iterator[Article]:
    """The articles of a file, one for each line that holds one; `notice` is told of every line that does not.

    A line is an object with the article's words under `text`, `body` or `content`, and what is known of
    title, source, author, url and published; `columns` names the one of a field where the file calls it
    otherwise. An `id` in it makes the article known by that, and not by the number of its line, so that lines
    may be added above it. Raises ReadError when the file cannot be opened, or has no column that is named.
    """
    articles = 0
    with open_file(path, LINES_LIMIT) as file:
        for number, line in enumerate(_checked(_lines(file, path), columns or {}, path), 1):
            if not line.strip():
                continue
            try:
                article = article_of_row(_row(line, path, number), columns or {}, path, number, notice)
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


def _checked(lines: Iterator[str], columns: Columns, path: Path) -> Iterator[str]:
    """The same lines, after a look at whether the first of them have the columns at all."""
    if not columns:
        return lines
    first = list(islice(lines, LOOKED_AT))
    names: list[str] = []
    for number, line in enumerate(first, 1):
        try:
            names += _row(line, path, number)
        except ReadError:  # told when its turn comes
            continue
    check_columns(names, columns, path)
    return chain(first, lines)


def _row(line: str, path: Path, number: int) -> dict[str, object]:
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
    top = {column_key(name): value for name, value in said.items()}
    return {**dict(_inside(top, _DEPTH)), **top}


def _inside(said: dict[str, object], depth: int) -> Iterator[tuple[str, object]]:
    """What is in the objects that an object holds, under names such as `meta.title`."""
    for name, value in said.items():
        if isinstance(value, dict) and depth:
            part = {f"{name}.{column_key(inner)}": each for inner, each in value.items()}
            yield from part.items()
            yield from _inside(part, depth - 1)


def _is_decoded(line: str) -> bool:
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
