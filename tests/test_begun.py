"""An answer stays away from a conversation that was begun after it was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.chat.begun import Begun


def test_what_is_shown_ends_when_its_own_page_begins_anew() -> None:
    begun = Begun()

    async def shown() -> AsyncIterator[str]:
        yield "question"
        begun.anew("another page")
        yield "quotes"
        begun.anew("a page")
        yield "suggestions"

    async def gathered() -> list[str]:
        return [each async for each in begun.lasting("a page", shown(), "nothing")]

    assert asyncio.run(gathered()) == ["question", "quotes", "nothing"]
    assert (begun.number("a page"), begun.number("another page"), begun.number(None)) == (1, 1, 0)


def test_what_was_asked_before_the_page_began_anew_is_not_shown_at_all() -> None:
    begun = Begun()

    async def shown() -> AsyncIterator[str]:
        yield "quotes"

    answer = begun.lasting("a page", shown(), "nothing")
    begun.anew("a page")

    async def gathered() -> list[str]:
        return [each async for each in answer]

    assert asyncio.run(gathered()) == ["nothing"]
