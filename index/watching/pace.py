"""When a source is looked at again: how often, how much later after a failure; it looks at no clock."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from index.errors import SettingError
from index.freshness import DAY

_UNITS = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": DAY}
_LONGEST = 30 * DAY


@dataclass(frozen=True, slots=True)
class Pace:
    """How often sources are looked at, in seconds.

    Of the web, nothing is looked at more often than every `floor`; files may be, each `local_floor`. What
    changes in a folder is read `quiet` after the last change of a file, so that none is read half-written.
    `spread` is the share by which the time until the next look is drawn out at random, so that the sources
    of a site are not asked for all at once. `longest_fresh` bounds what a server says of how long its answer
    holds: a feed that calls itself fresh for a year is asked once a day.
    """

    web: float = 3_600.0
    local: float = 900.0
    floor: float = 300.0
    local_floor: float = 1.0
    quiet: float = 2.0
    first_retry: float = 5.0
    spread: float = 0.1
    longest_fresh: float = DAY
    longest_wait: float = DAY

    def every(self, is_web: bool, asked: float | None) -> float:
        """How often to look at a source; raises SettingError where that is asked for too often."""
        floor = self.floor if is_web else self.local_floor
        if asked is None:
            return self.web if is_web else self.local
        if asked < floor:
            what = "a website" if is_web else "a folder"
            raise SettingError(f"every {spelled(asked)} is too often for {what}; expected {spelled(floor)} or more")
        return asked

    def after_success(
        self, is_web: bool, every: float, fresh_for: float = 0.0, draw: Callable[[], float] = random.random
    ) -> float:
        """The seconds until the next look, after one that went well."""
        if not is_web:
            return every
        return max(every, min(fresh_for, self.longest_fresh), self.floor) * (1 + self.spread * draw())

    def after_failure(
        self,
        is_web: bool,
        every: float,
        failures: int,
        asked: float = 0.0,
        draw: Callable[[], float] = random.random,
    ) -> float:
        """The seconds until the next look after `failures` in a row: twice as long each time, a day at most.

        A server that asked to be left alone for longer is; a folder is never waited for longer than usual.
        """
        first = self.floor if is_web else self.first_retry
        grown = first * 2.0 ** min(failures - 1, 30)
        if not is_web:
            return min(grown, max(every, first))
        return max(min(grown, self.longest_wait), asked) * (1 + self.spread * draw())


def every_of(text: str) -> float:
    """The seconds that a span such as `30m`, `2h`, `1d` or `90s` names; raises SettingError."""
    found = re.fullmatch(r"([0-9]{1,6})\s*([smhd])", text.strip().lower())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0.0
    if not 0 < seconds <= _LONGEST:
        raise SettingError(f"{text!r} is no span of time; expected one such as 90s, 30m, 2h or 1d, up to 30d")
    return seconds


def spelled(seconds: float) -> str:
    """A span as `every_of` reads it, in its largest whole unit: 5400 is `90m`."""
    whole = max(round(seconds), 0)
    unit = next((name for name in ("d", "h", "m") if whole and whole % _UNITS[name] == 0), "s")
    return f"{int(whole / _UNITS[unit])}{unit}"
