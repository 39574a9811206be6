"""Work that waits its turn: a bounded pool for questions, and lanes that keep each channel to its pace."""

from __future__ import annotations

import heapq
import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from bot.slack.errors import said_why

Work = Callable[[], None]

log = logging.getLogger("pullquote.slack")


class Pool:
    """`workers` threads, and at most `places` pieces of work under way or waiting, later steps included.

    A piece of work is handed `leave`, to be called when all that it led to is done; it is called for it
    when it raises.
    """

    def __init__(self, workers: int, places: int, name: str) -> None:
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix=name)
        self._places = threading.BoundedSemaphore(places)

    def submit(self, work: Callable[[Work], None], failed: Callable[[BaseException], None]) -> bool:
        """Take work on, or return False at once when every place is taken. `failed` hears of what it raises."""
        if not self._places.acquire(blocking=False):
            return False
        leave = _once(self._places.release)

        def ended(future: Future[None]) -> None:
            if future.cancelled():
                leave()
            elif error := future.exception():
                leave()
                failed(error)

        self._threads.submit(work, leave).add_done_callback(ended)
        return True

    def close(self) -> None:
        """Finish what was taken on, then stop."""
        self._threads.shutdown(wait=True)


def _once(action: Work) -> Work:
    """An action that happens at its first call only."""
    first = threading.Lock()
    return lambda: action() if first.acquire(blocking=False) else None


class Lanes:
    """Sends in order within a lane (a channel), one at a time, `every` seconds apart; lanes never wait for another.

    A lane that Slack told to wait holds one thread and nothing of the other lanes.
    """

    def __init__(self, every: float, threads: int, name: str, most: int = 2_000) -> None:
        self._every = every
        self._most = most
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[Work]] = {}
        self._due: list[tuple[float, int, str]] = []
        self._last: dict[str, float] = {}
        self._count = 0
        self._serial = 0
        self._closing = False
        self._clock = threading.Thread(target=self._run, name=f"{name}-clock", daemon=True)
        self._clock.start()

    def send(self, lane: str, work: Work) -> bool:
        """Take on one send; False when far too many wait already or the lanes are closing."""
        with self._changed:
            if self._count >= self._most or self._closing:
                return False
            self._count += 1
            if lane in self._waiting:
                self._waiting[lane].append(work)
            else:
                self._waiting[lane] = deque([work])
                self._schedule(lane)
            return True

    def _schedule(self, lane: str) -> None:
        now = time.monotonic()
        self._serial += 1
        heapq.heappush(self._due, (max(now, self._last.get(lane, 0.0) + self._every), self._serial, lane))
        if len(self._last) > 10_000:
            self._last = {name: at for name, at in self._last.items() if now - at < self._every}
        self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._due or (self._due[0][0] > time.monotonic() and not self._closing):
                    if self._closing and not self._count:
                        return
                    self._changed.wait(self._due[0][0] - time.monotonic() if self._due else None)
                _, _, lane = heapq.heappop(self._due)
                work = self._waiting[lane].popleft()
                self._last[lane] = time.monotonic()
            self._threads.submit(work).add_done_callback(partial(self._ended, lane))

    def _ended(self, lane: str, sent: Future[None]) -> None:
        if error := sent.exception():
            log.error("Something was not sent: %s", said_why(error))
        with self._changed:
            self._count -= 1
            if self._waiting[lane]:
                self._schedule(lane)
            else:
                del self._waiting[lane]
            self._changed.notify_all()

    def close(self) -> None:
        """Send what was taken on, without keeping the pace any longer, then stop."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._clock.join()
        self._threads.shutdown(wait=True)
