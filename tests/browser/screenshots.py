"""Makes the pictures in docs/images from the real app on the sample articles: `python -m tests.browser.screenshots`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bot.bot import Bot
from bot.settings import Settings
from bot.web import create_app
from tests.browser.conftest import FLAGS
from tests.conftest import ARTICLES
from tests.web_server import serving

IMAGES = ARTICLES.parent / "images"
QUESTION = "Which start-up is Nissan in talks with?"


def main() -> int:
    """Make every picture; 1 where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("there is no chromium on this machine; install Debian's package `chromium`\n")
        return 1
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Bot.open(Path(folder) / "articles.index") as bot:
        bot.add(ARTICLES)
        with serving(create_app(Settings(), bot)) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            _pictures(browser, site)
            browser.close()
    return 0


def _pictures(browser: Browser, site: str) -> None:
    _answers(browser, site)
    _ways(browser, site)
    page = _chat(browser, site, "dark", 390, 760)
    _ask(page, QUESTION)
    link = page.locator(".pq-open").first.get_attribute("href") or ""
    page.goto(f"{site}{link}")
    _keep(page, "article-phone")
    page = browser.new_page(viewport={"width": 1000, "height": 720})
    page.goto(f"{site}{link}")
    _keep(page, "article")
    page.goto(f"{site}/library")
    _keep(page, "library")
    _bringing(browser, site)


def _answers(browser: Browser, site: str) -> None:
    """First sight, answers in light and dark, on a phone and on a 4K screen, and a decline."""
    page = _chat(browser, site, "light", 1100, 760)
    _keep(page, "first-sight")
    _ask(page, QUESTION)
    _keep(page, "chat-light")
    page.close()
    page = _chat(browser, site, "dark", 1100, 760)
    _ask(page, "What is Honda's new EV line called?")
    page.locator(".pq-why summary").first.click()
    page.wait_for_selector(".pq-contribution")
    _keep(page, "chat-dark")
    page.close()
    page = _chat(browser, site, "light", 1100, 760)
    _ask(page, "Who won the 1998 World Cup?")
    _keep(page, "decline")
    page.close()
    page = _chat(browser, site, "light", 320, 640)
    _ask(page, "Where is the LEAF built?")
    _keep(page, "chat-phone")
    page.close()
    page = _chat(browser, site, "light", 3840, 2160, scale=0.5)
    _ask(page, "What do Nissan and Honda want to do together?")
    _keep(page, "chat-4k")


def _ways(browser: Browser, site: str) -> None:
    """Narrowing, and the conversations that were kept."""
    page = _chat(browser, site, "light", 1100, 900)
    _ask(page, "What did Nissan and Honda agree since March 2024?")
    page.locator("#pq-narrow > button").click()
    page.wait_for_selector(".pq-columns a")
    page.evaluate("window.scrollTo(0, 0)")
    _keep(page, "narrow")
    page.locator(".pq-new").click()
    page.wait_for_selector("#pq-chat .example")
    _ask(page, "Where is the LEAF built?")
    page.locator(".pq-to-history").click()
    page.wait_for_selector(".pq-conversation-title")
    _keep(page, "history")
    page.close()


def _bringing(browser: Browser, site: str) -> None:
    """Bringing, with everything that can become of a file; last, because it changes what there is."""
    page = _chat(browser, site, "light", 1100, 900)
    page.locator("#pq-bring > summary").click()
    with tempfile.TemporaryDirectory() as folder:
        for files in _brought(Path(folder)):
            page.set_input_files("#pq-bring input[type=file]", files)
            page.locator(".pq-bring-now", has_text="Done:").wait_for()
            page.locator(".pq-brought").nth(len(files) - 1).wait_for()
    page.locator(".pq-bring-list").scroll_into_view_if_needed()
    _keep(page, "bring")


def _brought(folder: Path) -> Iterator[list[Path]]:
    """Files to bring in, one time after the other, of which the last shows everything that can become of a file."""
    opening, ferry, report = (folder / name for name in ("harbour-opening.md", "ferry-timetable.txt", "report.pdf"))
    ferry.write_text("The ferry to the island carries eighty cars every hour.", "utf-8")
    yield [ferry]
    ferry.write_text("The ferry to the island carries ninety cars every hour.", "utf-8")
    opening.write_text(
        "# The harbour opens again\n\nThe harbour opens again in May, after two years of dredging.", "utf-8"
    )
    report.write_bytes(b"%PDF-1.4 broken off")
    yield [opening, ferry, ARTICLES / "honda-0-series.md", report]


def _chat(browser: Browser, site: str, scheme: str, width: int, height: int, scale: float = 1) -> Page:
    """The chat page of so many CSS pixels, of which the picture has `scale` times as many a side."""
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=scale,
    )
    page.set_default_timeout(120_000)  # a machine may be busy
    page.goto(f"{site}/")
    page.wait_for_selector("#pq-chat .example")
    return page


def _ask(page: Page, question: str) -> None:
    page.fill("#pq-question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(".pq-answer")
    page.wait_for_selector("#pq-chat .option")


def _keep(page: Page, name: str) -> None:
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
