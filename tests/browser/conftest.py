"""A real Chromium on the real app: one server and one browser for all tests of this folder.

How each page looked when its test ended, well or not, is kept as a picture in the folder artifacts/ beside this file.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Generator, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, Error, Page, expect, sync_playwright

from bot.bot import Bot
from bot.settings import Settings
from bot.web import create_app
from index import Article, Encoder
from tests.conftest import ARTICLES
from tests.web_server import serving

FLAGS = [
    f"--{flag}"
    for flag in (
        *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"),
        *("disable-component-update", "disable-sync"),
    )
]

ARTIFACTS = Path(__file__).with_name("artifacts")

# On a machine that is busy with other work an answer can take seconds; no test says how fast one must be.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

HOSTILE = (
    "<script>alert(1)</script> <img src=https://evil.example/i.png onerror=alert(2)> "
    "![pixel](https://evil.example/p.png) [here](javascript:alert(3)) $\\frac{1}{2}$ \\(x\\) `code` **bold** "
    "_under_ &lt;b&gt; &amp; \"double\" 'single' <!-- hidden --> ~~gone~~ | cell | ${alert(4)} {{alert(5)}}"
)
HOSTILE_TEXT = f"The zanzibar gazelle said {HOSTILE} to the visitors of the park.\n\nThen it left."


@pytest.fixture(scope="session")
def bot(real_encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """A bot over the sample articles and one that attacks the page from every field it has."""
    with Bot.open(tmp_path_factory.mktemp("browser") / "articles.index", encoder=real_encoder) as bot:
        bot.add(ARTICLES)
        bot.put(
            Article(
                f"Zanzibar gazelle {HOSTILE}",
                HOSTILE_TEXT,
                source=f"Gazette {HOSTILE}",
                author=f"Author {HOSTILE}",
                url="javascript:alert(6)",
                published=date(2001, 2, 3),
                origin=f"/articles/{HOSTILE}.txt",
            )
        )
        yield bot


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings that keep what the page writes, such as feedback, out of the way."""
    return Settings(index=tmp_path_factory.mktemp("site") / "articles.index")


@pytest.fixture(scope="session")
def site(bot: Bot, settings: Settings) -> Iterator[str]:
    with serving(create_app(settings, bot)) as address:
        yield address


# Ended with this folder's tests: while it lives, Playwright's loop runs in this thread and `asyncio.run` cannot.
@pytest.fixture(scope="package")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        reason = "there is no chromium on this machine; install Debian's package `chromium`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of every page that is open when a test has run, before its fixtures close them."""
    report = yield
    opened = item.funcargs.get("browser")
    if call.when == "call" and isinstance(opened, Browser):
        name = re.sub(r"[^\w-]+", "-", item.name)[:100].strip("-") + ("-failed" if report.failed else "")
        for number, page in enumerate((page for each in opened.contexts for page in each.pages), start=1):
            picture(page, ARTIFACTS / f"{name}-{number}.png")
    return report


def picture(page: Page, path: Path) -> None:
    """A picture of what the page shows; where it shows nothing any more, the reason as text."""
    try:
        page.screenshot(path=path, timeout=5_000)
    except Error as error:
        path.parent.mkdir(exist_ok=True)
        path.with_suffix(".txt").write_text(f"{page.url}: {error}", "utf-8")


class Watched:
    """A page, and what went wrong on it: dialogs, script errors, requests to anywhere but the server."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.faults: list[str] = []
        page.on("dialog", self._dismiss)
        page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        page.on("request", lambda request: self._note(request.url))

    def _dismiss(self, dialog: Dialog) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob") and f"{parts.scheme}://{parts.netloc}" != self.site:
            self.faults.append(f"request: {url}")

    def open(self, path: str = "/") -> None:
        """Open a page of the app; the chat is waited for until it can be asked."""
        self.page.goto(f"{self.site}{path}")
        if path.partition("?")[0] == "/":
            self.page.wait_for_selector("#pq-question textarea")
            self.page.wait_for_selector("#pq-chat .example, .pq-answer")

    def ask(self, question: str) -> None:
        """Ask as a person does, and wait until the answer and what follows it are there."""
        number = self.page.locator(".pq-answer").count()
        self.page.fill("#pq-question textarea", question)
        self.page.keyboard.press("Enter")
        self.page.locator(".pq-answer").nth(number).wait_for()

    def texts(self, selector: str) -> list[str]:
        """What the elements hold, character for character."""
        found = self.page.locator(selector)
        return [str(words) for words in found.evaluate_all("all => all.map(e => e.textContent)")]


@pytest.fixture
def watched(browser: Browser, site: str) -> Iterator[Watched]:
    """A fresh page whose faults fail the test."""
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    watched = Watched(context.new_page(), site)
    watched.page.set_default_timeout(PATIENCE)
    yield watched
    context.close()
    assert watched.faults == []
