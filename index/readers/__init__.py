"""The door for articles: files and folders in, Articles out; every format has a file of its own beside this one."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from index.article import Article
from index.errors import ReadError
from index.readers.apart import apart, apart_table
from index.readers.attached import with_attached
from index.readers.docx import read_docx
from index.readers.epub import read_epub
from index.readers.feed import read_feed
from index.readers.jsonl import read_jsonl
from index.readers.mail import read_mail
from index.readers.markdown import read_markdown
from index.readers.mediawiki import read_mediawiki
from index.readers.moment import day_in
from index.readers.odt import read_odt
from index.readers.parquet import read_parquet
from index.readers.pdf import read_pdf
from index.readers.rows import Columns
from index.readers.rtf import read_rtf
from index.readers.saved import read_mhtml, read_packed, read_webarchive
from index.readers.source import Notice, shown
from index.readers.table import read_table
from index.readers.text import read_text
from index.readers.walk import kind_of, walk
from index.readers.warc import read_warc
from index.readers.webpage import read_webpage

READERS: dict[str, Callable[[Path, Notice], Iterator[Article]]] = {
    ".txt": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": apart(read_webpage),
    ".htm": apart(read_webpage),
    ".rss": apart(read_feed),
    ".atom": apart(read_feed),
    ".warc": apart(read_warc),
    ".warc.gz": apart(read_warc),
    ".xml": apart(read_mediawiki),
    ".xml.bz2": apart(read_mediawiki),
    ".pdf": apart(read_pdf),
    ".eml": with_attached(apart(read_mail), lambda path, notice: read_file(path, notice)),
    ".mhtml": apart(read_mhtml),
    ".mht": apart(read_mhtml),
    ".webarchive": apart(read_webarchive),
    ".html.gz": apart(read_packed),
    ".htm.gz": apart(read_packed),
    ".rtf": apart(read_rtf),
    ".odt": apart(read_odt),
    ".epub": apart(read_epub),
    ".docx": apart(read_docx),
}
"""The reader of each extension. A reader is given an absolute path and whom to tell of what it leaves out.
Those of formats that are more than text run apart, in a process of their own."""

TABLES: dict[str, Callable[[Path, Notice, Columns | None], Iterator[Article]]] = {
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
    ".csv": read_table,
    ".tsv": read_table,
    ".parquet": apart_table(read_parquet),
}
"""The readers of formats with an article a row, which may be told what their columns are called."""

KINDS = (*READERS, *TABLES)
"""The extensions of all files that are read."""


def read(
    source: str | os.PathLike[str], on_skip: Notice | None = None, columns: Columns | None = None
) -> Iterator[Article]:
    """The articles of a file, or of every file of a folder, in the order of their paths.

    `columns` says what the columns of tables are called, see `read_file`.
    `on_skip` is told of everything that is left out: files, lines, and dates and URLs that cannot be used.
    Without it these are logged as warnings, save that a single file that cannot be read raises ReadError;
    so does a path that does not exist.
    """
    try:
        files = find_files(source, on_skip)
    except ReadError as error:
        if on_skip is None:
            raise
        on_skip(error)
        return
    told = on_skip or (log if Path(source).is_dir() else None)
    for file in files:
        yield from read_file(file, told, columns)


def find_files(source: str | os.PathLike[str], on_skip: Notice | None = None) -> list[Path]:
    """The files that `read` would read, as absolute paths in order; a file that is named is always among them.

    Raises ReadError, whether or not there is an `on_skip`, if the source does not exist or is a folder that
    cannot be listed: nothing found there must not pass for an empty folder.
    """
    return list(each_file(source, on_skip))


def _what_then(source: str) -> str:
    """What to write in place of a source that is not there."""
    if re.match("[a-z][a-z+.-]+:/", source, re.IGNORECASE):
        return "expected a file, a folder, or a URL that begins with https:// or http://"
    if re.match(r"(www\.)?[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}/", source, re.IGNORECASE):
        return f"expected a file or a folder; for a website write https://{shown(source)}"
    return "expected a file or a folder"


def each_file(source: str | os.PathLike[str], on_skip: Notice | None = None) -> Iterator[Path]:
    """The same files, one after the other, so that a million of them take no memory; it raises at once."""
    path = Path(source)
    try:
        path = path.resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(shown(source), f"cannot be found ({reason}); {_what_then(str(source))}") from error
    return walk(path, KINDS, on_skip or log) if path.is_dir() else iter([path])


def read_file(
    path: str | os.PathLike[str], on_skip: Notice | None = None, columns: Columns | None = None
) -> Iterator[Article]:
    """The articles of one file; raises ReadError if it cannot be read, or tells `on_skip` if there is one.

    `columns` says which column of a table (JSON lines, CSV, TSV, Parquet) holds a field where the file calls it
    otherwise than we do, such as `{"title": "headline"}`; other files have none, and are read as ever.
    """
    path = Path(path).resolve()
    kind = kind_of(path, KINDS)
    try:
        if not kind:
            suffix = path.suffix or "a file without extension"
            raise ReadError(shown(path), f"{suffix} is not read; expected one of {', '.join(KINDS)}")
        if not _is_utf8(path):
            raise ReadError(shown(path), "has a name that is not UTF-8; rename it")
        if kind in TABLES:
            yield from TABLES[kind](path, on_skip or log, columns)
        else:
            yield from (_dated(each, path) for each in READERS[kind](path, on_skip or log))
    except ReadError as error:
        if on_skip is None:
            raise
        on_skip(error)


def _dated(article: Article, path: Path) -> Article:
    """The article with the day in its file's name, where it is a file's only one and gives no date itself."""
    day = day_in(path.stem) if article.published is None and article.origin == str(path) else None
    return replace(article, published=day, dated_by="the file's name") if day else article


def _is_utf8(path: Path) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in str(path))


def log(error: ReadError) -> None:
    """Write what was left out to the log, as a warning; Python shows those on stderr unless told otherwise."""
    logging.getLogger(__name__).warning("%s", error)
