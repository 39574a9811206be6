"""What outlives an answer, as a person meets it: history, links, files, feedback."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.bot import Bot
from bot.cli import main
from bot.feedback import FeedbackStore, feedback_path
from bot.settings import Settings
from bot.web import create_app
from tests.browser.conftest import HOSTILE, Watched
from tests.web_server import serving

FIRST = "Where is the LEAF built?"
MANY = "Which Japanese carmaker is Nissan talking to about electric vehicles?"
SECOND = "What is Honda's new EV line called?"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a site of its own: what other tests say of answers is not counted here."""
    return Settings(index=tmp_path_factory.mktemp("kept") / "articles.index")


@pytest.fixture(scope="module")
def site(bot: Bot, settings: Settings) -> Iterator[str]:
    with serving(create_app(settings, bot)) as address:
        yield address


def history(page: Page) -> None:
    page.locator(".pq-to-history").click()
    expect(page.locator("dialog.pq-history")).to_be_visible()


def titles(page: Page) -> list[str]:
    return page.locator(".pq-conversation-title").all_text_contents()


def begin_anew(page: Page) -> None:
    page.locator(".pq-new").click()
    page.wait_for_selector("#pq-chat .example")


def test_conversations_are_kept_found_opened_and_gone_on_with(watched: Watched) -> None:
    page = watched.page
    watched.open()
    watched.ask(FIRST)
    words = watched.texts(".pq-mark")
    begin_anew(page)
    watched.ask(SECOND)
    history(page)
    assert titles(page) == [SECOND, FIRST]
    expect(page.locator(".pq-history h3")).to_have_text("Today")
    page.keyboard.type("sunderland leaf")  # words of the quote, in any order
    expect(page.locator(".pq-history-count")).to_have_text("1 conversation with these words")
    page.locator(".pq-reopen").click()
    expect(page.locator('#pq-chat [data-testid="user"] p')).to_have_text(FIRST)
    assert watched.texts(".pq-mark") == words
    watched.ask("And since when?")
    expect(page.locator(".pq-read-as")).to_contain_text("LEAF")
    history(page)
    assert titles(page) == [FIRST, SECOND]
    expect(page.locator(".pq-conversation-when").first).to_contain_text("2 questions")


def test_a_page_that_is_loaded_again_shows_its_conversation(watched: Watched) -> None:
    watched.open()
    watched.ask(FIRST)
    words = watched.texts(".pq-mark")
    watched.page.reload()
    expect(watched.page.locator(".pq-mark").first).to_be_visible()
    assert watched.texts(".pq-mark") == words


def test_conversations_are_deleted_one_by_one_and_all(watched: Watched) -> None:
    page = watched.page
    watched.open()
    watched.ask(FIRST)
    begin_anew(page)
    watched.ask(SECOND)
    history(page)
    page.locator(".pq-forget").last.click()
    assert titles(page) == [SECOND]
    page.locator(".pq-undo").click()
    assert titles(page) == [SECOND, FIRST]
    page.locator(".pq-forget").first.click()
    expect(page.locator("#pq-chat .pq-answer")).to_have_count(0)
    page.locator(".pq-forget-all").click()
    expect(page.locator(".pq-forget-all")).to_have_text("Really delete 1 conversation?")
    page.locator(".pq-forget-all").click()
    expect(page.locator(".pq-history-count")).to_have_text("None yet. What you ask is kept here.")
    kept = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('pullquote:conversation'))")
    assert kept == []


def test_two_tabs_keep_each_others_conversations(watched: Watched) -> None:
    watched.open()
    watched.ask(FIRST)
    other = Watched(watched.page.context.new_page(), watched.site)
    other.open()
    history(other.page)
    other.page.locator(".pq-reopen").click()
    expect(other.page.locator(".pq-foot")).to_have_count(1)
    other.ask("And since when?")
    watched.ask("And by whom?")  # goes on from the same answer in another way
    history(watched.page)
    assert titles(watched.page) == [FIRST, FIRST]
    counts = watched.page.locator(".pq-conversation-when").all_text_contents()
    assert [each.split(" · ")[1] for each in counts] == ["2 questions", "2 questions"]
    assert other.faults == []


def test_hostile_storage_shows_text_and_no_false_quote(watched: Watched) -> None:
    page = watched.page
    watched.open()
    watched.ask(FIRST)
    page.evaluate(
        """(words) => {
          const name = Object.keys(localStorage).find((each) => each.startsWith("pullquote:conversation"));
          const kept = JSON.parse(localStorage.getItem(name));
          kept.turns[0].question = words;
          kept.turns[0].notes = [words];
          kept.turns[0].quotes.forEach((quote) => { quote.text = words; });
          localStorage.setItem(name, JSON.stringify(kept));
          localStorage.setItem("pullquote:conversation:broken", "{");
          localStorage.setItem("pullquote:conversation:odd", '{"turns": [{"key": 1}]}');
        }""",
        HOSTILE,
    )
    begin_anew(page)
    history(page)
    assert titles(page) == [HOSTILE]
    page.locator(".pq-reopen").click()
    expect(page.locator("#pq-chat .pq-note")).to_contain_text("can no longer be shown")
    assert watched.texts('[data-testid="user"] p') == [HOSTILE]
    assert page.locator(".pq-mark, #pq-chat img").count() == 0


