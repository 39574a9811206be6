"""Work done ahead of whoever takes it, in threads of its own and within bounds; it knows nothing of articles."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from queue import SimpleQueue
from threading import Condition, Thread
from typing import TypeVar

T = TypeVar("T")
Job = TypeVar("Job")
Start = Callable[[Callable[[], None]], None]
"""Has a function run, now or soon, in another thread."""

# How many jobs for each worker are taken on before the first is done: one that hangs keeps no worker idle.
_DEPTH = 8


def _one(_: object) -> int:
    return 1


def _in_a_thread(work: Callable[[], None]) -> None:
    Thread(target=work, daemon=True).start()


class Ahead(Iterator[T]):
    """The items of an iterable, made by a thread of its own while earlier ones are still being worked on.

    It waits once the items that nobody has taken yet weigh `room` or more. What the iterable raises is
    raised to whoever takes the items.
    """

    def __init__(
        self, items: Iterable[T], room: int, weigh: Callable[[T], int] = _one, start: Start = _in_a_thread
    ) -> None:
        self._items = items
        self._room = room
        self._weigh = weigh
        self._ready: deque[T] = deque()
        self._weight = 0
        self._error: BaseException | None = None
        self._is_done = self._is_closed = False
        self._change = Condition()
        start(self._work)

    def __next__(self) -> T:
        with self._change:
            while not (self._ready or self._is_done or self._is_closed):
                self._change.wait()
            if self._ready and not self._is_closed:
                item = self._ready.popleft()
                self._weight -= self._weigh(item)
                self._change.notify_all()
                return item
            if self._error is not None and not self._is_closed:
                raise self._error
        raise StopIteration

    def close(self, wait: float | None = 0) -> None:
        """Want no more items; wait this many seconds for the one being made, or for ever with None."""
        with self._change:
            self._is_closed = True
            self._change.notify_all()
            self._change.wait_for(lambda: self._is_done, wait)

    def _work(self) -> None:
        try:
            for item in () if self._is_closed else self._items:
                with self._change:
                    while self._weight >= self._room and not self._is_closed:
                        self._change.wait()
                    if self._is_closed:
                        break
                    self._ready.append(item)
                    self._weight += self._weigh(item)
                    self._change.notify_all()
        except BaseException as error:  # noqa: BLE001  # it belongs to whoever takes the items
            self._error = error
        finally:
            if isinstance(self._items, Generator):
                self._items.close()
            with self._change:
                self._is_done = True
                self._change.notify_all()


def in_order(
    jobs: Iterable[Job],
    work: Callable[[Job], Iterable[T]],
    workers: int,
    room: int,
    weigh: Callable[[T], int] = _one,
) -> Generator[T]:
    """What `work` makes of each job, in the order of the jobs, however many `workers` are at it.

    What was made of a job whose turn has not come weighs at most about `room`.
    """
    orders: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
    lanes: deque[Ahead[T]] = deque()
    hired = 0
    try:
        for job in jobs:
            lanes.append(Ahead(work(job), room, weigh, orders.put))
            if hired < workers:
                hired += 1
                _in_a_thread(lambda: _work_off(orders))
            if len(lanes) > workers * _DEPTH:
                yield from lanes[0]
                lanes.popleft()
        while lanes:
            yield from lanes[0]
            lanes.popleft()
    finally:
        for lane in lanes:
            lane.close()
        for _ in range(hired):
            orders.put(None)


def _work_off(orders: SimpleQueue[Callable[[], None] | None]) -> None:
    while (order := orders.get()) is not None:
        order()
