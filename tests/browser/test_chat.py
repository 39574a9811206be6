"""The chat page as a person uses it, in a real browser on the real index."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, expect

from bot.bot import Bot
from tests.browser.conftest import HOSTILE, HOSTILE_TEXT, Watched

SEEDS = {
    "Which Japanese carmaker is Nissan talking to about electric vehicles?": "Honda",
    "Which start-up is Nissan in talks with?": "Fisker",
    "Where is the LEAF built?": "Sunderland",
    "What is Honda's new EV line called?": "0 Series",
}


@pytest.mark.parametrize(("question", "word"), SEEDS.items())
def test_a_question_is_answered_with_the_articles_own_characters(
    watched: Watched, bot: Bot, question: str, word: str
) -> None:
    watched.open()
    watched.ask(question)
    shown = watched.texts(".pq-mark")
    links = watched.page.locator(".pq-open").evaluate_all("all => all.map(e => e.getAttribute('href'))")
    assert word in shown[0]
    for words, link in zip(shown, links, strict=True):
        found = re.match(r"/articles/([^?]+)\?start=(\d+)&end=(\d+)", link)
        assert found
        assert words == bot.article(found[1]).text[int(found[2]) : int(found[3])]


def test_a_decline_says_so_shows_the_near_miss_and_what_can_be_asked(watched: Watched) -> None:
    watched.open()
    watched.ask("Who won the 1998 World Cup?")
    expect(watched.page.locator(".pq-decline")).to_have_text("The articles do not answer this.")
    expect(watched.page.locator(".pq-miss .pq-number")).to_have_text("Nearest miss")
    expect(watched.page.locator(".pq-quote:not(.pq-miss)")).to_have_count(0)
    watched.page.locator("#pq-chat .option").first.click()
    expect(watched.page.locator(".pq-quote:not(.pq-miss)").first).to_be_visible()


def test_the_link_of_a_quote_opens_the_article_at_the_marked_words(watched: Watched) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    words = watched.texts(".pq-mark")[0]
    with watched.page.expect_popup() as popup:
        watched.page.locator(".pq-open").first.click()
    article = popup.value
    expect(article.locator("mark#quote")).to_be_in_viewport()
    marks = article.locator("mark:not(.faint)").evaluate_all("all => all.map(e => e.textContent)")
    assert "".join(marks) == words


def test_the_article_page_scrolls_to_the_words_without_javascript(browser: Browser, site: str, bot: Bot) -> None:
    article = next(bot.article(each.id) for each in bot.articles() if each.source == "The Wearside Courier")
    start = article.text.rindex("The name will survive")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 700, "height": 300})
    page = context.new_page()
    page.goto(f"{site}/articles/{article.id}?start={start}&end={len(article.text)}&also=0-20#quote")
    expect(page.locator("mark#quote")).to_be_in_viewport()
    assert "".join(page.locator("mark:not(.faint)").all_text_contents()) == article.text[start:]
    assert page.locator("mark.faint").all_text_contents() == [article.text[:20]]
    assert "".join(page.locator(".text p").all_text_contents()) == article.text
    expect(page.locator(".outlet")).to_have_text("The Wearside Courier")
    expect(page.locator(".reading .byline")).to_contain_text("Hannah Robson · 20 March 2024")
    context.close()


def test_a_hostile_article_is_shown_as_its_characters_and_does_nothing(watched: Watched, bot: Bot) -> None:
    watched.open()
    watched.ask("What did the zanzibar gazelle say to the visitors of the park?")
    around = watched.texts(".pq-words")
    mark = next(words for words in watched.texts(".pq-mark") if "gazelle" in words)
    assert HOSTILE in mark
    assert mark in HOSTILE_TEXT
    assert any(mark in each for each in around)
    expect(watched.page.locator(".pq-title", has_text=HOSTILE).first).to_be_visible()
    watched.page.locator(".pq-cite summary").first.click()
    watched.page.locator(".pq-why summary").first.click()
    assert watched.page.locator("a[href^='javascript']").count() == 0
    assert watched.page.locator("#pq-chat img").count() == 0
    hostile = next(each for each in bot.articles() if "gazelle" in each.title)
    for path in (f"/articles/{hostile.id}?start=0&end=20#quote", "/library", "/docs"):
        watched.open(path)
    watched.open("/library")
    assert any(HOSTILE in words for words in watched.texts(".articles a"))


def test_a_hostile_question_is_shown_as_typed(watched: Watched) -> None:
    watched.open()
    watched.ask(HOSTILE)
    assert watched.texts('[data-testid="user"] p') == [HOSTILE]
    assert watched.page.locator("#pq-chat img").count() == 0


def test_a_follow_up_is_read_with_what_came_before(watched: Watched) -> None:
    watched.open()
    watched.ask("Which start-up is Nissan in talks with?")
    watched.ask("And where is it based?")
    expect(watched.page.locator(".pq-read-as").last).to_contain_text("Read as:")
    expect(watched.page.locator('[data-testid="user"]')).to_have_count(2)


def test_a_follow_up_and_its_answer_are_brought_to_the_top(watched: Watched) -> None:
    watched.page.set_viewport_size({"width": 390, "height": 700})
    watched.open()
    watched.ask("What do Nissan and Honda want to do together?")
    watched.ask("And what is Honda's new EV line called?")
    expect(watched.page.locator(".pq-answer").last.locator(".pq-mark").first).to_be_in_viewport(ratio=1)
    expect(watched.page.locator('#pq-chat [data-testid="user"]').last).to_be_in_viewport(ratio=1)


def test_of_all_quotes_no_more_is_said_than_one_step_above_the_surest(watched: Watched) -> None:
    watched.open()
    watched.ask("Which Japanese carmaker is Nissan talking to about electric vehicles?")
    steps = ["possibly", "probably", "very likely", "almost certainly"]
    told = [steps.index(words.removesuffix(" answers this")) for words in watched.texts(".pq-sure")]
    together = watched.texts(".pq-summary > span")[0].split("The answer is ")[1]
    assert len(told) > 1
    assert steps.index(together.removesuffix(" among them.")) <= max(told) + 1


def test_the_samples_come_from_the_articles_and_are_answered(watched: Watched) -> None:
    watched.open()
    samples = watched.page.locator("#pq-chat .example")
    expect(samples).to_have_count(3)
    words = samples.nth(1).inner_text()
    samples.nth(1).click()
    expect(watched.page.locator(".pq-quote:not(.pq-miss)").first).to_be_visible()
    assert watched.texts('[data-testid="user"] p') == [words]


def test_a_link_reproduces_a_question_and_its_filters(watched: Watched) -> None:
    watched.open("/?q=Where+is+the+LEAF+built%3F&source=The+Wearside+Courier&after=2024-01-01")
    expect(watched.page.locator(".pq-mark").first).to_contain_text("Sunderland")
    assert watched.texts(".pq-answer .pq-chip") == ["The Wearside Courier", "from 1 January 2024"]
    assert {words.split(" · ")[1] for words in watched.texts(".pq-where")} == {"The Wearside Courier"}
    again = watched.page.locator(".pq-share a").get_attribute("href")
    assert again == "/?q=Where+is+the+LEAF+built%3F&source=The+Wearside+Courier&after=2024-01-01"


def test_why_this_quote_names_the_shared_words(watched: Watched) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    watched.page.locator(".pq-why summary").first.click()
    expect(watched.page.locator(".pq-why p").first).to_have_text("It shares leaf, built with your question.")
    watched.page.keyboard.press("Escape")
    expect(watched.page.locator(".pq-why").first).not_to_have_attribute("open", "")
    expect(watched.page.locator(".pq-why summary").first).to_be_focused()


def test_the_keyboard_alone_suffices(watched: Watched) -> None:
    watched.open()
    page = watched.page
    expect(page.locator("#pq-question textarea")).to_be_focused()
    page.keyboard.type("Where is the LEAF built?")
    page.keyboard.press("Enter")
    expect(page.locator(".pq-answer")).to_be_visible()
    expect(page.locator("#pq-question textarea")).to_be_focused()
    seen = []
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    assert {"Open in the article", "Cite", "Why this quote"} <= set(seen)


@pytest.mark.parametrize("width", [320, 3840])
def test_nothing_runs_off_the_side(watched: Watched, width: int) -> None:
    watched.page.set_viewport_size({"width": width, "height": 900})
    for path in ("/library", "/docs", "/articles/none"):
        watched.open(path)
        assert watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    watched.open()
    watched.ask("What did the zanzibar gazelle say to the visitors of the park?")
    watched.page.locator(".pq-cite summary").first.click()
    watched.page.locator(".pq-why summary").first.click()
    watched.page.locator("#pq-bring > summary").click()
    watched.page.locator(".pq-bring-paste summary").click()
    watched.page.locator("#pq-narrow > button").click()
    expect(watched.page.locator("#pq-chart .pq-columns")).to_be_visible()
    assert watched.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    watched.page.locator(".pq-to-history").click()
    panel = watched.page.locator("dialog.pq-history")
    expect(panel.locator(".pq-conversation-title")).to_be_visible()
    assert panel.evaluate(
        "panel => [panel, ...panel.querySelectorAll('*')].every((each) => each.scrollWidth <= each.clientWidth + 1"
        " || getComputedStyle(each).display === 'inline' || each.matches('input'))"
    )


def test_messages_are_named_for_those_who_listen(watched: Watched) -> None:
    watched.open()
    watched.ask("Where is the LEAF built?")
    labels = watched.page.locator("#pq-chat [data-testid]").evaluate_all(
        "all => all.filter(e => ['bot', 'user'].includes(e.dataset.testid)).map(e => e.ariaLabel)"
    )
    assert labels == ["Your question", "Answer"]


def test_the_page_holds_no_text_of_the_articles_in_its_script(watched: Watched) -> None:
    watched.open()
    assert "gazelle" not in json.dumps(watched.page.evaluate("window.gradio_config"))
