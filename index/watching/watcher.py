"""The loop that keeps sources in step: folders when something changes in them, the rest when its time has come."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.exc import OperationalError

from index.builder import Builder
from index.errors import IndexBusyError, PullquoteError, ServerAwayError
from index.fetch import Fetcher
from index.tally import AddReport
from index.watching.folders import follow
from index.watching.look import Looker, Sight
from index.watching.pace import Pace
from index.watching.watchlist import Watched, WatchList

_TICK = 0.4
_WEB_LANES = 4
_BUSY_AGAIN = 3.0
_MOST_QUIETS = 10.0
"""Changes that never end are looked at after so many times the quiet that is waited for."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """A look that ended at `at` (seconds since 1970, UTC): the source as it stands now, and what was found."""

    at: float
    source: Watched
    report: AddReport
    error: PullquoteError | None = None

    @property
    def is_news(self) -> bool:
        """Whether anything came of it that a person would want to know."""
        report = self.report
        return bool(self.error or report.added or report.updated or report.removed or report.skipped)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to know about the watching as a whole, such as that another process is writing."""

    at: float
    text: str


OnLook = Callable[[Looked], None]
OnRemark = Callable[[Remark], None]


class Watcher:
    """Keeps the sources of one index folder in step; one process at a time does.

    `on_look` is told of every look and `on_remark` of what else there is to know, both from the thread that
    `run` was called in. WatchList that are added or removed by another process are noticed within a second.
    """

    def __init__(
        self,
        builder: Builder,
        folder: Path,
        on_look: OnLook,
        on_remark: OnRemark,
        *,
        pace: Pace | None = None,
        stop: threading.Event | None = None,
        fetcher_for: Callable[[bool], Fetcher] | None = None,
    ) -> None:
        self._folder = folder
        self._on_look = on_look
        self._on_remark = on_remark
        self._pace = pace or Pace()
        self._stop = stop or threading.Event()
        self.sources = WatchList(folder)
        self._looker = Looker(builder, self.sources, self._pace, self._stop, fetcher_for)
        self._running: dict[str, Future[Sight]] = {}
        self._changed: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()
        self._roots: list[str] = []
        self._remarks: list[str] = []
        self._waits_for_writer = False

    def stop(self) -> None:
        """End `run` soon; what is in is kept."""
        self._stop.set()

    def run(self) -> None:
        """Watch until `stop` is called; raises IndexBusyError when another process watches this index."""
        with self._alone(), self._lanes() as (local, web):
            if number := len(self.sources.all()):
                self._on_remark(Remark(time.time(), f"watching {number} source{'s' if number > 1 else ''}"))
            following = threading.Thread(target=self._follow, name="watching folders", daemon=True)
            following.start()
            try:
                while not self._stop.wait(_TICK):
                    self._turn(local, web)
            finally:
                self._stop.set()
                following.join()

    def once(self) -> int:
        """Look once at each source whose time has come; how many of them came to nothing.

        Raises IndexBusyError when another process watches this index, or writes to it.
        """
        failed = 0
        with self._alone():
            for source in self.sources.all():
                if source.next_at <= time.time() and not self._stop.is_set():
                    failed += self._ended(source, self._looker.look(source)).error is not None
        return failed

    def close(self) -> None:
        """Let go of connections and of the list of sources."""
        self._looker.close()
        self.sources.close()

    def _turn(self, local: ThreadPoolExecutor, web: ThreadPoolExecutor) -> None:
        """Begin the looks that are due, and tell of those that have ended."""
        with self._lock:
            remarks, self._remarks = self._remarks, []
        for text in remarks:
            self._on_remark(Remark(time.time(), text))
        known = {source.source: source for source in self.sources.all()}
        self._roots = [name for name, source in known.items() if not source.is_web]
        ended = [name for name, look in self._running.items() if look.done()]
        for name in ended:
            self._settle(known.get(name), self._running.pop(name))
        for name, source in known.items():
            # What is known of one whose look has just ended is from before it: it would seem to be due still.
            if name not in self._running and name not in ended and self._is_due(source):
                with self._lock:
                    self._changed.pop(name, None)
                self._running[name] = (web if source.is_web else local).submit(self._looker.look, source)

    def _is_due(self, source: Watched) -> bool:
        now = time.time()
        if source.next_at <= now:
            return True
        with self._lock:
            first, last = self._changed.get(source.source, (now, now))
        quiet = self._pace.quiet
        return first < now and (now - last >= quiet or now - first >= _MOST_QUIETS * quiet)

    def _settle(self, source: Watched | None, look: Future[Sight]) -> None:
        if source is None:  # taken off the list while it was looked at
            return
        failure = look.exception()
        if failure is None:
            self._waits_for_writer = False
            self._ended(source, look.result())
        elif isinstance(failure, IndexBusyError | ServerAwayError | OperationalError):
            if not self._waits_for_writer:
                waits = (
                    "the database of the articles does not answer; waiting for it"
                    if isinstance(failure, ServerAwayError)
                    else "another process is writing to the index; waiting for it"
                )
                self._on_remark(Remark(time.time(), waits))
            self._waits_for_writer = True
            self.sources.note(source.source, source.outcome, _BUSY_AGAIN, source.failures)
        elif not isinstance(failure, KeyboardInterrupt):
            if not isinstance(failure, PullquoteError):
                _logger.error("a look at %s went wrong", source.source, exc_info=failure)
            said = failure if isinstance(failure, PullquoteError) else PullquoteError(f"went wrong: {failure!r}")
            wait = self._pace.after_failure(source.is_web, source.every, source.failures + 1)
            self._ended(source, Sight(AddReport(), wait, error=said))

    def _ended(self, source: Watched, sight: Sight) -> Looked:
        failures = source.failures + 1 if sight.error else 0
        outcome = str(sight.error) if sight.error else _counted(sight.report)
        noted = self.sources.note(source.source, outcome, sight.wait, failures, sight.kind)
        looked = Looked(time.time(), noted or source, sight.report, sight.error)
        self._on_look(looked)
        return looked

    def _follow(self) -> None:
        follow(lambda: self._roots, self._note_change, self._note_trouble, self._stop, self._folder)

    def _note_change(self, root: str) -> None:
        now = time.time()
        with self._lock:
            first, _ = self._changed.get(root, (now, now))
            self._changed[root] = (first, now)

    def _note_trouble(self, text: str) -> None:
        with self._lock:
            self._remarks.append(text)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = FileLock(self._folder / "watch.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise IndexBusyError(
                f"another process keeps {self._folder} in step already; it looks at whatever is on the list"
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _lanes(self) -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor]]:
        with (
            ThreadPoolExecutor(1, "watching files") as local,
            ThreadPoolExecutor(_WEB_LANES, "watching the web") as web,
        ):
            try:
                yield local, web
            finally:
                self._stop.set()
                for look in self._running.values():
                    look.cancel()
                wait(self._running.values())


def _counted(report: AddReport) -> str:
    counts = {
        "added": report.added,
        "updated": report.updated,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "skipped": len(report.skipped),
    }
    return ", ".join(f"{name} {number:,}" for name, number in counts.items() if number) or "nothing new"
