"""Work done ahead keeps its order and its bounds, hands on what went wrong, and stops when nobody wants more."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from index.ahead import Ahead, in_order


def until(is_so: threading.Event) -> None:
    assert is_so.wait(5)


def test_no_more_is_made_ahead_than_there_is_room_for() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    ahead = Ahead(items(), room=10, weigh=lambda number: 5)
    time.sleep(0.1)
    assert made == [0, 1, 2]  # two fill the room, and the third waits at the door
    assert list(ahead) == list(range(100))


def test_what_goes_wrong_is_raised_behind_what_went_well() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("the disk is gone")

    ahead = Ahead(items(), room=5)
    assert next(ahead) == 1
    with pytest.raises(OSError, match="the disk is gone"):
        next(ahead)


def test_closing_ends_the_items_and_the_thread_that_makes_them() -> None:
    ended = threading.Event()

    def items() -> Iterator[int]:
        try:
            while True:
                yield 1
        finally:
            ended.set()

    ahead = Ahead(items(), room=5)
    assert next(ahead) == 1
    ahead.close(wait=5)
    assert ended.is_set()
    assert list(ahead) == []


@pytest.mark.parametrize("workers", [1, 2, 7])
def test_jobs_are_handed_out_in_order_however_long_each_takes(workers: int) -> None:
    def work(job: int) -> Iterator[tuple[int, int]]:
        for part in range(3):
            time.sleep(0.002 if job % 3 else 0)
            yield job, part

    assert list(in_order(range(50), work, workers, room=2)) == [
        (job, part) for job in range(50) for part in range(3)
    ]


def test_a_job_that_hangs_does_not_keep_the_others_from_being_done() -> None:
    others_are_done = threading.Event()
    done: list[int] = []

    def work(job: int) -> Iterator[int]:
        if job == 0:
            until(others_are_done)
        else:
            done.append(job)
        if len(done) == 9:
            others_are_done.set()
        yield job

    assert list(in_order(range(10), work, 2, room=2)) == list(range(10))


def test_jobs_left_undone_are_not_begun() -> None:
    begun: list[int] = []

    def work(job: int) -> Iterator[int]:
        begun.append(job)
        yield job

    jobs = in_order(range(1000), work, 2, room=2)
    assert next(jobs) == 0
    jobs.close()
    time.sleep(0.1)
    assert len(begun) < 50
