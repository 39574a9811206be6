"""A new conversation begun while an answer is still under way: the answer stays away, however it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.bot import Bot
from bot.settings import Settings
from bot.web import create_app
from index import Article
from tests.browser.conftest import PATIENCE, Watched
from tests.browser.test_full import QUESTION, SlowEncoder
from tests.web_server import serving

MORE = Article("More", "Sheep eat grass too.", origin="c")
OTHER = "Since when is the LEAF built there?"
NEXT = "What do goats eat?"
LINK = "/?q=Where+is+the+LEAF+built%3F+source%3APost"


@pytest.fixture
def slow() -> SlowEncoder:
    return SlowEncoder()


@pytest.fixture
def shelf(slow: SlowEncoder, tmp_path: Path) -> Iterator[Bot]:
    with Bot.open(tmp_path / "small.index", encoder=slow) as bot:
        leaf = "The LEAF is built in Sunderland. It has been sold since 2013."
        bot.put(
            Article("LEAF", leaf, source="Post", origin="a"),
            Article("Goats", "Goats eat grass and hay. They climb on rocks.", source="Herald", origin="b"),
        )
        yield bot


@pytest.fixture
def one(browser: Browser, shelf: Bot, tmp_path: Path, slow: SlowEncoder) -> Iterator[Watched]:
    settings = Settings(index=tmp_path / "small.index")
    with serving(create_app(settings, shelf)) as site:
        context = browser.new_context(viewport={"width": 1100, "height": 900})
        watched = Watched(context.new_page(), site)
        watched.page.set_default_timeout(PATIENCE)
        yield watched
        slow.may.set()
        context.close()
    assert watched.faults == []


def opened(one: Watched) -> None:
    one.page.goto(one.site)
    expect(one.page.locator(".pq-ways")).to_contain_text("2 articles")


def begun_anew(one: Watched, slow: SlowEncoder) -> None:
    """Begin anew and ask while the encoder holds an answer back; let it go, and only what is asked is answered."""
    assert slow.began.wait(30)
    one.page.locator(".pq-new").click()
    asked = one.page.locator('#pq-chat [data-testid="user"] p')
    expect(one.page.locator("#pq-chat .pq-welcome-line")).to_be_visible()
    expect(asked).to_have_count(0)
    one.page.fill("#pq-question textarea", NEXT)
    one.page.keyboard.press("Enter")
    slow.may.set()
    expect(one.page.locator("#pq-chat .pq-foot")).to_have_count(1)
    expect(asked).to_have_text([NEXT])
    expect(one.page.locator(".pq-answer")).to_have_count(1)


def hold(slow: SlowEncoder) -> None:
    """From now on the encoder waits again; the page's own samples are made by then."""
    slow.may.clear()
    slow.began.clear()


def test_the_answer_to_a_typed_question_stays_away(one: Watched, slow: SlowEncoder) -> None:
    slow.may.set()
    opened(one)
    hold(slow)
    one.page.fill("#pq-question textarea", OTHER)
    one.page.keyboard.press("Enter")
    begun_anew(one, slow)


def test_the_answer_to_a_link_stays_away(one: Watched, slow: SlowEncoder) -> None:
    slow.may.set()
    opened(one)
    hold(slow)
    one.page.goto(f"{one.site}{LINK}")
    begun_anew(one, slow)


def test_the_answer_to_another_order_stays_away(one: Watched, slow: SlowEncoder, shelf: Bot) -> None:
    slow.may.set()
    opened(one)
    one.ask(QUESTION)
    one.page.locator("#pq-narrow > button").click()
    hold(slow)
    shelf.put(MORE)  # so that what was asked before is no longer remembered
    one.page.get_by_label("Newest first").click()
    begun_anew(one, slow)


def test_the_answer_to_a_question_asked_as_typed_stays_away(one: Watched, slow: SlowEncoder, shelf: Bot) -> None:
    slow.may.set()
    one.page.goto(f"{one.site}{LINK}")
    one.page.locator(".pq-foot").wait_for()
    hold(slow)
    shelf.put(MORE)  # so that what was asked before is no longer remembered
    one.page.get_by_role("link", name="Ask as typed").click()
    begun_anew(one, slow)
