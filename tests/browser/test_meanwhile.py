"""Bringing takes time: how far it has come is told, questions are answered meanwhile, and addresses are fetched."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.bot import Bot
from bot.settings import Settings
from bot.web import create_app
from index import Encoded, Span
from tests.browser.conftest import PATIENCE, Watched
from tests.site import serving as hosting
from tests.small_encoder import SmallEncoder
from tests.web_server import serving

LEAF = "The LEAF is built in Sunderland. It has been sold since 2013."
GOATS = "Goats eat grass and hay. They climb on rocks. " * 400


class PatientEncoder(SmallEncoder):
    """Reads passages about goats only when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        assert not any("Goats" in text for text in texts) or self.may.wait(60)
        return super().encode_passages(titles, texts, spans)


@pytest.fixture
def patient() -> PatientEncoder:
    return PatientEncoder()


@pytest.fixture
def one(browser: Browser, patient: PatientEncoder, tmp_path: Path) -> Iterator[Watched]:
    """A page over no articles that may fetch from this machine."""
    settings = Settings(index=tmp_path / "small.index", allow_private=True)
    with Bot.open(tmp_path / "small.index", encoder=patient) as bot, serving(create_app(settings, bot)) as site:
        context = browser.new_context(viewport={"width": 1100, "height": 900}, reduced_motion="reduce")
        watched = Watched(context.new_page(), site)
        watched.page.set_default_timeout(PATIENCE)
        watched.page.goto(site)
        watched.page.wait_for_selector(".pq-empty")
        yield watched
        patient.may.set()
        context.close()
    assert watched.faults == []


def test_questions_are_answered_while_articles_are_brought_and_progress_is_told(
    one: Watched, patient: PatientEncoder, tmp_path: Path
) -> None:
    files = [tmp_path / "leaf.txt", tmp_path / "goats.txt"]
    for path, text in zip(files, (LEAF, GOATS), strict=True):
        path.write_text(text)
    page = one.page
    page.set_input_files("#pq-bring input[type=file]", files)
    expect(page.locator(".pq-bring-now")).to_have_text(
        re.compile(r"2 of 2: goats\.txt · 1 passage, [\d.,]+ a second · \d+ (s|min) left")
    )
    expect(page.locator("#pq-bring progress")).to_be_visible()
    expect(page.locator(".pq-brought")).to_have_text([re.compile("added leaf.txt")])
    assert page.evaluate("document.getAnimations().filter((each) => each.playState === 'running').length") == 0
    page.fill("#pq-question textarea", "Where is the LEAF built?")
    page.keyboard.press("Enter")
    expect(page.locator(".pq-mark").first).to_contain_text("built in Sunderland")
    expect(page.locator(".pq-bring-now")).to_contain_text("2 of 2: goats.txt")
    patient.may.set()
    expect(page.locator(".pq-bring-now")).to_have_text("Done: 2 added.")
    expect(page.locator(".pq-brought")).to_have_count(2)


def test_a_page_is_fetched_by_its_address_and_again_when_it_has_changed(one: Watched) -> None:
    page = one.page
    field, told = page.get_by_label("Address of a page, a feed or a sitemap"), page.locator(".pq-bring-now")
    html = "<!doctype html><title>The LEAF</title><body><article><h1>The LEAF</h1><p>{}</p></article>"
    with hosting() as paper:
        said = f"{LEAF} The plant employs six thousand people, and most of them live nearby."
        for words, outcome in ((said, "added"), (said, "unchanged"), (said.replace("six", "seven"), "updated")):
            field.fill(paper.put("/leaf", html.format(words)))
            page.get_by_role("button", name="Fetch").click()
            expect(told).to_have_text(f"Done: 1 {outcome}.")
            expect(field).to_have_value("")
    expect(page.locator(".pq-brought-why")).to_have_text("now in version 2")
    one.open("/library")
    expect(page.locator(".articles")).to_contain_text("version 2")
