"""What was read before and has not changed since: files by size and time, pages by what their server said."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import Engine, delete, select

from index.fetch import Validators
from index.readers.rows import Columns
from index.tables import files, hints, pages
from index.upsert import upsert

READING = 2
"""Grows when readers give other text for the same file, so that every file is read once more."""

_MOST = 5_000
_YOUNG = 2_000_000_000
_UNKNOWN = -1  # a time of change that no file has

Stamp = tuple[int, int]
"""Size in bytes and time of the last change in nanoseconds."""


class Reading(NamedTuple):
    """How a file was read: its stamp then, how many articles it gave, and what its columns were said to hold."""

    stamp: Stamp
    articles: int
    columns: Columns = MappingProxyType({})


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file as it is now; None when it cannot be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


class Seen:
    """The state of files and pages as they were last read, kept in the catalogue's database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def stamps(self, paths: Iterable[Path]) -> dict[str, Reading]:
        """How those files that were read before were read then."""
        names = [str(path) for path in paths]
        found: dict[str, Reading] = {}
        with self._engine.connect() as connection:
            for at in range(0, len(names), _MOST):
                wanted = select(files).where(files.c.path.in_(names[at : at + _MOST]), files.c.reading == READING)
                for row in connection.execute(wanted):
                    columns = json.loads(row.columns or "{}")
                    found[row.path] = Reading((row.size, row.changed), row.articles, columns)
        return found

    def note_files(self, read: Mapping[Path, Reading]) -> None:
        """Remember files that were read whole; of one so young that it may change within its stamp, the columns."""
        now = time.time_ns()
        rows = [
            {
                "path": str(path),
                "size": size,
                "changed": changed if now - changed > _YOUNG else _UNKNOWN,
                "articles": articles,
                "reading": READING,
                "columns": json.dumps(dict(columns)) if columns else "",
            }
            for path, ((size, changed), articles, columns) in read.items()
            if columns or now - changed > _YOUNG
        ]
        if rows:
            with self._engine.begin() as connection:
                connection.execute(delete(files).where(files.c.path.in_([str(path) for path in read])))
                upsert(connection, files, rows)

    def validators(self, url: str) -> Validators:
        """What the server said about a page when it was last fetched."""
        with self._engine.connect() as connection:
            row = connection.execute(select(pages).where(pages.c.url == url)).first()
        return Validators(row.etag, row.modified) if row is not None else Validators()

    def is_listed_as_before(self, url: str, hint: str, lately: float = 0.0) -> bool:
        """Whether a page was fetched when its feed or sitemap said of it what it says now.

        Where that says nothing, whether the page was fetched less than `lately` seconds ago.
        """
        with self._engine.connect() as connection:
            if hint:
                known = connection.execute(select(hints.c.hint).where(hints.c.url == url)).scalar()
                return known == hint
            when = connection.execute(select(pages.c.checked_at).where(pages.c.url == url)).scalar()
        return when is not None and time.time() - when < lately

    def note_page(self, url: str, validators: Validators, hint: str = "") -> None:
        """Remember what the server said about a page whose articles are in by now, and what its listing said."""
        if hint:
            with self._engine.begin() as connection:
                upsert(connection, hints, [{"url": url, "hint": hint}])
        said = {"etag": validators.etag, "modified": validators.modified, "checked_at": int(time.time())}
        with self._engine.begin() as connection:
            upsert(connection, pages, [{"url": url, **said}])
