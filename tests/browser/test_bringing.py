"""Bringing articles in and taking them out, as a person does it, in a real browser on an index that begins empty."""

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
from tests.browser.conftest import Watched
from tests.browser.test_accessible import grave
from tests.conftest import ARTICLES
from tests.web_server import serving

GERMAN = "Die Fähre im Hafen wurde von vierzig Schweißern in Danzig gebaut. Sie fährt jede Stunde zur Insel."
FERRY = "The harbour ferry was built in Gdansk by forty welders. It carries eighty cars to the island every hour."
PATIENCE = 60_000


@pytest.fixture
def empty(real_encoder: Encoder, tmp_path: Path) -> Iterator[Bot]:
    with Bot.open(tmp_path / "empty.index", encoder=real_encoder) as bot:
        yield bot


@pytest.fixture
def fresh(empty: Bot, browser: Browser) -> Iterator[Watched]:
    """A page over no articles, whose faults fail the test."""
    with serving(create_app(Settings(), empty)) as site:
        context = browser.new_context(viewport={"width": 1100, "height": 900}, reduced_motion="reduce")
        watched = Watched(context.new_page(), site)
        watched.page.set_default_timeout(PATIENCE)
        watched.page.goto(f"{site}/")
        watched.page.wait_for_selector(".pq-empty")
        yield watched
        context.close()
        assert watched.faults == []


def outcomes(watched: Watched, number: int) -> list[str]:
    expect(watched.page.locator(".pq-bring-now")).to_contain_text("Done:", timeout=PATIENCE)
    expect(watched.page.locator(".pq-brought")).to_have_count(number)
    return watched.texts(".pq-brought-outcome")


def test_files_are_brought_and_asked_about_without_a_reload(fresh: Watched, tmp_path: Path) -> None:
    page = fresh.page
    expect(page.locator(".pq-empty li")).to_have_count(3)
    expect(page.locator("#pq-bring")).to_have_attribute("open", "")
    expect(page.locator("#pq-narrow")).to_be_hidden()
    tops = [
        (page.locator(each).bounding_box() or {"y": 0})["y"] for each in (".pq-empty", ".pq-drop", "#pq-question")
    ]
    assert tops == sorted(tops)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1100, "height": 900})
    assert grave(fresh) == []
    broken = tmp_path / "broken <b>.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing")
    files = [*sorted(ARTICLES.glob("*.md"))[:2], broken]
    page.set_input_files("#pq-bring input[type=file]", files)
    page.fill("#pq-question textarea", "typed meanwhile")
    assert outcomes(fresh, 3) == ["added", "added", "skipped"]
    assert fresh.texts(".pq-brought-name") == [each.name for each in files]
    expect(page.locator(".pq-skipped .pq-brought-why")).to_contain_text("because it is no PDF that can be read")
    expect(page.locator("#pq-question textarea")).to_have_value("typed meanwhile")
    expect(page.locator(".pq-masthead")).to_contain_text("2 articles", timeout=PATIENCE)
    expect(page.locator(".pq-welcome-line")).to_contain_text("2 articles")
    expect(page.locator("#pq-chat .example").first).to_be_visible()
    expect(page.locator(".pq-empty")).to_have_count(0)
    assert grave(fresh) == []
    sample = page.locator("#pq-chat .example").first.inner_text()
    fresh.ask(sample)
    expect(page.locator(".pq-mark").first).to_be_visible()
    page.set_input_files("#pq-bring input[type=file]", files[:1])
    assert outcomes(fresh, 1) == ["unchanged"]


