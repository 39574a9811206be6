"""How far a run has come and what became of it, for people and for programs; it takes nothing in."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from bot.render.escape import terminal
from index import AddReport
from index import Progress as Step

# Shorter work would only flash a bar.
_PATIENCE = 1.0
# Seconds over which a rate is smoothed, and between two lines where there is no terminal to draw a bar in.
_SMOOTH, _BETWEEN_LINES = 20.0, 30.0

Record = dict[str, object]


class Pace:
    """How long the rest will take, from how fast it went lately; one slow file does not make it jump."""

    def __init__(self) -> None:
        self._seconds = self._bytes = 0.0
        self._rate = self._trust = 0.0

    def left(self, step: Step) -> float | None:
        """Seconds that are left; None while that cannot be told."""
        passed, done = step.seconds - self._seconds, step.bytes_read - self._bytes
        if passed > 0.2:
            new = 1 - math.exp(-passed / _SMOOTH)
            self._rate += new * (done / passed - self._rate)
            self._trust += new * (1 - self._trust)  # the first samples count for what they are, not against nothing
            self._seconds, self._bytes = step.seconds, step.bytes_read
        if not step.is_counted or self._rate <= 0 or step.seconds < _PATIENCE:
            return None
        return (step.bytes_found - step.bytes_read) * self._trust / self._rate


class Bar:
    """A bar over the bytes of a run of `add` or `sync`; where stderr is no terminal, a line of text now and then."""

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
        rest = " · ".join(_rest(step, left))
        if self._console.is_terminal:
            if step.seconds > _PATIENCE:
                self._bar.start()
            self._bar.update(
                self._task, description=files, completed=step.bytes_read, total=step.bytes_found or None, rest=rest
            )
        elif step.seconds - self._told > _BETWEEN_LINES:
            self._told = step.seconds
            self._console.print(f"{files} · {rest}")


class Lines:
    """The same as events for programs: each a JSON object on a line of its own, see docs/terminal.md."""

    def __init__(self, say: Callable[[Record], None]) -> None:
        self._say = say
        self._pace = Pace()
        self._told = -math.inf

    def __call__(self, step: Step) -> None:
        """Tell how far a run has come, at most once a second."""
        left = self._pace.left(step)
        if (now := time.monotonic()) - self._told < 1:
            return
        self._told = now
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
                "passages_per_second": _rate(step.encoded, step.seconds),
                "seconds_left": None if left is None else round(left),
            }
        )


def report_record(report: AddReport) -> Record:
    """The last event of a run: what became of it."""
    return {
        "event": "done",
        **_counts(report),
        "skipped": len(report.skipped),
        "stopped": report.was_stopped,
        "passages": report.passages,
        "seconds": round(report.seconds, 1),
        "passages_per_second": _rate(report.passages, report.seconds),
        "kinds": {
            kind or "other": {
                "files": of.files,
                "added": of.added,
                "updated": of.updated,
                "unchanged": of.unchanged,
                "skipped": of.skipped,
            }
            for kind, of in report.kinds.items()
        },
    }


def report_line(report: AddReport) -> str:
    """What became of a run, in one line."""
    counts = {**_counts(report), "skipped": len(report.skipped)}
    told = [f"{name} {number:,}" for name, number in counts.items() if number]
    return ", ".join(told) or "there was nothing to take in"


def report_table(report: AddReport) -> Iterator[Table | str]:
    """What became of each kind of file, where there is more than one thing to tell, and the rate of it all."""
    columns = ("files", "added", "updated", "unchanged", "skipped")
    if len(report.kinds) > 1 or len(report.skipped) or report.updated:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("KIND")
        for column in columns:
            table.add_column(column.upper(), justify="right")
        for kind, of in report.kinds.items():
            numbers = (getattr(of, column) for column in columns)
            table.add_row(Text(terminal(kind or "other")), *(f"{number:,}" if number else "" for number in numbers))
        yield table
    if report.passages:
        rate = _rate(report.passages, report.seconds)
        yield f"{report.passages:,} passages in {span(report.seconds)}, {rate:,} a second"


def span(seconds: float) -> str:
    """A time as a person says it: 0.8 s, 42 s, 3 min, 2 h 5 min."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _counts(report: AddReport) -> dict[str, int]:
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "removed": report.removed,
    }


def _rest(step: Step, left: float | None) -> Iterator[str]:
    if step.encoded:
        yield f"{_rate(step.encoded, step.seconds):,} passages/s"
    if step.skipped:
        yield f"{step.skipped:,} skipped"
    if left is not None and step.bytes_read >= step.bytes_found:
        yield "finishing"
    elif left is not None:
        yield f"{span(max(left, 1)) if left < 60 else 'about ' + span(left)} left"


def _rate(passages: int, seconds: float) -> float:
    """Passages a second, with as many digits as are worth reading."""
    rate = passages / max(seconds, 1e-9)
    return round(rate, 1) if rate < 10 else round(rate)
