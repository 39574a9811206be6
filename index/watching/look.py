"""One look at one source: whatever is new or changed is taken in; it keeps no time and prints nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from index.builder import Builder
from index.errors import PullquoteError, ReadError, UnavailableError
from index.fetch import Fetcher, Manners
from index.freshness import DAY
from index.intake import BETWEEN, add, sync
from index.seen import Stamp
from index.tally import AddReport
from index.watching.maildrop import take_in
from index.watching.pace import Pace
from index.watching.settled import Settled
from index.watching.watchlist import Watched, WatchList


@dataclass(frozen=True, slots=True)
class Sight:
    """What a look came to. `report` names only what was not told before, `error` says why it came to nothing.

    `wait` is the seconds until the next one; `kind` what a URL turned out to be, empty while unknown.
    """

    report: AddReport
    wait: float
    kind: str = ""
    error: PullquoteError | None = None


class Looker:
    """Looks at sources, several at a time if need be; once `stop` is set every look ends soon, and counts for nothing.

    Of one site, one page at a time is asked for, whichever sources it is for.
    """

    def __init__(
        self,
        builder: Builder,
        sources: WatchList,
        pace: Pace,
        stop: threading.Event,
        fetcher_for: Callable[[bool], Fetcher] | None = None,
    ) -> None:
        self._builder = builder
        self._sources = sources
        self._pace = pace
        self._stop = stop
        self._fetcher_for = fetcher_for or self._new_fetcher
        self._fetchers: dict[bool, Fetcher] = {}
        self._settled: dict[str, Settled] = {}
        self._handled: dict[str, dict[Path, Stamp | None]] = {}
        self._turn = threading.Lock()

    def look(self, source: Watched) -> Sight:
        """Look at a source now.

        Raises IndexBusyError while another process writes, and KeyboardInterrupt when it was stopped meanwhile.
        """
        with self._turn:
            settled = self._settled.setdefault(source.source, Settled(self._pace.quiet, self._pace.first_retry))
        settled.begin()
        sight = self._fetched(source) if source.is_web else self._read(source, settled)
        if self._stop.is_set():
            raise KeyboardInterrupt
        news = settled.end(sight.report.skipped)
        sight = replace(sight, report=replace(sight.report, skipped=tuple(news)))
        if source.is_web or sight.error is not None or (again := settled.wait()) is None:
            return sight
        return replace(sight, wait=min(sight.wait, again))

    def close(self) -> None:
        """Let go of all connections."""
        for fetcher in self._fetchers.values():
            fetcher.close()

    def _read(self, source: Watched, settled: Settled) -> Sight:
        try:
            report = self._taken_in(source, settled)
        except ReadError as error:
            wait = self._pace.after_failure(False, source.every, source.failures + 1)
            return Sight(AddReport(), wait, error=error)
        return Sight(report, self._pace.after_success(False, source.every))

    def _taken_in(self, source: Watched, settled: Settled) -> AddReport:
        if source.kind != "mail":
            return sync(self._builder, source.source, _quietly, may_read=settled, stop=self._stop)
        return take_in(
            self._builder,
            Path(source.source),
            is_read=lambda message: self._sources.is_read(source.source, message),
            note_read=lambda messages: self._sources.note_read(source.source, messages),
            may_read=settled,
            handled=self._handled.setdefault(source.source, {}),
            move_failed=source.move_failed,
            is_stopped=self._stop.is_set,
        )

    def _fetched(self, source: Watched) -> Sight:
        report = add(
            self._builder,
            [source.source],
            _quietly,
            fetcher=self._fetcher(source.allow_private),
            stop=self._stop,
        )
        found = next((look for look in report.looks if look.url == source.source), None)
        if found is not None:
            wait = self._pace.after_success(True, source.every, found.fresh_for)
            return Sight(report, wait, found.kind)
        error = next(iter(report.skipped), ReadError(source.source, "cannot be fetched"))
        asked = error.wait if isinstance(error, UnavailableError) else 0.0
        wait = self._pace.after_failure(True, source.every, source.failures + 1, asked)
        return Sight(replace(report, skipped=()), wait, error=error)

    def _fetcher(self, allow_private: bool) -> Fetcher:
        with self._turn:
            if allow_private not in self._fetchers:
                self._fetchers[allow_private] = self._fetcher_for(allow_private)
            return self._fetchers[allow_private]

    def _new_fetcher(self, allow_private: bool) -> Fetcher:
        return Fetcher(Manners(allow_private=allow_private, between=BETWEEN, tries=2, again=DAY), stop=self._stop)


def _quietly(_: ReadError) -> None:
    """What is left out is in the report."""
