"""The same question gets the same answer without being sought again, for as long as it would be the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot import Answer, Bot, Quote
from bot.calibrate import Calibration
from bot.recall import MOST, MOST_CHARACTERS, Recall, key_of
from index import Article, open_index
from tests.conftest import article
from tests.small_encoder import SmallEncoder

QUESTION = "Where is the LEAF built?"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2024, 3, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bot(tmp_path: Path, encoder: SmallEncoder, clock: Clock) -> Iterator[Bot]:
    with Bot(open_index(tmp_path / "small.index", encoder=encoder), clock) as bot:
        bot.put(article("The LEAF is built in Sunderland. It is a small car.", "/leaf.txt"))
        yield bot


def test_the_same_question_is_sought_once(bot: Bot) -> None:
    assert bot.ask(QUESTION) is bot.ask(QUESTION)
    assert bot.ask(QUESTION, history=["a", ("b", "c")]) is bot.ask(QUESTION, history=["a", ("b", "c")])


def test_another_option_or_history_is_another_question(bot: Bot) -> None:
    every = [
        bot.ask(QUESTION),
        bot.ask(f"{QUESTION} "),
        bot.ask(QUESTION, 4),
        bot.ask(QUESTION, history=["Who makes cars?"]),
        bot.ask(QUESTION, history=["Who", "makes cars?"]),
        bot.ask(QUESTION, history=[("Who", "makes cars?")]),
        bot.ask(QUESTION, sources=["A"]),
        bot.ask(QUESTION, authors=["A"]),
        bot.ask(QUESTION, after=date(2020, 1, 1)),
        bot.ask(QUESTION, before=date(2020, 1, 1)),
        bot.ask(QUESTION, languages=["en"]),
        bot.ask(QUESTION, interpret=False),
    ]
    assert len({id(answer) for answer in every}) == len(every)


def test_an_answer_is_forgotten_when_an_article_comes_or_goes(bot: Bot) -> None:
    before = bot.ask(QUESTION)
    bot.put(article("The LEAF is built in Oppama, too.", "/more.txt"))
    assert bot.ask(QUESTION) is not before
    for origin in ("/more.txt", "/leaf.txt"):
        bot.remove(origin)
    assert (bot.ask(QUESTION).quotes, bot.ask(QUESTION).nearest) == ((), None)


def test_an_answer_is_forgotten_when_another_program_writes(bot: Bot, tmp_path: Path) -> None:
    bot.ask(QUESTION)
    with Bot(open_index(tmp_path / "small.index", encoder=SmallEncoder())) as other:
        other.remove("/leaf.txt")
    assert bot.ask(QUESTION).nearest is None


def test_an_answer_is_forgotten_when_the_line_is_drawn_elsewhere_and_on_another_day(bot: Bot, clock: Clock) -> None:
    first = bot.ask(QUESTION)
    bot.keep_calibration(Calibration(0.999, 1.0, 0.0, 1.0, 1, 1))
    second = bot.ask(QUESTION)
    assert second is not first
    clock.now = datetime(2024, 3, 21, 12, tzinfo=UTC)
    assert bot.ask(QUESTION) is not second


def test_an_answer_that_was_begun_before_a_change_is_not_kept() -> None:
    recall = Recall()

    def find() -> Answer:
        recall.answer((2,), "another", lambda: Answer("another"))  # somebody asks after the change
        return Answer("begun before it")

    assert recall.answer((1,), "question", find).question == "begun before it"
    assert recall.answer((2,), "question", lambda: Answer("sought anew")).question == "sought anew"


def test_no_more_is_kept_than_fits() -> None:
    recall = Recall()

    def ask(number: int, size: int = 1) -> Answer:
        quote = Quote(replace(Article("t", "x" * size), id=str(number)), 0, 1, 0.0)
        return recall.answer((), number, lambda: Answer(str(number), (quote,)))

    first = ask(0)
    for number in range(1, MOST):
        ask(number)
    assert ask(0) is first
    ask(MOST)
    assert ask(0) is first  # it was asked for lately; 1 went
    ask(MOST + 1, MOST_CHARACTERS)
    assert len(recall._answers) == 1
    ask(MOST + 2, MOST_CHARACTERS + 1)  # too long to be kept at all
    assert len(recall._answers) == 0
    assert recall._characters == 0


def test_what_cannot_be_compared_is_refused() -> None:
    assert key_of([["a"], {"k": ("b",)}]) == (("a",), (("k", ("b",)),))
    with pytest.raises(TypeError, match="set is no argument"):
        key_of([{"a"}])
