"""Files and folders brought into an index: what is there, what became of each article, and how far it has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from index.article import Article
from index.builder import Builder, file_of
from index.errors import ReadError
from index.ledger import Outcome
from index.readers import find_files, read_file
from index.readers.source import Notice

# About as many characters as fill one batch of passages.
_BATCH_CHARACTERS = 200_000

Source = str | PathLike[str]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: `passages` can be found by now; sizes are in bytes."""

    files_read: int
    files_found: int
    bytes_read: int
    bytes_found: int
    passages: int


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of the articles of one run; `skipped` says what could not be read, and why."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[ReadError, ...] = ()


OnProgress = Callable[[Progress], None]


def add(
    builder: Builder,
    sources: Sequence[Source],
    on_skip: Notice | None = None,
    on_progress: OnProgress | None = None,
) -> AddReport:
    """Take in every article of these files and folders; what is there already, word for word, is left alone.

    What cannot be read is skipped and reported. Raises ReadError for a source that does not exist, and
    IndexBusyError while another process writes.
    """
    run = _Run(builder, on_skip, on_progress)
    run.read([file for source in sources for file in find_files(source, run.skip)])
    return run.report()


def sync(
    builder: Builder, folder: Source, on_skip: Notice | None = None, on_progress: OnProgress | None = None
) -> AddReport:
    """Make the index agree with a folder: add what came, update what changed, drop what is gone from it.

    A file that is still there but cannot be read now keeps the articles it gave before.
    """
    run = _Run(builder, on_skip, on_progress)
    files = find_files(folder, run.skip)
    root = Path(folder).resolve()
    run.read(files)
    unreadable = {error.source for error in run.skipped}
    gone = [
        origin
        for origin in builder.catalogue.origins()
        if origin not in run.origins
        and root in (file := file_of(origin), *file.parents)
        and not (file.exists() and (str(file) in unreadable or origin in unreadable))
    ]
    return run.report(removed=builder.forget(gone))


class _Run:
    """One run over files, batch by batch."""

    def __init__(self, builder: Builder, on_skip: Notice | None, on_progress: OnProgress | None) -> None:
        self._builder = builder
        self._on_skip = on_skip
        self._on_progress = on_progress
        self.skipped: list[ReadError] = []
        self.origins: set[str] = set()
        self._outcomes: Counter[Outcome] = Counter()
        self._waiting: list[Article] = []
        self._files = self._files_found = self._bytes = self._bytes_found = self._passages = 0

    def skip(self, error: ReadError) -> None:
        self.skipped.append(error)
        if self._on_skip:
            self._on_skip(error)

    def read(self, files: Sequence[Path]) -> None:
        files = list(dict.fromkeys(files))
        sizes = [_size(file) for file in files]
        self._files_found, self._bytes_found = len(files), sum(sizes)
        for file, size in zip(files, sizes, strict=True):
            for article in read_file(file, self.skip):
                self.origins.add(article.origin)
                self._waiting.append(article)
                if sum(len(each.text) for each in self._waiting) >= _BATCH_CHARACTERS:
                    self._flush()
            self._files += 1
            self._bytes += size
        self._flush()

    def report(self, removed: int = 0) -> AddReport:
        counted = self._outcomes
        return AddReport(counted["added"], counted["updated"], counted["unchanged"], removed, tuple(self.skipped))

    def _flush(self) -> None:
        self._outcomes += self._builder.put(self._waiting, self._written) if self._waiting else Counter()
        self._waiting = []
        self._written(0)

    def _written(self, passages: int) -> None:
        self._passages += passages
        if self._on_progress:
            self._on_progress(
                Progress(self._files, self._files_found, self._bytes, self._bytes_found, self._passages)
            )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # it is named and skipped when it is read
        return 0
