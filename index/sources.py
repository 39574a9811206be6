"""What files and the web say, in one stream whose order is always the same; it takes nothing in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from index.ahead import in_order
from index.arrivals import Arrivals, Done, Look
from index.article import Article
from index.errors import ReadError
from index.language import with_language
from index.readers import read_file
from index.readers.rows import Columns
from index.readers.source import Notice
from index.seen import Reading, Seen, Stamp, stamp_of

T = TypeVar("T")

# Files are read in groups, so that handing them from thread to thread costs little; each ends at one of these.
_FILES, _BYTES = 32, 500_000
_LOOKED_UP = 500
# Characters of articles that each reader may be ahead by.
_ROOM = 500_000
_MOST_WORKERS = 8


@dataclass(frozen=True, slots=True)
class FileEnd:
    """A file whose articles have all been said; `reading` is what is remembered of one that was read whole.

    Of a file that was not opened, `unchanged` is the number of articles it gave when it was read.
    """

    path: Path
    size: int
    reading: Reading | None = None
    unchanged: int | None = None


@dataclass(frozen=True, slots=True)
class PagesEnd:
    """Pages whose articles have all been said, and what was found at URLs that are done with."""

    pages: tuple[Done, ...] = ()
    looks: tuple[Look, ...] = ()
    urls: int = 0


Said = Article | ReadError | FileEnd | PagesEnd


def workers_for(number: int) -> int:
    """How many files are read at once: `number`, or, if that is 0, as many as suit the cores of this machine."""
    return number or max(2, min(_MOST_WORKERS, cores() // 2))


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def with_notices(read: Callable[[Notice], Iterable[T]]) -> Iterator[T | ReadError]:
    """What is read, and what is told meanwhile, in one stream."""
    notices: list[ReadError] = []
    for each in read(notices.append):
        yield from notices
        notices.clear()
        yield each
    yield from notices


def said_by_files(
    paths: Iterable[Path | ReadError], seen: Seen, workers: int, columns: Columns | None = None
) -> Iterator[Said]:
    """What files say, in the order of their paths; those that are as they were when last read are not opened."""
    return in_order(_groups(paths, seen, columns), _read, workers, _ROOM, _weight)


def said_by_urls(urls: Sequence[str], arrivals: Callable[[Notice], Arrivals]) -> Iterator[Said]:
    """What URLs lead to, one after the other."""
    notices: list[ReadError] = []
    fetching = arrivals(notices.append)
    for url in urls:
        for article in fetching.read(url):
            yield from notices
            notices.clear()
            yield from _done(fetching)
            yield with_language(article)
        yield from notices
        notices.clear()
        yield from _done(fetching)
        yield PagesEnd(looks=tuple(fetching.looks), urls=1)
        fetching.looks.clear()


def _done(fetching: Arrivals) -> Iterator[PagesEnd]:
    if fetching.done:
        yield PagesEnd(tuple(fetching.done))
        fetching.done.clear()


@dataclass(frozen=True, slots=True)
class _ToRead:
    path: Path
    stamp: Stamp | None
    columns: Columns


_Entry = ReadError | FileEnd | _ToRead


def _groups(paths: Iterable[Path | ReadError], seen: Seen, columns: Columns | None) -> Iterator[list[_Entry]]:
    """Files to be read or passed over, a few at a time."""
    paths = iter(paths)
    while some := list(islice(paths, _LOOKED_UP)):
        known = seen.stamps(path for path in some if isinstance(path, Path))
        group: list[_Entry] = []
        files = size = 0
        for path in some:
            if isinstance(path, ReadError):
                group.append(path)
                continue
            stamp = stamp_of(path)
            before = known.get(str(path))
            wanted = columns or (before.columns if before else {})
            if before and before.stamp == stamp and before.columns == wanted:
                group.append(FileEnd(path, stamp[0], unchanged=before.articles))
                continue
            group.append(_ToRead(path, stamp, wanted))
            files, size = files + 1, size + (stamp[0] if stamp else 0)
            if files >= _FILES or size >= _BYTES:
                yield group
                group, files, size = [], 0, 0
        yield group


def _read(group: list[_Entry]) -> Iterator[Said]:
    for entry in group:
        if not isinstance(entry, _ToRead):
            yield entry
            continue
        articles = troubles = 0
        for each in with_notices(lambda notice, it=entry: read_file(it.path, notice, it.columns)):  # type: ignore[misc]
            if isinstance(each, ReadError):
                troubles += 1
                yield each
            else:
                articles += 1
                yield with_language(each)
        is_whole = entry.stamp and articles and not troubles
        reading = Reading(entry.stamp, articles, entry.columns) if is_whole and entry.stamp else None
        yield FileEnd(entry.path, entry.stamp[0] if entry.stamp else 0, reading)


def _weight(said: Said) -> int:
    return len(said.text) if isinstance(said, Article) else 100
