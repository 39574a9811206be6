"""On from a quote, as a person goes: word by word, more of the article, more like it, the marks of a conversation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.bot import Bot
from bot.settings import Settings
from bot.web import create_app
from index import Article, Encoder
from tests.browser.conftest import PATIENCE, Watched
from tests.web_server import serving


def opened(watched: Watched, selector: str) -> Page:
    """The page that a link of the chat opens."""
    with watched.page.expect_popup() as popup:
        watched.page.locator(selector).first.click()
    popup.value.wait_for_load_state()
    return popup.value


def test_why_this_quote_is_told_word_by_word_when_it_is_opened(watched: Watched) -> None:
    fetched: list[str] = []
    watched.page.on("request", lambda request: fetched.append(request.url) if "/why?" in request.url else None)
    watched.open()
    watched.ask("Where is the LEAF built?")
    assert fetched == []
    watched.page.locator(".pq-why summary").first.click()
    table = watched.page.get_by_role("table", name="What each word of the question contributed")
    expect(table.get_by_role("rowheader")).to_have_text(["LEAF", "built"])
    expect(table.get_by_role("columnheader")).to_have_text(["Word", "As a word", "In meaning", "Nearest word"])
    assert watched.texts(".pq-contribution tbody tr td:last-child") == ["LEAF", "built"]
    assert len(fetched) == 1


def test_why_works_for_a_follow_up_as_it_was_read(watched: Watched) -> None:
    watched.open()
    watched.ask("Which start-up is Nissan in talks with?")
    watched.ask("And where is it based?")
    last = watched.page.locator(".pq-answer").last
    last.locator(".pq-why summary").first.click()
    words = last.locator(".pq-contribution").first.get_by_role("rowheader")
    expect(words.filter(has_text="Nissan")).to_have_count(1)
    expect(words.filter(has_text="based")).to_have_count(1)


def test_more_from_the_article_are_its_own_words_with_marks_and_links(watched: Watched, bot: Bot) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    quoted = watched.texts(".pq-mark")[0]
    title = watched.texts(".pq-title")[0]
    page = opened(watched, ".pq-more")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    article = next(bot.article(each.id) for each in bot.articles() if each.title == title)
    marks = page.locator(".found mark").evaluate_all("all => all.map(e => e.textContent)")
    assert len(marks) > 1
    assert all(words in article.text and words not in quoted for words in marks)
    page.get_by_role("link", name="Open in the article").first.click()
    expect(page.locator("mark#quote").first).to_have_text(marks[0])


def test_more_like_this_leads_to_other_articles(watched: Watched) -> None:
    watched.open()
    watched.ask("Which Japanese carmaker is Nissan talking to about electric vehicles?")
    title = watched.texts(".pq-title")[0]
    page = opened(watched, ".pq-like")
    found = page.locator(".found cite").evaluate_all("all => all.map(e => e.textContent)")
    assert len(found) > 1
    assert title not in found
    assert len(found) == len(set(found))


def test_the_article_marks_what_the_conversation_quoted_before_fainter(watched: Watched) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    before = watched.texts(".pq-mark")[0]
    watched.ask("When did the LEAF go on sale in Japan?")
    last = watched.page.locator(".pq-answer").last
    expect(last.locator(".pq-share, .pq-open").first).to_be_visible()
    same = last.locator(".pq-quote", has_text="Sunderland says goodbye").locator(".pq-open").first
    with watched.page.expect_popup() as popup:
        same.click()
    page = popup.value
    expect(page.locator("mark#quote").first).to_be_visible()
    fainter = page.locator("mark.faint").evaluate_all("all => all.map(e => e.textContent)")
    assert any(words in before for words in fainter)
    styles = [
        page.locator(selector).first.evaluate("e => getComputedStyle(e).borderBottomStyle")
        for selector in ("mark#quote", "mark.faint")
    ]
    assert styles == ["solid", "dotted"]
    expect(page.locator(".legend")).to_contain_text("underlined with dots")


@pytest.fixture(scope="module")
def echoing(real_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose two papers print the same report."""
    said = "The harbour of Port Ellery will be dredged to a depth of fourteen metres by the spring of 2026."
    folder: Path = tmp_path_factory.mktemp("echo")
    with Bot.open(folder / "articles.index", encoder=real_encoder) as bot:
        bot.put(
            Article(
                "A deeper harbour", f"{said} Ships wait.", source="The Ellery Echo", origin="/1", pages=((0, 4),)
            ),
            Article("Dredging at Port Ellery", f"{said} Fishermen object.", source="Coast Weekly", origin="/2"),
        )
        with serving(create_app(Settings(), bot)) as address:
            yield address


def test_the_same_words_in_another_paper_are_told_beside_the_quote(browser: Browser, echoing: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{echoing}/?q=How+deep+will+the+harbour+of+Port+Ellery+be%3F")
    expect(page.locator(".pq-quote")).to_have_count(1)
    where = page.locator(".pq-where").inner_text()
    other = "Coast Weekly" if "The Ellery Echo" in where else "The Ellery Echo"
    expect(page.locator(".pq-also")).to_have_text(f"The same words, or nearly, also in {other}")
    with page.expect_popup() as popup:
        page.locator(".pq-also a").click()
    expect(popup.value.locator("article.reading")).to_contain_text("fourteen metres")
    like = page.locator(".pq-like").get_attribute("href")
    page.goto(f"{echoing}{like}")
    expect(page.locator(".onward")).to_contain_text("Nothing in the other articles is near to this in meaning.")
    context.close()
