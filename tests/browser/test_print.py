"""What comes out on paper: the words and where they are from, nothing to press, nothing over anything else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser

from bot.bot import Bot
from tests.browser.conftest import PATIENCE, Watched

MANY = "Which Japanese carmaker is Nissan talking to about electric vehicles?"
NONE = "Who won the 1998 World Cup?"

Box = tuple[float, float, float, float]
"""(left, bottom, right, top) of words on a sheet."""


@pytest.fixture
def screen(browser: Browser, site: str) -> Iterator[Watched]:
    """A dark page, which paper must not be."""
    context = browser.new_context(color_scheme="dark", reduced_motion="reduce")
    watched = Watched(context.new_page(), site)
    watched.page.set_default_timeout(PATIENCE)
    yield watched
    context.close()
    assert watched.faults == []


def printed(watched: Watched) -> str:
    """The text of the page as it comes out on paper, without its blanks; no words may lie over others there."""
    sheets = pypdfium2.PdfDocument(watched.page.pdf(format="A4"))
    texts = []
    for sheet in sheets:
        words = sheet.get_textpage()
        texts.append(words.get_text_bounded())
        boxes = [words.get_rect(number) for number in range(words.count_rects())]
        assert [pair for pair in combinations(boxes, 2) if lie_over(*pair)] == []
    sheets.close()
    return close("".join(texts))


def close(text: str) -> str:
    """The text without blanks, which a PDF does not hold: they are guessed from the space between letters."""
    return "".join(text.split())


def lie_over(one: Box, other: Box) -> bool:
    """Whether words lie over others by more than letters that lean on each other do: three points each way."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return min(width, height) > 3


def test_a_conversation_is_printed_without_its_controls(screen: Watched) -> None:
    screen.open()
    screen.ask(MANY)
    screen.ask(NONE)
    screen.page.locator("#pq-chat .option").first.wait_for()
    words = screen.texts(".pq-mark")
    paper = printed(screen)
    assert len(words) > 2
    shown = (MANY, *words, NONE, "Harbour Wire", "Nearest miss")
    assert [each for each in shown if close(each) not in paper] == []
    controls = ("Helpful", "Copy link", "Ask next", "Why this quote", "Cite", "History", "Narrow", "newest first")
    assert [each for each in controls if close(each) in paper] == []
    assert close("Ask your") not in paper.replace(close("Ask your articles, get their exact words"), "")


def test_an_article_is_printed_without_its_controls(screen: Watched, bot: Bot) -> None:
    (quote,) = bot.ask("Where is the LEAF built?", 1).quotes
    screen.open(f"/articles/{quote.article.id}?start={quote.start}&end={quote.end}#quote")
    paper = printed(screen)
    assert close(quote.article.text) in paper
    assert [each for each in ("Library", "To the quoted words") if close(each) in paper] == []


def test_the_library_is_printed_as_a_list(screen: Watched) -> None:
    screen.open("/library?sort=title")
    titles = screen.texts(".articles a")
    paper = printed(screen)
    assert len(titles) > 10
    assert [each for each in titles if "gazelle" not in each and close(each) not in paper] == []
    assert [each for each in ("Search", "Remove", "Sorted by") if close(each) in paper] == []


def test_what_changed_is_printed_with_its_labels(screen: Watched, bot: Bot, tmp_path: Path) -> None:
    path = tmp_path / "ferry.txt"
    for number in ("eighty", "ninety"):
        path.write_text(f"The harbour ferry carries {number} cars. It was built in Gdansk.", "utf-8")
        bot.add(path)
    ferry = next(each for each in bot.articles() if each.title == "ferry")
    screen.open(f"/articles/{ferry.id}/changes")
    paper = printed(screen)
    bot.remove(ferry.id)
    assert close("Removed The harbour ferry carries eighty cars.") in paper
    assert close("Added The harbour ferry carries ninety cars.") in paper
    assert "Ask" not in paper