def test_the_link_of_an_answer_is_copied_by_keyboard_and_leads_to_it(watched: Watched) -> None:
    page = watched.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    watched.open()
    watched.ask(FIRST)
    words = watched.texts(".pq-mark")
    page.locator(".pq-copy-link").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pq-voice")).to_have_text("The link to this question is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto(str(link))
    expect(page.locator(".pq-mark").first).to_be_visible()
    assert watched.texts(".pq-mark") == words


@pytest.mark.parametrize(("form", "ending"), [("Markdown", ".md"), ("JSON", ".json")])
def test_a_conversation_is_saved_as_a_file(watched: Watched, form: str, ending: str) -> None:
    page = watched.page
    watched.open()
    watched.ask(FIRST)
    words = watched.texts(".pq-mark")
    history(page)
    with page.expect_download() as saving:
        page.get_by_role("button", name=f"{form}: {FIRST}").click()
    name = saving.value.suggested_filename
    assert re.fullmatch(rf"pullquote-\d{{4}}-\d\d-\d\d-where-is-the-leaf-built\{ending}", name)
    text = Path(saving.value.path()).read_text("utf-8")
    if form == "JSON":
        (turn,) = json.loads(text)["turns"]
        assert [quote["text"] for quote in turn["answer"]["quotes"]] == words
        assert [words[0] in each for each in turn["citations"][0].values()] == [True] * 3
    else:
        assert all(f"> {each}\n" in text for each in words)
        assert "> — Hannah Robson, [Sunderland says goodbye" in text


def test_a_wrong_quote_and_an_unanswered_question_are_noted_with_what_was_shown(
    watched: Watched, settings: Settings, bot: Bot
) -> None:
    page = watched.page
    watched.open()
    watched.ask(MANY)
    shown = watched.texts(".pq-mark")
    page.get_by_role("button", name="Quote 2 is wrong").click()
    expect(page.locator(".pq-voice")).to_have_text("Thank you. It is noted that quote 2 is wrong.")
    page.locator(".pq-not-answered").click()
    expect(page.locator(".pq-not-answered")).to_have_attribute("aria-pressed", "true")
    noted = [each for each in FeedbackStore(feedback_path(settings)).all() if each.question == MANY]
    assert sorted((each.verdict, each.number) for each in noted) == [("not answered", 0), ("wrong quote", 2)]
    assert [[quote.text for quote in each.quotes] for each in noted] == [shown, shown]
    assert {each.generation for each in noted} == {bot.generation}
    for button in (page.get_by_role("button", name="Quote 2 is wrong"), page.locator(".pq-not-answered")):
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
    assert [each for each in FeedbackStore(feedback_path(settings)).all() if each.question == MANY] == []


def test_a_verdict_is_pressed_changed_thanked_for_exported_and_evaluated(
    watched: Watched, settings: Settings, bot: Bot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = watched.page
    watched.open()
    watched.ask(FIRST)
    page.locator(".pq-bad").click()
    expect(page.locator(".pq-voice")).to_have_text("Thank you. It is noted that this answer did not help.")
    page.locator(".pq-good").focus()
    page.keyboard.press("Space")
    expect(page.locator(".pq-good")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".pq-bad")).to_have_attribute("aria-pressed", "false")
    begin_anew(page)
    watched.ask("Who won the 1998 World Cup?")
    page.locator(".pq-good").click()
    expect(page.locator(".pq-good")).to_have_text("Rightly declined")
    expect(page.locator(".pq-good")).to_have_attribute("aria-pressed", "true")
    history(page)
    page.locator(".pq-reopen").last.click()
    expect(page.locator(".pq-good")).to_have_text("Helpful")
    expect(page.locator(".pq-good")).to_have_attribute("aria-pressed", "true")
    assert [each.verdict for each in FeedbackStore(feedback_path(settings)).all()] == ["good", "good"]
    file = tmp_path / "mine.jsonl"
    assert main(["feedback", "export", "--index", str(settings.index), "-o", str(file)]) == 0
    asked, declined = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    assert (asked["question"], asked["quote"]) == (FIRST, [quote.text for quote in bot.ask(FIRST).quotes])
    assert (declined["question"], declined["answered"]) == ("Who won the 1998 World Cup?", False)
    capsys.readouterr()
    place = str(bot._index.folder)
    assert main(["evaluate", str(file), "--existing", "--index", place, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["measures"]["hit@1"]["mean"] == 1.0
