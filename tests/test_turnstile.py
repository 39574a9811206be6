"""The turnstile before the chat: so many at once, so many waiting, in order, and nobody is counted twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.turnstile import FullError, Turnstile


def test_one_at_a_time_in_order_and_the_last_is_told() -> None:
    async def crowd() -> list[str]:
        turnstile, seen = Turnstile(at_once=1, waiting=1), []
        leave = asyncio.Event()

        async def one(name: str) -> None:
            async with turnstile.turn():
                seen.append(name)
                await leave.wait()

        tasks = [asyncio.create_task(one(name)) for name in ("first", "second")]
        await asyncio.sleep(0)
        with pytest.raises(FullError, match="2 questions are being answered or wait"):
            await one("third")
        assert seen == ["first"]
        leave.set()
        await asyncio.gather(*tasks)
        await one("fourth")
        return seen

    assert asyncio.run(crowd()) == ["first", "second", "fourth"]


def test_who_gives_up_waiting_leaves_a_place() -> None:
    async def crowd() -> None:
        turnstile = Turnstile(at_once=1, waiting=1)
        async with turnstile.turn():
            waiting = asyncio.create_task(_through(turnstile))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            waiting = asyncio.create_task(_through(turnstile))
            await asyncio.sleep(0)
        await waiting

    asyncio.run(crowd())


def test_what_a_slow_iterator_gives_comes_one_by_one() -> None:
    async def all_of() -> list[int]:
        return [one async for one in Turnstile().each(iter([1, 2, 3]))]

    assert asyncio.run(all_of()) == [1, 2, 3]


async def _through(turnstile: Turnstile) -> None:
    async with turnstile.turn():
        pass
