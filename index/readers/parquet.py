"""Tables in Parquet, one article a row, read batch by batch so that a large file takes little memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.article import Article
from index.errors import ReadError
from index.readers.fields import NAMES
from index.readers.rows import WORDS, Columns, article_of_row, column_key, words_column
from index.readers.source import Notice, open_file, shown

PARQUET_LIMIT = 2_000_000_000
"""The most bytes of a file."""

BATCH = 64
"""How many rows are unpacked at a time."""


def read_parquet(path: Path, notice: Notice, columns: Columns | None = None) -> Iterator[Article]:
    """The articles of a table, one for each row that holds one; `notice` is told of every row that does not.

    Only columns that mean something are unpacked. Columns are named and rows known as in other tables.
    Raises ReadError when the file is damaged, encrypted or no Parquet, or when a column is missing.
    """
    import pyarrow
    from pyarrow.parquet import ParquetFile

    with open_file(path, PARQUET_LIMIT) as file:
        try:
            table = ParquetFile(file, pre_buffer=False)  # which would hold a whole row group
            names = {column_key(name): name for name in table.schema_arrow.names}
            words_column(list(names), columns or {}, path)
            meant = {"id", *WORDS, *(alias for each in NAMES.values() for alias in each)}
            meant |= {column_key(name) for name in (columns or {}).values()}
            wanted = [name for key, name in names.items() if key in meant]
            yield from _articles(
                table.iter_batches(BATCH, columns=wanted, use_threads=False), columns or {}, path, notice
            )
        except (pyarrow.ArrowException, OSError, ValueError, NotImplementedError) as error:
            if "encrypt" in (why := " ".join(str(error).split())).lower():
                raise ReadError(shown(path), "is encrypted; save it without a key") from error
            raise ReadError(shown(path), f"is damaged or no Parquet ({why[:150]})") from error


def _articles(batches: Any, columns: Columns, path: Path, notice: Notice) -> Iterator[Article]:  # pyarrow: no types
    articles = number = 0
    for batch in batches:
        for row in batch.to_pylist():
            number += 1
            try:
                cells = {column_key(name): value for name, value in row.items()}
                article = article_of_row(cells, columns, path, number, notice)
            except ReadError as error:
                notice(ReadError(f"{shown(path)}, row {number}", error.reason))
                continue
            articles += 1
            yield article
    if not articles:
        raise ReadError(shown(path), "holds no article; expected a row with a title and a text")
