"""One thread at a time: nobody else is in the context, and matrices are multiplied by that thread alone."""

from __future__ import annotations

import threading

import pytest
from threadpoolctl import ThreadpoolController

from index.in_turn import InTurn


def threads_of_blas() -> set[int]:
    """How many threads each library of linear algebra in this process would use."""
    return {each["num_threads"] for each in ThreadpoolController().info() if each["user_api"] == "blas"}


def test_one_thread_at_a_time_is_in_the_context_and_blas_has_its_threads_back_behind_it() -> None:
    before = threads_of_blas()
    turn = InTurn()
    inside: list[int] = []
    most: list[int] = []
    seen: list[set[int]] = []

    def take() -> None:
        for _ in range(20):
            with turn():
                inside.append(1)
                seen.append(threads_of_blas())
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 80
    assert seen == [{1}] * 80
    assert threads_of_blas() == before


def test_an_error_in_the_context_ends_the_turn() -> None:
    turn = InTurn()
    with pytest.raises(ValueError, match="a question"), turn():
        raise ValueError("a question")
    with turn():
        assert threads_of_blas() == {1}
