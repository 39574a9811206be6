"""What stands in an answer: the quotes and their places, the live page, citations, evidence, what to ask next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.bot import Bot
from bot.settings import Settings
from bot.web import create_app
from index import Article, Encoder
from tests.browser.conftest import PATIENCE, Watched
from tests.site import Site
from tests.site import serving as hosting
from tests.web_server import serving

MANY = "Which Japanese carmaker is Nissan talking to about electric vehicles?"


def test_an_answer_is_one_to_five_quotes_the_surest_first_each_with_its_place(watched: Watched) -> None:
    watched.open()
    watched.ask(MANY)
    numbers = watched.texts(".pq-number")
    assert 1 < len(numbers) <= 5
    assert numbers == [f"Quote {number}" for number in range(1, len(numbers) + 1)]
    bars = watched.page.locator(".pq-quote").evaluate_all(
        "all => all.map(e => e.querySelectorAll('.pq-on').length)"
    )
    assert bars == sorted(bars, reverse=True)
    assert watched.texts(".pq-where")[0] == "14 March 2024 · Harbour Wire · Clara Whitcombe"
    menu = watched.page.locator(".pq-menu").first.locator(":scope > a, summary")
    expect(menu).to_have_text(
        [
            "Open in the article",
            "Open the live page",
            "Cite",
            "Why this quote",
            "More from this article",
            "More like this",
        ]
    )
    around, exact = (
        watched.page.locator(each).first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
        for each in (".pq-words", ".pq-mark")
    )
    assert exact > 1.2 * around


@pytest.mark.parametrize(
    ("form", "begins"),
    [("Plain", "“The LEAF that Europe"), ("Markdown", "> The LEAF that Europe"), ("BibTeX", "@article{robson2024")],
)
def test_a_citation_is_copied_in_each_form(watched: Watched, form: str, begins: str) -> None:
    watched.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.open()
    watched.ask("Where is the LEAF built?")
    words = watched.texts(".pq-mark")[0]
    watched.page.locator(".pq-cite summary").first.click()
    row = watched.page.locator(".pq-form").filter(has_text=form).first
    row.locator(".pq-copy").click()
    expect(row.locator(".pq-copy")).to_have_text("Copied")
    copied = watched.page.evaluate("navigator.clipboard.readText()")
    assert copied == row.locator("pre").text_content()
    assert copied.startswith(begins)
    assert words in copied


def test_why_this_quote_tells_what_each_ranker_gave(watched: Watched) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    why = watched.page.locator(".pq-why").first
    why.locator("summary").click()
    rows = why.locator(":scope > table").get_by_role("row")
    expect(rows).to_have_text(
        [re.compile(r"Closeness of meaning0\.\d\d"), re.compile(r"Weight of shared words\d+\.\d\d")]
    )
    expect(why).to_contain_text(re.compile(r"The estimate that it answers is \d+%\."))


def test_the_questions_to_go_on_with_are_new_and_answered(watched: Watched) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    options = watched.page.locator("#pq-chat .option")
    expect(options.nth(1)).to_be_visible()
    words = options.all_inner_texts()
    assert len(words) in (2, 3)
    assert "Where is the LEAF built?" not in words
    for number, question in enumerate(words, start=1):
        watched.open()
        watched.ask("Where is the LEAF built?")
        watched.page.locator("#pq-chat .option", has_text=question).first.click()
        expect(watched.page.locator(".pq-answer")).to_have_count(2)
        expect(watched.page.locator(".pq-answer").last.locator(".pq-mark").first).to_be_visible()
        expect(watched.page.locator(".pq-decline")).to_have_count(0)
        assert watched.texts('[data-testid="user"] p') == ["Where is the LEAF built?", question], number


SAID = "The well-known, 60% cheaper ferry—“Möwe & Söhne”—was built in Gdańsk by forty welders."
FILLING = "".join(
    f"<p>Paragraph {number} tells of other things, at some length, so that the page is tall.</p>"
    for number in range(60)
)


@pytest.fixture(scope="module")
def newspaper() -> Iterator[Site]:
    """A newspaper's own page, tall enough that one has to scroll to the words."""
    with hosting() as site:
        site.put("/ferry", f"<!doctype html><title>Ferry</title>{FILLING}<p id=words>{SAID}</p>{FILLING}")
        yield site


@pytest.fixture(scope="module")
def harbour(real_encoder: Encoder, newspaper: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("live")
    with Bot.open(folder / "articles.index", encoder=real_encoder) as bot:
        bot.put(Article("The ferry", SAID, source="Harbour Post", url=f"{newspaper.url}/ferry", origin="/ferry"))
        with serving(create_app(Settings(index=folder / "articles.index"), bot)) as address:
            yield address


def test_the_live_page_is_opened_at_the_quoted_words(browser: Browser, harbour: str) -> None:
    context = browser.new_context(viewport={"width": 900, "height": 700})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{harbour}/?q=Where+was+the+ferry+built%3F")
    link = str(page.locator(".pq-live").get_attribute("href"))
    fragment = link.partition("#:~:text=")[2]
    assert fragment.startswith("The%20well%2Dknown%2C%2060%25%20cheaper")
    assert not re.search(r"[-&\s“]", fragment)
    with page.expect_popup() as popup:
        page.locator(".pq-live").click()
    expect(popup.value.locator("#words")).to_be_in_viewport()
    context.close()
