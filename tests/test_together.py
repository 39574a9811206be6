"""Texts of threads that meet are encoded together, and each thread gets its own rows or its own error."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from index.together import MOST, Together


class Slow:
    """Gives each text its length, once it is let go; a text "bad" is refused."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.go = threading.Event()
        self.begun = threading.Event()

    def __call__(self, texts: list[str]) -> list[int]:
        self.batches.append(texts)
        self.begun.set()
        assert self.go.wait(20)
        if "bad" in texts:
            raise ValueError("bad is no text")
        return [len(text) for text in texts]


def meet(slow: Slow, *texts: list[str]) -> list[Future[Sequence[int]]]:
    """One thread with a text of its own that is under way, and behind it a thread for each of `texts`."""
    together = Together(slow)
    pool = ThreadPoolExecutor(len(texts) + 1)
    found = [pool.submit(together, ["first"])]
    assert slow.begun.wait(20)
    for number, each in enumerate(texts, 1):
        found.append(pool.submit(together, each))
        while len(together._waiting) < number:
            pass
    slow.go.set()
    pool.shutdown()
    return found


def test_a_thread_that_comes_alone_waits_for_nobody() -> None:
    slow = Slow()
    slow.go.set()
    together = Together(slow)
    assert together(["a", "bcd"]) == [1, 3]
    assert together(["ef"]) == [2]
    assert slow.batches == [["a", "bcd"], ["ef"]]


def test_those_that_wait_are_encoded_in_one_batch_and_get_their_own_rows() -> None:
    slow = Slow()
    found = meet(slow, ["a"], ["bcd", "ef"], ["ghij"])
    assert [each.result() for each in found] == [[5], [1], [3, 2], [4]]
    assert slow.batches == [["first"], ["a", "bcd", "ef", "ghij"]]


def test_an_error_reaches_the_thread_whose_text_it_is_and_no_other() -> None:
    found = meet(Slow(), ["a"], ["bad"], ["cde"])
    with pytest.raises(ValueError, match="bad is no text"):
        found[2].result()
    assert [found[i].result() for i in (0, 1, 3)] == [[5], [1], [3]]


def test_a_crowd_is_served_in_batches_and_everybody_is_served() -> None:
    slow = Slow()
    texts = [[f"{i}" * (i % 9 + 1)] for i in range(2 * MOST + 5)]
    found = meet(slow, *texts)
    assert [each.result() for each in found[1:]] == [[len(text)] for (text,) in texts]
    assert [len(batch) for batch in slow.batches] == [1, MOST, MOST, 5]


def test_after_an_interruption_others_are_served() -> None:
    def interrupted(texts: list[str]) -> list[int]:
        if texts == ["stop"]:
            raise KeyboardInterrupt
        return [0] * len(texts)

    together = Together(interrupted)
    with pytest.raises(KeyboardInterrupt):
        together(["stop"])
    assert together(["go on"]) == [0]
