"""Which files are fit to be read now: not those that are being written, nor those that failed a moment ago."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError
from index.seen import Stamp, stamp_of

_GROWTH = 6.0
_LATELY = 3
"""A file that has been left alone for so many times the quiet is whole."""
_LONGEST = 3_600.0


@dataclass(frozen=True, slots=True)
class _Trouble:
    """A file that could not be read as it was then, how often in a row, and when to try again."""

    stamp: Stamp | None
    times: int
    again_at: float


class Settled:
    """Called with a file, tells whether it may be read now; `wait` is how long until another look pays.

    A file is settled `quiet` seconds after its last change; one that was changed lately only if it looked the same
    `quiet` seconds before, since whoever writes it may have paused. One that could not be read is tried again after
    a few seconds, for it may have been locked, and then ever more rarely, until it changes: a file that makes
    its parser hang is not to be read whenever another one comes in.
    """

    def __init__(self, quiet: float, first_retry: float, clock: Callable[[], float] = time.time) -> None:
        self._quiet = quiet
        self._first_retry = first_retry
        self._clock = clock
        self._troubles: dict[Path, _Trouble] = {}
        self._young: list[float] = []
        self._looked_at: dict[Path, tuple[Stamp, float]] = {}
        self._told: dict[str, str] = {}

    def begin(self) -> None:
        """Begin a look: nothing has been found too young yet."""
        self._young = []
        oldest = self._clock() - 2 * _LATELY * self._quiet
        self._looked_at = {file: seen for file, seen in self._looked_at.items() if seen[1] > oldest}

    def __call__(self, file: Path) -> bool:
        now = self._clock()
        stamp = stamp_of(file)
        trouble = self._troubles.get(file)
        if trouble is not None and trouble.stamp == stamp and now < trouble.again_at:
            return False
        if stamp is None:
            return True  # the reader will say why it cannot be looked at
        age = now - stamp[1] / 1e9
        if not 0 <= age < _LATELY * self._quiet:
            self._looked_at.pop(file, None)
            return True
        before, since = self._looked_at.get(file, (None, now))
        if before != stamp:
            self._looked_at[file] = (stamp, since := now)
        left = max(self._quiet - age, self._quiet - (now - since))
        if left > 0:
            self._young.append(left)
        return left <= 0

    def end(self, skipped: Sequence[ReadError]) -> list[ReadError]:
        """End a look that left these out; those of them that nobody has been told of yet."""
        now = self._clock()
        failed = {file for error in skipped if (file := _file_of(error.source)).is_file()}
        for file in failed:
            before = self._troubles.get(file)
            stamp = stamp_of(file)
            times = before.times + 1 if before is not None and before.stamp == stamp else 1
            wait = min(self._first_retry * _GROWTH ** min(times - 1, 10), _LONGEST)
            self._troubles[file] = _Trouble(stamp, times, now + wait)
        for file, trouble in list(self._troubles.items()):
            if file not in failed and (trouble.again_at <= now or stamp_of(file) != trouble.stamp):
                del self._troubles[file]  # it was read, or is gone
                self._told = {of: reason for of, reason in self._told.items() if _file_of(of) != file}
        news = [error for error in skipped if self._told.get(error.source) != error.reason]
        self._told.update({error.source: error.reason for error in skipped})
        return news

    def wait(self) -> float | None:
        """The seconds until a file that was left out may be read; None when none was."""
        now = self._clock()
        waits = [max(each.again_at - now, 0.0) for each in self._troubles.values()]
        if self._young:
            waits.append(max(self._young))
        return min(waits, default=None)


def _file_of(source: str) -> Path:
    """The file that a complaint is about: it may name a line, a row or a part of one."""
    return Path(re.sub(r"(, (line|row) \d+|#=?[^/]*)$", "", source))
