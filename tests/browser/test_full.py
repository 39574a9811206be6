"""More people than the server takes at a time: those who can be answered are, and the others are told so in words."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.bot import Bot
from bot.settings import Settings
from bot.turnstile import Turnstile
from bot.web import create_app
from index import Article, Vectors
from tests.browser.conftest import Watched
from tests.browser.test_accessible import grave
from tests.small_encoder import SmallEncoder
from tests.web_server import serving

QUESTION = "Where is the LEAF built?"


class SlowEncoder(SmallEncoder):
    """Reads a question about the LEAF only when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()
        self.began = threading.Event()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        if any("LEAF built" in text for text in texts):
            self.began.set()
            assert self.may.wait(60)
        return super().encode_queries(texts)


@pytest.fixture
def slow() -> SlowEncoder:
    return SlowEncoder()


@pytest.fixture
def crowd(browser: Browser, slow: SlowEncoder, tmp_path: Path) -> Iterator[list[Watched]]:
    """Three people before a server that answers one question at a time and lets one more wait."""
    with Bot.open(tmp_path / "small.index", encoder=slow) as bot:
        bot.put(Article("LEAF", "The LEAF is built in Sunderland. It has been sold since 2013.", origin="a"))
        settings = Settings(index=tmp_path / "small.index")
        with serving(create_app(settings, bot, Turnstile(at_once=1, waiting=1))) as site:
            contexts = [browser.new_context() for _ in range(3)]
            people = [Watched(context.new_page(), site) for context in contexts]
            for one in people:
                one.page.set_default_timeout(60_000)
                one.page.goto(site)
                one.page.wait_for_selector("#pq-chat .pq-welcome-line")
            yield people
            slow.may.set()
            for context in contexts:
                context.close()
    assert [fault for one in people for fault in one.faults] == []


def test_who_comes_to_a_full_house_is_told_and_can_ask_again(crowd: list[Watched], slow: SlowEncoder) -> None:
    answered, waits, turned_away = crowd
    for one in (answered, waits):
        one.page.fill("#pq-question textarea", QUESTION)
        one.page.keyboard.press("Enter")
        expect(one.page.locator('#pq-chat [data-testid="user"]')).to_have_text(QUESTION)
    assert slow.began.wait(30)
    turned_away.page.fill("#pq-question textarea", QUESTION)
    turned_away.page.keyboard.press("Enter")
    note = turned_away.page.locator("#pq-chat .pq-note")
    expect(note).to_have_text(
        "2 questions are being answered or wait for it, which is all that this server takes at a time. Yours was not "
        "lost: ask it again in a moment."
    )
    expect(turned_away.page.locator(".toast-wrap .toast-body")).to_have_count(0)
    assert grave(turned_away) == []
    slow.may.set()
    for one in (answered, waits):
        expect(one.page.locator("#pq-chat .pq-foot")).to_be_visible()
    turned_away.page.locator(".pq-again").click()
    expect(turned_away.page.locator("#pq-chat .pq-verdicts")).to_be_visible()
    expect(turned_away.page.locator('#pq-chat [data-testid="user"]')).to_have_count(2)
