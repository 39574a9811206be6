"""One run of articles into an index: what became of them, and how far it has come; it reads and writes nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

from index.arrivals import Look
from index.errors import ReadError
from index.language import knows
from index.marks import Marks
from index.origin import file_of, is_web
from index.pipeline import Step, Written
from index.readers import TABLES, each_file
from index.readers.rows import Columns
from index.readers.source import Notice
from index.tally import AddReport, OnProgress, Progress, Tally
from index.verdict import Outcome


class Run:
    """Keeps count of the steps of one run, and tells of them."""

    def __init__(
        self, encoder: str, on_skip: Notice | None, on_progress: OnProgress | None, columns: Columns | None = None
    ) -> None:
        self._encoder = encoder
        self._columns = columns or {}
        self._on_skip = on_skip
        self._on_progress = on_progress
        self._began = time.monotonic()
        self.skipped: list[ReadError] = []
        self.origins = Marks()
        """What was said to come from these was taken in."""
        self.kept = Marks()
        """Files that were not opened, and keep their articles."""
        self.listed = Marks()
        """Files that were there to be read."""
        self._looks: list[Look] = []
        self._outcomes: Counter[tuple[str, Outcome | str]] = Counter()
        self._foreign: Counter[str] = Counter()
        self._totals = _Totals()
        self._files = self._bytes = self._encoded = self._passages = self._articles = 0

    def count(self, sources: Sequence[Path], urls: int = 0) -> None:
        """Begin to count what there is to be read."""
        self._totals = _Totals(sources, urls)

    def note(self, step: Step) -> None:
        """Count what a step did."""
        if isinstance(step, Written):
            self._passages += step.passages
            self._outcomes.update((kind_of(origin), outcome) for origin, outcome in step.outcomes)
            return
        for error in step.skipped:
            self.skipped.append(error)
            self._outcomes[kind_of(error.source), "skipped"] += 1
            if self._on_skip:
                self._on_skip(error)
        for file in step.files:
            kind = kind_of(str(file.path))
            self.listed.add(str(file.path))
            self._files += 1
            self._bytes += file.size
            self._outcomes[kind, "files"] += 1
            if file.unchanged is not None:
                self.kept.add(str(file.path))
                self._articles += file.unchanged
                self._outcomes[kind, "unchanged"] += file.unchanged
        self._files += step.urls
        self._looks += step.looks
        self._articles += len(step.articles)
        self._encoded += step.passages
        for origin, language in step.articles:
            self.origins.add(origin)
            if not knows(self._encoder, language):
                self._foreign[language] += 1

    def tell(self) -> None:
        """Tell how far it has come."""
        if self._on_progress:
            totals = self._totals
            self._on_progress(
                Progress(
                    self._files,
                    max(totals.files, self._files),
                    self._bytes,
                    max(totals.bytes, self._bytes),
                    self._passages,
                    self._encoded,
                    self._articles,
                    len(self.skipped),
                    time.monotonic() - self._began,
                    totals.is_counted,
                )
            )

    def close(self) -> None:
        """All has been read: what was counted is what was read."""
        self._totals.close()

    def report(self, removed: int = 0, was_stopped: bool = False) -> AddReport:
        """What became of everything."""
        counted: Counter[str] = Counter()
        kinds: dict[str, Counter[str]] = {}
        for (kind, outcome), number in self._outcomes.items():
            counted[outcome] += number
            kinds.setdefault(kind, Counter())[outcome] += number
        notes = (*self._vain(kinds), *self._foreign_notes())
        return AddReport(
            counted["added"],
            counted["updated"],
            counted["unchanged"],
            removed,
            tuple(self.skipped),
            notes,
            was_stopped,
            tuple(self._looks),
            self._encoded,
            time.monotonic() - self._began,
            {kind: Tally(**kinds[kind]) for kind in sorted(kinds)},
        )

    def _foreign_notes(self) -> Iterator[str]:
        """A word about each language that the encoder does not know."""
        for code, number in self._foreign.most_common():
            yield (
                f"{number} articles are in the language {code!r}, which {self._encoder} was not made for; rebuild "
                "the index with a multilingual model, such as paraphrase-multilingual-MiniLM-L12-v2, to find them "
                "by meaning"
            )

    def _vain(self, kinds: Collection[str]) -> Iterator[str]:
        """A word about columns that were named where nothing has any."""
        if self._columns and TABLES.keys().isdisjoint(kinds):
            named = ",".join(f"{field}={column}" for field, column in self._columns.items())
            tables = ", ".join(TABLES)
            yield f"the columns {named} changed nothing: only {tables} have columns, and none of these was read"


def kind_of(origin: str) -> str:
    """What kind of thing an article came from: the extension of a file, or `web`; for a folder nothing."""
    if is_web(origin):
        return "web"
    return file_of(origin).suffix.partition(",")[0].lower()


class _Totals:
    """How much there is to be read, counted in a thread of its own so that nobody waits for it."""

    def __init__(self, sources: Sequence[Path] = (), urls: int = 0) -> None:
        self.files, self.bytes = urls, 0
        self.is_counted = not sources
        self._is_closed = False
        if sources:
            Thread(target=self._count, args=(sources,), daemon=True).start()

    def close(self) -> None:
        """Count no further."""
        self._is_closed = self.is_counted = True
        self.files = self.bytes = 0

    def _count(self, sources: Sequence[Path]) -> None:
        for path in _each(sources):
            if self._is_closed:
                return
            with suppress(OSError):
                size = path.stat().st_size
                self.files, self.bytes = self.files + 1, self.bytes + size
        self.is_counted = True


def _each(sources: Sequence[Path]) -> Iterator[Path]:
    for source in sources:
        with suppress(ReadError):  # it went away meanwhile, which the reading itself will tell
            yield from each_file(source, lambda _: None)
