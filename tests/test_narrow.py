"""Filters said in words are read where they are beyond doubt, and everything else stays in the question."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.narrow import Narrowed, narrow
from bot.period import period
from index import Filters

TODAY = date(2026, 11, 24)  # a Tuesday
SOURCES = ("Nikkei", "Nikkei Asia", "The Guardian", "Financial Times")
AUTHORS = ("Jane Doe, John Roe", "Ann Poe")
DATED = (date(2015, 1, 1), date(2026, 11, 20))


def read(question: str) -> Narrowed:
    return narrow(question, TODAY, SOURCES, AUTHORS, DATED)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("March 2024", "2024-03-01", "2024-04-01"),
        ("Dec. 2024", "2024-12-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("5 March 2024", "2024-03-05", "2024-03-06"),
        ("March 5th, 2024", "2024-03-05", "2024-03-06"),
        ("2024-03-05", "2024-03-05", "2024-03-06"),
        ("march", "2026-03-01", "2026-04-01"),
        ("december", "2025-12-01", "2026-01-01"),
        ("the summer of 2024", "2024-06-01", "2024-09-01"),
        ("winter 2024", "2024-12-01", "2025-03-01"),
        ("last summer", "2026-06-01", "2026-09-01"),
        ("last autumn", "2025-09-01", "2025-12-01"),
        ("this autumn", "2026-09-01", "2026-12-01"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last month", "2026-10-01", "2026-11-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("yesterday", "2026-11-23", "2026-11-24"),
        ("monday", "2026-11-23", "2026-11-24"),
        ("last tuesday", "2026-11-17", "2026-11-18"),
        ("three weeks ago", "2026-11-03", "2026-11-04"),
        ("a month ago", "2026-10-24", "2026-10-25"),
        ("the past two months", "2026-09-24", "2026-11-25"),
        ("the last week", "2026-11-17", "2026-11-25"),
    ],
)
def test_words_name_the_days_of_their_period(words: str, start: str, end: str) -> None:
    assert period(words, TODAY) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    "words", ["lunch", "the nineties", "2024-13", "03/04/2024", "someday", "zero weeks ago", ""]
)
def test_words_that_name_no_one_period_are_not_read(words: str) -> None:
    assert period(words, TODAY) is None


def test_a_month_back_from_its_last_day_ends_with_the_shorter_month() -> None:
    assert period("a month ago", date(2026, 3, 31)) == (date(2026, 2, 28), date(2026, 3, 1))
    assert period("999 years ago", date(2026, 3, 31)) == (date(1027, 3, 31), date(1027, 4, 1))


def test_last_winter_in_january_is_the_one_before_the_running_one() -> None:
    assert period("last winter", date(2026, 1, 10)) == (date(2024, 12, 1), date(2025, 3, 1))
    assert period("this winter", date(2026, 1, 10)) == (date(2025, 12, 1), date(2026, 3, 1))


@pytest.mark.parametrize(
    ("question", "rest", "after", "before"),
    [
        ("What did Nissan announce in March 2024?", "What did Nissan announce?", "2024-03-01", "2024-04-01"),
        ("What has Honda said since last summer?", "What has Honda said?", "2026-06-01", None),
        ("Since March, what has changed?", "what has changed?", "2026-03-01", None),
        ("What was known before March 2024?", "What was known?", None, "2024-03-01"),
        ("What was known until March 2024?", "What was known?", None, "2024-04-01"),
        ("What came after March 2024?", "What came?", "2024-04-01", None),
        ("What changed between January and March 2024?", "What changed?", "2024-01-01", "2024-04-01"),
        ("What changed between November and February 2024?", "What changed?", "2023-11-01", "2024-03-01"),
        ("Sales from March 2024 to June 2025?", "Sales?", "2024-03-01", "2025-07-01"),
        ("What did Honda do last week?", "What did Honda do?", "2026-11-16", "2026-11-23"),
        ("What happened in the last week?", "What happened?", "2026-11-17", None),
        ("What news from the past three months is there?", "What news is there?", "2026-08-24", None),
        (
            "What do articles from 2024 say of Fisker?",
            "What do articles say of Fisker?",
            "2024-01-01",
            "2025-01-01",
        ),
        ("What was published in 2024 about LEAF?", "What about LEAF?", "2024-01-01", "2025-01-01"),
        ("Any stories since March 5, 2024 on LEAF?", "Any stories on LEAF?", "2024-03-05", None),
        ("Reports yesterday on LEAF", "Reports on LEAF", "2026-11-23", "2026-11-24"),
        ("Stories between 2015 and 2019 on LEAF", "Stories on LEAF", "2015-01-01", "2020-01-01"),
    ],
)
def test_a_time_of_publication_becomes_a_filter(
    question: str, rest: str, after: str | None, before: str | None
) -> None:
    narrowed = read(question)
    assert narrowed.question == rest
    assert narrowed.filters == Filters(
        after=date.fromisoformat(after) if after else None, before=date.fromisoformat(before) if before else None
    )
    assert len(narrowed.phrases) == 1


@pytest.mark.parametrize(
    "question",
    [
        "Who won the 1998 World Cup?",
        "Who was president in 1998?",
        "How many wars have there been since 1945?",
        "What happened between 1914 and 1918?",
        "How many cars did Nissan sell last year?",
        "What happened on 5 March 2024?",
        "What changed after September 11, 2001?",
        "What has changed since September 11?",
        "Who hosts Last Week Tonight?",
        "What happened in the last week of the war?",
        "What came out of last week's meeting?",
        "Who wrote Yesterday?",
        "What happened in March 1918?",  # before the first article: it tells of the matter
        "What has happened since March 2010?",  # so have all articles
        "What will happen before March 2030?",
        "What came before the war?",
        "Who marched in may, and may they march again?",
        "during the last three years of his reign, what fell?",
        "Is the source: nature or nurture?",
        "What is the source of the Nile?",
        "What comes after: lunch or tea?",
        "What did after:lunch mean?",
        "according to Honda, who leads?",
        "What do they make, according to Nikkei's editor?",
        "What, according to Nikkei Global, is next?",
        "Who was built by Ann Poe?",
        "",
    ],
)
def test_what_may_belong_to_the_question_stays_in_it(question: str) -> None:
    assert read(question) == Narrowed(question)


@pytest.mark.parametrize(
    ("question", "rest", "filters"),
    [
        ("According to Nikkei, who leads?", "who leads?", Filters(sources=("Nikkei",))),
        ("Who leads, according to nikkei asia?", "Who leads?", Filters(sources=("Nikkei Asia",))),
        ("Who leads, according to the Guardian?", "Who leads?", Filters(sources=("The Guardian",))),
        ("who leads as reported by the financial times", "who leads", Filters(sources=("Financial Times",))),
        ("What do articles by Jane Doe say?", "What do say?", Filters(authors=("Jane Doe, John Roe",))),
        ("Which pieces written by Ann Poe are on EVs?", "Which pieces are on EVs?", Filters(authors=("Ann Poe",))),
    ],
)
def test_a_name_that_the_corpus_has_becomes_a_filter(question: str, rest: str, filters: Filters) -> None:
    assert (read(question).question, read(question).filters) == (rest, filters)


def test_operators_are_filters_whatever_the_corpus_holds() -> None:
    narrowed = read('source:"Le Monde" AUTHOR:Zola Who wrote it? after:1990 before:2024-03')
    assert narrowed.question == "Who wrote it?"
    assert narrowed.filters == Filters(("Le Monde",), ("Zola",), date(1990, 1, 1), date(2024, 3, 1))
    assert narrowed.phrases == ('source:"Le Monde"', "AUTHOR:Zola", "after:1990", "before:2024-03")


def test_an_operator_with_a_day_lets_that_day_through() -> None:
    assert read("EVs after:2024-03-05").filters == Filters(after=date(2024, 3, 5))
    assert read('EVs after:"last summer"').filters == Filters(after=date(2026, 6, 1))


def test_several_sources_add_up_and_several_periods_narrow_each_other() -> None:
    narrowed = read("source:Nikkei source:Reuters LEAF news since March 2024 after:2024-05-01")
    assert narrowed.filters == Filters(sources=("Nikkei", "Reuters"), after=date(2024, 5, 1))
    assert narrowed.question == "LEAF news"


def test_a_question_of_nothing_but_filters_is_left_as_it_is() -> None:
    assert read("source:Nikkei") == Narrowed("source:Nikkei")


def test_without_dated_articles_only_operators_tell_of_time() -> None:
    assert narrow("What did they say in March 2024?", TODAY, dated=None).filters == Filters()
    assert narrow("What did they say after:2024", TODAY, dated=None).filters == Filters(after=date(2024, 1, 1))


@given(st.text(max_size=80), st.sampled_from(["", "since ", "in March 2024 ", "source:", "according to Nikkei "]))
def test_any_text_is_read_and_only_its_phrases_are_taken_out(text: str, front: str) -> None:
    question = front + text
    narrowed = read(question)
    assert all(phrase in question for phrase in narrowed.phrases)
    assert bool(narrowed.phrases) == bool(narrowed.filters)
    if not narrowed.phrases:
        assert narrowed.question == question
