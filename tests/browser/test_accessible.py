"""What axe-core finds on the pages, in light and in dark: nothing serious and nothing critical."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from bot.bot import Bot
from bot.render import citation
from tests.browser.conftest import Watched

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")

SCHEMES: tuple[Literal["dark", "light"], ...] = ("dark", "light")


def grave(watched: Watched) -> list[str]:
    """The violations that axe-core calls serious or critical, in dark and in light, with where they were found."""
    watched.page.evaluate(AXE)
    found = []
    for scheme in SCHEMES:
        watched.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        if watched.page.locator("gradio-app").count():
            expect(watched.page.locator("body.dark")).to_have_count(int(scheme == "dark"))
        found += [
            f"{scheme}: {each['id']}: {[node['target'] for node in each['nodes']]}"
            for each in watched.page.evaluate("axe.run()")["violations"]
            if each["impact"] in ("serious", "critical")
        ]
    return found


@pytest.fixture
def page(browser: Browser, site: str) -> Iterator[Watched]:
    """A page with animations at rest."""
    context = browser.new_context(reduced_motion="reduce")
    yield Watched(context.new_page(), site)
    context.close()


def test_the_chat_is_accessible(page: Watched) -> None:
    page.open()
    assert grave(page) == []
    page.ask("Which start-up is Nissan in talks with?")
    page.page.locator(".pq-why summary").first.click()
    page.page.wait_for_selector(".pq-contribution")
    page.page.locator(".pq-cite summary").first.click()
    page.page.locator("#pq-narrow > button").click()
    page.page.locator("#pq-bring > summary").click()
    page.page.locator(".pq-bring-paste summary").click()
    page.page.wait_for_selector(".pq-columns a")
    page.page.wait_for_selector("#pq-chat .option")
    assert grave(page) == []


def test_the_history_is_accessible(page: Watched) -> None:
    page.open()
    page.ask("Where is the LEAF built?")
    page.page.locator(".pq-good").click()
    page.page.locator(".pq-good[aria-pressed=true]").wait_for()
    page.page.locator(".pq-to-history").click()
    page.page.locator(".pq-conversations li").wait_for()
    assert grave(page) == []
    page.page.locator(".pq-forget").click()
    assert grave(page) == []


def test_a_follow_up_and_what_is_said_of_it_are_accessible(page: Watched) -> None:
    page.open()
    page.ask("Which start-up is Nissan in talks with?")
    page.ask("And where is it based?")
    page.page.locator(".pq-wrong-quote").last.click()
    page.page.locator(".pq-wrong-quote[aria-pressed=true]").wait_for()
    expect(page.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assert grave(page) == []


def test_a_decline_is_accessible(page: Watched) -> None:
    page.open()
    page.ask("Who won the 1998 World Cup?")
    page.page.wait_for_selector("#pq-chat .option")
    assert grave(page) == []


@pytest.mark.parametrize(
    "path", ["/library", "/library?sort=title", "/library?query=zebra", "/docs", "/articles/none"]
)
def test_the_plain_pages_are_accessible(page: Watched, path: str) -> None:
    page.open(path)
    assert grave(page) == []


def test_an_article_is_accessible(page: Watched, site: str) -> None:
    page.open("/library")
    page.page.locator(".articles a").first.click()
    page.page.goto(f"{page.page.url}?start=0&end=40&also=50-90#quote")
    assert grave(page) == []


def test_narrowing_is_accessible(page: Watched) -> None:
    page.open("/?q=What+did+Nissan+and+Honda+agree%3F&after=2023-01-01")
    page.page.wait_for_selector("#pq-chosen .pq-chip")
    page.page.locator("#pq-narrow > button").click()
    page.page.wait_for_selector(".pq-timeline")
    assert grave(page) == []


def test_the_ways_on_from_a_quote_are_accessible(page: Watched, bot: Bot) -> None:
    question = "Where is the LEAF built?"
    quote = bot.ask(question).quotes[0]
    for path in (
        citation.why_link(quote, question),
        citation.more_from_link(quote, question),
        citation.more_like_link(quote, question),
    ):
        page.open(path)
        assert grave(page) == []