def test_a_text_is_pasted_and_quoted(fresh: Watched) -> None:
    page = fresh.page
    page.locator(".pq-bring-paste summary").click()
    page.get_by_label("Title").fill("The ferry")
    page.get_by_label("Source, if any").fill("Harbour Post")
    page.get_by_label("Published, if known").fill("2024-03-20")
    page.get_by_label("Text", exact=True).fill(FERRY)
    assert grave(fresh) == []
    page.get_by_role("button", name="Add the text").click()
    assert outcomes(fresh, 1) == ["added"]
    expect(page.get_by_label("Text", exact=True)).to_have_value("")
    fresh.ask("Where was the harbour ferry built?")
    expect(page.locator(".pq-mark").first).to_contain_text("built in Gdansk")
    expect(page.locator(".pq-where").first).to_contain_text("Harbour Post")


def test_a_file_is_dropped_anywhere_on_the_page(fresh: Watched) -> None:
    page = fresh.page
    carried = page.evaluate_handle(
        """(words) => {
          const carried = new DataTransfer();
          carried.items.add(new File([words], "ferry.txt", { type: "text/plain" }));
          return carried;
        }""",
        FERRY,
    )
    page.dispatch_event("#pq-chat", "dragover", {"dataTransfer": carried})
    expect(page.locator(".pq-drop")).to_have_class(re.compile("pq-over"))
    page.dispatch_event("#pq-chat", "drop", {"dataTransfer": carried})
    assert outcomes(fresh, 1) == ["added"]
    expect(page.locator(".pq-drop")).not_to_have_class(re.compile("pq-over"))
    fresh.ask("Where was the harbour ferry built?")
    expect(page.locator(".pq-mark").first).to_contain_text("built in Gdansk")


def test_an_open_page_is_told_of_articles_that_came_in_from_elsewhere(fresh: Watched, empty: Bot) -> None:
    page = fresh.page
    empty.put(Article("The ferry", FERRY, source="Harbour Post", origin="ferry"))
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # as when one comes back to the tab
    expect(page.locator(".pq-ways")).to_contain_text("1 article")
    expect(page.locator(".pq-welcome-line")).to_contain_text("1 article")
    fresh.ask("Where was the harbour ferry built?")
    expect(page.locator(".pq-foot")).to_be_visible()
    words = fresh.texts(".pq-mark")
    page.fill("#pq-question textarea", "typed meanwhile")
    empty.put(Article("Der Hafen", GERMAN, source="Hafenblatt", language="de", origin="hafen"))
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator(".pq-ways")).to_contain_text("2 articles")
    page.locator("#pq-narrow > button").click()
    page.get_by_label("Sources").click()
    expect(page.get_by_role("option")).to_have_text([re.compile("Hafenblatt"), re.compile("Harbour Post")])
    assert fresh.texts(".pq-mark") == words
    expect(page.locator("#pq-question textarea")).to_have_value("typed meanwhile")


def test_articles_of_several_languages_are_narrowed_to_one(fresh: Watched, empty: Bot) -> None:
    page = fresh.page
    empty.put(Article("The ferry", FERRY, language="en", origin="ferry"))
    page.goto(fresh.site)
    expect(page.locator(".pq-ways")).to_contain_text("1 article")
    page.locator("#pq-narrow > button").click()
    expect(page.get_by_label("Sources")).to_be_visible()
    expect(page.get_by_label("Languages")).to_be_hidden()
    empty.put(Article("Der Hafen", GERMAN, language="de", origin="hafen"))
    page.goto(fresh.site)
    expect(page.locator(".pq-ways")).to_contain_text("2 articles")
    fresh.ask("Where was the harbour ferry built?")
    page.locator("#pq-narrow > button").click()
    page.get_by_label("Languages").click()
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option", name="German (1)").click()
    expect(page.locator(".pq-answer .pq-chip")).to_have_text(["in German"])
    share = page.locator(".pq-share a")
    expect(share).to_have_attribute("href", re.compile("language=de"))
    page.goto(fresh.site + str(share.get_attribute("href")))
    expect(page.locator("#pq-chosen .pq-chip")).to_have_text(["in German"])
    fresh.ask("Wer hat die Fähre gebaut?")  # what the link chose holds on
    expect(page.locator(".pq-answer").last.locator(".pq-chip")).to_have_text(["in German"])
    page.locator("#pq-chosen").get_by_role("link", name="Remove language in German").click()
    expect(page.locator("#pq-chosen .pq-chip")).to_have_count(0)


