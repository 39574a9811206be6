"""A progress bar for whatever takes longer than a second, with its rate and the time left; on stderr only."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from index import Progress as Step

# Shorter work would only flash a bar.
_PATIENCE = 1.0


class Bar:
    """A bar over the bytes of a run of `add` or `sync`; nothing is shown where stderr is not a terminal."""

    def __init__(self, console: Console) -> None:
        self._started = time.monotonic()
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("reading", total=None, rate="")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def __call__(self, step: Step) -> None:
        """Show how far a run has come."""
        seconds = time.monotonic() - self._started
        if seconds > _PATIENCE:
            self._bar.start()
        self._bar.update(
            self._task,
            description=f"{step.files_read:,} of {step.files_found:,} files",
            completed=step.bytes_read,
            total=step.bytes_found,
            rate=f"{step.passages / max(seconds, 1e-9):.0f} passages/s" if step.passages else "",
        )
