"""How often something may be done by whom; forgets who has been quiet."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

_NAMES = 10_000


class Meter:
    """Lets everybody do something `most` times in `seconds`. Safe to use from many threads."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, name: str) -> float:
        """0 where it may be done now, which is then counted; else the seconds until it may."""
        with self._lock:
            now = self._clock()
            times = self._times.pop(name, deque())
            while times and times[0] <= now - self._seconds:
                times.popleft()
            self._times[name] = times
            while len(self._times) > _NAMES:
                self._times.popitem(last=False)
            if len(times) >= self._most:
                return times[0] + self._seconds - now
            times.append(now)
            return 0.0
