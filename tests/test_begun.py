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
        return [each async for each in begun.lasting("a page", shown())]

    assert asyncio.run(gathered()) == ["question", "quotes"]
    assert (begun.number("a page"), begun.number("another page"), begun.number(None)) == (1, 1, 0)
