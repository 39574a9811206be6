"""Tables (.csv, .tsv), one article a row; which column holds what is told by the first row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from index.article import Article, canonical
from index.errors import ReadError
from index.readers.encoding import decode
from index.readers.fields import NAMES, make_article
from index.readers.headline import split_headline
from index.readers.source import Notice, legible, read_bytes, shown

TABLE_LIMIT = 200_000_000
"""The most bytes of a file of many articles."""

CELL_LIMIT = 20_000_000
"""The most characters of a cell."""

WORDS = ("text", "body", "content", "article", "article_text", "full_text", "fulltext")
"""What the column with an article's words is called, our own name first."""


def read_table(path: Path, notice: Notice, columns: Mapping[str, str] | None = None) -> Iterator[Article]:
    """The articles of a table, one for each row that holds one; `notice` is told of every row that does not.

    `columns` names the column of a field where the file calls it otherwise: `{"text": "Story"}`. A column
    `id` makes an article known by it, so that it stays the same article when rows are added above it.
    Raises ReadError when no column holds the articles' words.
    """
    text = legible(decode(read_bytes(path, TABLE_LIMIT), shown(path), notice))
    rows = csv.reader(io.StringIO(text, newline=""), _dialect(path, text), strict=False)
    csv.field_size_limit(CELL_LIMIT)
    try:
        header = [name.strip().casefold() for name in next(rows, [])]
    except csv.Error as error:
        raise ReadError(shown(path), f"is no table ({error})") from error
    wanted = {field: name.strip().casefold() for field, name in (columns or {}).items()}
    column = next((name for name in (wanted.get("text"), *WORDS) if name in header), None)
    if column is None:
        names = ", ".join(header[:10])
        raise ReadError(
            shown(path), f"has the columns {names}; expected one called {', '.join(WORDS)}, or a mapping"
        )
    yield from _articles(rows, header, column, wanted, path, notice)


def _articles(
    rows: Iterator[list[str]], header: list[str], column: str, wanted: Mapping[str, str], path: Path, notice: Notice
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
        cells = dict(zip(header, row, strict=False))
        if not any(cell.strip() for cell in row):
            continue
        said: dict[str, object] = {name: cells.get(name, "") for names in NAMES.values() for name in names}
        said |= {field: cells.get(name, "") for field, name in wanted.items()}
        key = cells.get("id", "").strip()
        origin = f"{path}#={quote(key, safe='')}" if key else f"{path}#{number}"
        words = canonical(cells.get(column, ""))
        if not any(said.get(name) for name in NAMES["title"]):
            said["title"], words = split_headline(words)
        try:
            article = make_article(said, words, origin, path.stem, notice)
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
