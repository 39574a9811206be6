"""From Enter to the first quote on screen, in a real Chromium: python -m tests.benchmarks.page [NUMBER ...]"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bot.bot import Bot
from bot.settings import Settings
from bot.web import create_app
from index import Article
from tests.browser.conftest import FLAGS
from tests.web_server import serving

NUMBERS = (100, 1_000, 10_000)
QUESTIONS, TOGETHER = 40, 4
"""How many questions are asked, and how many of them in one conversation."""


REST = 1_000
"""How long a reader reads before the next question, in milliseconds: what follows an answer is found meanwhile."""


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]+", text)


FIRST = _words(
    "Al Bel Cor Dun Ester Far Gal Hol Ister Jor Kel Lum Mar Nor Ost Pel Quin Ros Sel Tor Ulm Ver Wil Yar Zan"
)
LAST = _words("vane bridge mont field holm wick stead gate burg den ton ria lund port dale berg more ham ville sen")
ROLES = _words("engineer baker surgeon teacher carpenter chemist lawyer farmer printer nurse")
SPORTS = _words("rowing chess fencing cycling skating handball archery swimming")
MADE = re.findall(
    "[a-z]+ [a-z]+",
    "brake discs, wooden toys, wind turbines, reading glasses, garden tools, rye bread, sailing boats, copper wire, "
    "school desks, winter coats, tram carriages, hearing aids, bicycle chains, roof tiles, water pumps, solar panels",
)

# The clock of the page itself: from the key to the frame in which the first mark of the new answer is painted.
WATCH = """(before) => {
  window.painted = new Promise((done) => {
    let pressed = 0, asked = 0;
    addEventListener("keydown", (event) => { if (event.key === "Enter") pressed = performance.now(); },
      { capture: true, once: true });
    const watching = new MutationObserver(() => {
      const questions = document.querySelectorAll('#pq-chat [data-testid="user"]').length;
      if (!asked && questions > before) asked = performance.now();
      if (document.querySelectorAll(".pq-answer").length <= before) return;
      watching.disconnect();
      requestAnimationFrame(() => setTimeout(() => done([asked - pressed, performance.now() - pressed]), 0));
    });
    watching.observe(document.body, { subtree: true, childList: true });
  });
}"""


def articles(number: int, seed: int = 7) -> list[tuple[Article, str]]:
    """Articles of a few natural sentences about firms and people of their own, each with a question it answers."""
    chance = random.Random(seed)
    names = [f"{a}{b}" for a in FIRST for b in LAST]
    made: list[tuple[Article, str]] = []
    for at in range(number):
        firm = f"{chance.choice(names)} {chance.choice(names)}"
        place, home = chance.sample(names, 2)
        person = f"{chance.choice(FIRST)}ina {chance.choice(names)}"
        thing, year = chance.choice(MADE), chance.randint(1950, 2020)
        day = date(2015, 1, 1) + timedelta(days=chance.randrange(3_600))
        text = (
            f"{firm} opened its plant for {thing} in {place} in {year}. The {chance.choice(ROLES)} {person}, who "
            f"founded the firm in {home}, had been looking for a site near the river for years.\n\n"
            f"Today {chance.randint(20, 900)} people work there in two shifts, and most come by train. {person} "
            f"likes to say that {chance.choice(SPORTS)} taught her patience, which the trade in {thing} asks for."
        )
        title = f"{firm} and the {thing} of {place}"
        source = f"The {chance.choice(names[:12])} Courier"
        question = chance.choice(
            (
                f"Where did {firm} open its plant for {thing}?",
                f"Who founded the firm {firm}?",
                f"When did {firm} open?",
            )
        )
        made.append((Article(title, text, source, published=day, origin=f"/generated/{at}.txt"), question))
    return made


def built(folder: Path, number: int) -> Bot:
    """A bot over so many generated articles; what is there from an earlier run is not encoded again."""
    bot = Bot.open(folder / f"{number}.index")
    if bot.article_count < number:
        began = time.perf_counter()
        bot.put(*(article for article, _ in articles(number)))
        sys.stderr.write(f"{number:,} articles encoded in {time.perf_counter() - began:,.0f} s\n")
    return bot


def measured(page: Page, site: str, questions: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds from Enter to the question on the page, and to the first answer painted, for each question."""
    asked, answered = [], []
    for at, question in enumerate(questions):
        place = at % TOGETHER
        if place == 0:
            page.goto(site)
            page.wait_for_selector("#pq-chat .pq-welcome-line:has-text('articles?')")
            page.wait_for_timeout(REST)
        page.fill("#pq-question textarea", question)
        page.evaluate(WATCH, place)
        page.keyboard.press("Enter")
        shown, painted = page.evaluate("window.painted")
        asked.append(float(shown))
        answered.append(float(painted))
        page.wait_for_timeout(REST)
    return asked, answered


def percentiles(milliseconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    cuts = statistics.quantiles(milliseconds, n=20, method="inclusive")
    return cuts[9], cuts[18]


def _alone(bot: Bot, question: str) -> float:
    began = time.perf_counter()
    bot.ask(question)
    return 1000 * (time.perf_counter() - began)


def _in_browser(bot: Bot, folder: Path, chromium: str, questions: Sequence[str]) -> tuple[list[float], list[float]]:
    app = create_app(Settings(index=folder / "page.index"), bot)
    with serving(app) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(120_000)
        measured(page, site, questions[:2])  # not counted: the first ones load fonts and code
        found = measured(page, site, questions[2:])
        browser.close()
    return found


def main(numbers: Sequence[int], folder: Path) -> int:
    """Print the table, a row for each number of articles; 1 where there is no Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("there is no chromium on this machine; install Debian's package `chromium`\n")
        return 1
    print("| articles | first quote, p50 | p95 | the question's words, p50 | Bot.ask alone, p50 | p95 | answered |")
    print("|---|---|---|---|---|---|---|")
    for number in numbers:
        pairs = random.Random(number).sample(articles(number), QUESTIONS + 2)
        questions = [question for _, question in pairs]
        with built(folder, number) as bot:
            alone = [_alone(bot, question) for question in questions]
            good = sum(bool(bot.ask(question)) for question in questions[2:])
            asked, answered = _in_browser(bot, folder, chromium, questions)
        figures = [*percentiles(answered), percentiles(asked)[0], *percentiles(alone[2:])]
        cells = " | ".join(f"{figure:,.0f} ms" for figure in figures)
        print(f"| {number:,} | {cells} | {good} of {QUESTIONS} |", flush=True)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, default=NUMBERS, help="how many articles, a row each")
    parser.add_argument("--keep", type=Path, help="keep the indexes in this folder and use those that are there")
    options = parser.parse_args()
    if options.keep:
        sys.exit(main(options.numbers, options.keep))
    with tempfile.TemporaryDirectory() as place:
        sys.exit(main(options.numbers, Path(place)))