def test_an_address_on_this_machine_is_refused_in_words(fresh: Watched) -> None:
    fresh.page.get_by_label("Address of a page, a feed or a sitemap").fill(f"{fresh.site}/library")
    fresh.page.get_by_role("button", name="Fetch").click()
    assert outcomes(fresh, 1) == ["skipped"]
    expect(fresh.page.locator(".pq-brought-why")).to_contain_text("127.0.0.1, which is no public address")


def test_an_article_is_removed_in_the_library(fresh: Watched, empty: Bot) -> None:
    empty.add(ARTICLES / "honda-0-series.md", ARTICLES / "chinese-rivals.md")
    page = fresh.page
    fresh.open("/library?sort=title")
    titles = fresh.texts(".articles a")
    page.locator(".articles input").first.check()
    page.get_by_role("button", name="Remove the chosen articles …").click()
    expect(page.locator("h1")).to_have_text("Remove 1 article?")
    assert fresh.texts(".articles a") == titles[:1]
    assert grave(fresh) == []
    page.get_by_role("button", name="Remove 1 article").click()
    expect(page.locator(".notice")).to_have_text("1 article removed.")
    assert fresh.texts(".articles a") == titles[1:]
    assert "sort=title" in page.url


def test_the_library_is_searched_sorted_and_opened(fresh: Watched, empty: Bot) -> None:
    empty.add(*(ARTICLES / name for name in ("honda-0-series.md", "chinese-rivals.md", "fisker-bankruptcy.md")))
    page = fresh.page
    fresh.open("/library")
    days = page.locator(".articles time").evaluate_all("all => all.map(e => e.dateTime)")
    assert days == sorted(days, reverse=True)
    page.get_by_role("link", name="title").click()
    titles = fresh.texts(".articles a")
    assert (len(titles), titles) == (3, sorted(titles))
    page.get_by_label("Title, source or author").fill("honda")
    page.keyboard.press("Enter")
    expect(page.locator(".byline").first).to_have_text("1 of 3 articles")
    page.get_by_role("link", name="Honda starts again from zero").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Honda starts again from zero")
    expect(page.locator(".reading .byline")).to_contain_text("Priya Nair · 10 January 2024")


def test_what_changed_is_shown_and_can_be_read_by_all(fresh: Watched, empty: Bot, tmp_path: Path) -> None:
    path = tmp_path / "ferry.txt"
    for text in (FERRY, FERRY.replace("eighty", "ninety")):
        path.write_text(text)
        empty.add(path)
    (article,) = empty.articles()
    fresh.open(f"/articles/{article.id}")
    fresh.page.get_by_role("link", name="what changed in version 2").click()
    assert "eighty" in fresh.texts(".change del")[0]
    assert "ninety" in fresh.texts(".change ins")[0]
    assert grave(fresh) == []
    fresh.page.get_by_role("link", name="Version 1,").click()
    expect(fresh.page.locator(".earlier")).to_contain_text("This is version 1.")
    assert "".join(fresh.texts(".text p")) == FERRY
    assert grave(fresh) == []


def test_where_it_is_read_only_there_is_nothing_to_bring_or_remove_by(empty: Bot, browser: Browser) -> None:
    empty.add(ARTICLES / "honda-0-series.md")
    with serving(create_app(Settings(read_only=True), empty)) as site:
        watched = Watched(browser.new_page(), site)
        watched.open()
        assert watched.page.locator("#pq-bring, #pq-bringing, input[type=file]").count() == 0
        assert grave(watched) == []
        watched.open("/library")
        assert watched.page.locator(".articles a").count() == 1
        assert watched.page.locator("input[type=checkbox], form[method=post]").count() == 0
        watched.page.close()
