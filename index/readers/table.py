"""Tables (.csv, .tsv), one article a row; which column holds what is told by the first row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from index.article import Article
from index.errors import ReadError
from index.readers.encoding import decode
from index.readers.rows import Columns, article_of_row, column_key, words_column
from index.readers.source import Notice, legible, read_bytes, shown

TABLE_LIMIT = 200_000_000
"""The most bytes of a file of many articles."""

CELL_LIMIT = 20_000_000
"""The most characters of a cell."""


def read_table(path: Path, notice: Notice, columns: Columns | None = None) -> Iterator[Article]:
    """The articles of a table, one for each row that holds one; `notice` is told of every row that does not.

    `columns` names the column of a field where the file calls it otherwise. A column `id` makes an article
    known by it, so that it stays the same article when rows are added above it. Raises ReadError when no
    column holds the articles' words, or one that is named is not there.
    """
    text = legible(decode(read_bytes(path, TABLE_LIMIT), shown(path), notice))
    csv.field_size_limit(CELL_LIMIT)
    rows = csv.reader(io.StringIO(text, newline=""), _dialect(path, text), strict=False)
    try:
        header = [column_key(name) for name in next(rows, [])]
    except csv.Error as error:
        raise ReadError(shown(path), f"is no table ({error})") from error
    words_column(header, columns or {}, path)
    yield from _articles(rows, header, columns or {}, path, notice)


def _articles(
    rows: Iterator[list[str]], header: list[str], columns: Columns, path: Path, notice: Notice
) -> Iterator[Article]:
    articles = number = 0
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            notice(ReadError(f"{shown(path)}, row {number}", f"cannot be read ({error})"))
            continue
        if not any(cell.strip() for cell in row):
            continue
        try:
            article = article_of_row(dict(zip(header, row, strict=False)), columns, path, number, notice)
        except ReadError as error:
            notice(ReadError(f"{shown(path)}, row {number}", error.reason))
            continue
        articles += 1
        yield article
    if not articles:
        raise ReadError(
            shown(path), "holds no article; expected a row with a title and a text beneath the first row"
        )


def _dialect(path: Path, text: str) -> type[csv.Dialect]:
    first = text[:20_000].partition("\n")[0]
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(",;\t|", key=first.count)

    class Table(csv.excel):
        pass

    Table.delimiter = delimiter
    return Table
