"""How far a run or a rebuild has come, for people and for programs; it takes nothing in."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot.outcome import Record, rate_of, span
from index import Progress as Step
from index import Rebuilding

# Shorter work would only flash a bar.
_PATIENCE = 1.0
# Seconds over which a rate is smoothed, and between two lines where there is no terminal to draw a bar in.
_SMOOTH, _BETWEEN_LINES = 20.0, 30.0


class Pace:
    """How long the rest will take, from how fast it went lately; one slow file does not make it jump."""

    def __init__(self) -> None:
        self._seconds = self._done = 0.0
        self._rate = self._trust = 0.0

    def left(self, step: Step) -> float | None:
        """Seconds that are left of a run; None while that cannot be told."""
        left = self.of(step.seconds, step.bytes_read, step.bytes_found)
        return left if step.is_counted else None

    def of(self, seconds: float, done: float, total: float) -> float | None:
        """Seconds until so much of a total is done; None while that cannot be told."""
        passed, more = seconds - self._seconds, done - self._done
        if passed > 0.2:
            new = 1 - math.exp(-passed / _SMOOTH)
            self._rate += new * (more / passed - self._rate)
            self._trust += new * (1 - self._trust)  # the first samples count for what they are, not against nothing
            self._seconds, self._done = seconds, done
        if self._rate <= 0 or seconds < _PATIENCE:
            return None
        return (total - done) * self._trust / self._rate


class Bar:
    """A bar over a run of `add`, `sync` or `rebuild`; where stderr is no terminal, a line of text now and then."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._pace = Pace()
        self._told = 0.0
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rest]}"),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("reading", total=None, rest="")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, step: Step) -> None:
        """Show how far a run has come."""
        left = self._pace.left(step)
        files = f"{step.files_read:,} of {step.files_found:,}{'' if step.is_counted else '+'} files"
        self._draw(files, step.bytes_read, step.bytes_found, " · ".join(_rest(step, left)), step.seconds)

    def rebuilding(self, step: Rebuilding) -> None:
        """Show how far a rebuild has come."""
        if not step.passages:
            articles = f"{step.articles_split:,} of {step.articles:,} articles"
            self._draw(articles, step.articles_split, step.articles, "being split", step.seconds)
            return
        left = self._pace.of(step.seconds, step.encoded, step.passages)
        rest = [f"{rate_of(step.encoded, step.seconds):,} passages/s"] if step.encoded else []
        passages = f"{step.encoded:,} of {step.passages:,} passages"
        self._draw(passages, step.encoded, step.passages, " · ".join([*rest, *_left(left)]), step.seconds)

    def _draw(self, what: str, done: float, total: float, rest: str, seconds: float) -> None:
        if self._console.is_terminal:
            if seconds > _PATIENCE:
                self._bar.start()
            self._bar.update(self._task, description=what, completed=done, total=total or None, rest=rest)
        elif not 0 <= seconds - self._told <= _BETWEEN_LINES:  # the clock of a rebuild begins anew once
            self._told = seconds
            self._console.print(f"{what} · {rest}")


class Lines:
    """The same as events for programs: each a JSON object on a line of its own, see docs/terminal.md."""

    def __init__(self, say: Callable[[Record], None]) -> None:
        self._say = say
        self._pace = Pace()
        self._told = -math.inf

    def rebuilding(self, step: Rebuilding) -> None:
        """Tell how far a rebuild has come, at most once a second."""
        left = self._pace.of(step.seconds, step.encoded, step.passages) if step.passages else None
        if self._is_time():
            self._say(
                {
                    "event": "progress",
                    "articles_split": step.articles_split,
                    "articles": step.articles,
                    "encoded": step.encoded,
                    "passages": step.passages or None,
                    "seconds": round(step.seconds, 1),
                    "passages_per_second": rate_of(step.encoded, step.seconds),
                    "seconds_left": None if left is None else round(left),
                }
            )

    def _is_time(self) -> bool:
        if (now := time.monotonic()) - self._told < 1:
            return False
        self._told = now
        return True

    def __call__(self, step: Step) -> None:
        """Tell how far a run has come, at most once a second."""
        left = self._pace.left(step)
        if not self._is_time():
            return
        self._say(
            {
                "event": "progress",
                "files_read": step.files_read,
                "files_found": step.files_found,
                "bytes_read": step.bytes_read,
                "bytes_found": step.bytes_found,
                "articles": step.articles,
                "passages": step.passages,
                "skipped": step.skipped,
                "seconds": round(step.seconds, 1),
                "passages_per_second": rate_of(step.encoded, step.seconds),
                "seconds_left": None if left is None else round(left),
            }
        )


def _rest(step: Step, left: float | None) -> Iterator[str]:
    if step.encoded:
        yield f"{rate_of(step.encoded, step.seconds):,} passages/s"
    if step.skipped:
        yield f"{step.skipped:,} skipped"
    yield from _left(left)


def _left(left: float | None) -> Iterator[str]:
    if left is not None and left <= 0:
        yield "finishing"
    elif left is not None:
        yield f"{span(max(left, 1)) if left < 60 else 'about ' + span(left)} left"
