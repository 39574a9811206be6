"""A question from Python gets the articles' own words, or an honest no."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import Bot
from index import Article, ArticleMissingError, Encoder, QuestionError
from tests.conftest import ARTICLES
from tests.small_encoder import SmallEncoder

ANSWERED = {
    "Which Japanese carmaker is Nissan talking to about electric vehicles?": "Nissan is talking to Honda",
    "Which start-up is Nissan in talks with?": "Nissan is in talks with Fisker, a Californian start-up",
    "Where is the LEAF built?": "is built in Sunderland",
    "What is Honda's new EV line called?": "Honda's new line of electric vehicles is called the 0 Series",
}
DECLINED = [
    "Who won the 1998 World Cup?",
    "How do I bake sourdough bread?",
    "What is the capital of Mongolia?",
]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, real_encoder: Encoder) -> Iterator[Bot]:
    """A bot over the sample articles, with the real model."""
    with Bot.open(tmp_path_factory.mktemp("bot") / "articles.index", encoder=real_encoder) as opened:
        assert opened.add(ARTICLES).added == 12
        yield opened


@pytest.mark.parametrize(("question", "words"), ANSWERED.items())
def test_the_sentence_that_answers_is_the_first_quote(bot: Bot, question: str, words: str) -> None:
    answer = bot.ask(question)
    assert answer
    assert words in answer.quotes[0].text
    assert answer.confidence > 0.25
    assert answer.nearest is None


@pytest.mark.parametrize("question", DECLINED)
def test_what_the_articles_do_not_say_is_declined_with_the_nearest_passage(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert not answer
    assert answer.quotes == ()
    assert answer.confidence < 0.05
    assert answer.nearest is not None
    assert answer.nearest.text in answer.nearest.article.text


def test_every_quote_is_the_articles_own_words_and_no_two_overlap(bot: Bot) -> None:
    questions = [*ANSWERED, *DECLINED, "Nissan", "Who owns Renault?", "Why did Fisker fail?", "Sunderland jobs"]
    for question in questions:
        answer = bot.ask(question)
        seen: set[tuple[str, int]] = set()
        for quote in [*answer.quotes, *([answer.nearest] if answer.nearest else [])]:
            stored = bot.article(quote.article.id)
            assert quote.article == stored
            assert stored.text[quote.start : quote.end] == quote.text == quote.text.strip()
            assert f"{quote.before}{quote.text}{quote.after}" in stored.text
            characters = {(stored.id, at) for at in range(quote.start, quote.end)}
            assert seen.isdisjoint(characters)
            seen |= characters


def test_quotes_say_where_they_are_from(bot: Bot) -> None:
    article = bot.ask("Where is the LEAF built?").quotes[0].article
    assert article.title == "Sunderland says goodbye to the car that started it all"
    assert article.source == "The Wearside Courier"
    assert article.url.startswith("https://")
    assert article.published == date(2024, 3, 20)


def test_k_limits_the_quotes(bot: Bot) -> None:
    assert len(bot.ask("What is Nissan doing?", k=1).quotes) <= 1
    assert [hit.score for hit in bot.search("Nissan", 3)] == sorted(
        (hit.score for hit in bot.search("Nissan", 3)), reverse=True
    )
    assert len(bot.search("Nissan", 3)) == 3


def test_only_articles_that_pass_the_filters_answer(bot: Bot) -> None:
    question = "Which carmaker is Nissan talking to?"
    for quote in bot.ask(question, sources=["Harbour Wire"]).quotes:
        assert quote.article.source == "Harbour Wire"
    for hit in bot.search(question, 20, after=date(2024, 3, 14), before=date(2024, 3, 16)):
        assert hit.article.published in (date(2024, 3, 14), date(2024, 3, 15))
    assert bot.search(question, 20, after=date(2024, 3, 14), before=date(2024, 3, 16))


def test_filters_in_words_are_used_shown_and_can_be_switched_off(bot: Bot) -> None:
    answer = bot.ask('Who is Nissan talking to? source:"Harbour Wire"')
    assert answer.filters.sources == ("Harbour Wire",)
    assert {quote.article.source for quote in answer.quotes} <= {"Harbour Wire"}
    literal = bot.ask('Who is Nissan talking to? source:"Harbour Wire"', interpret=False)
    assert not literal.filters


def test_filters_that_leave_nothing_decline_with_a_note_and_a_near_miss(bot: Bot) -> None:
    answer = bot.ask("Where is the LEAF built?", after=date(2031, 1, 1))
    assert not answer
    assert answer.nearest is not None
    assert "Sunderland" in answer.nearest.text
    assert answer.notes == ("No article passes these filters; this is the nearest passage among the others.",)


@pytest.mark.parametrize("question", ["", "  \n ", "x" * 2_001])
def test_a_question_that_is_none_is_refused(bot: Bot, question: str) -> None:
    with pytest.raises(QuestionError):
        bot.ask(question)
    with pytest.raises(QuestionError):
        bot.search(question)


@pytest.mark.parametrize(
    "question", ["?", "\x00", "🙂" * 500, '"; DROP TABLE articles; --', "a:b AND (", "的" * 2_000]
)
def test_any_other_question_gets_an_answer_or_a_no(bot: Bot, question: str) -> None:
    answer = bot.ask(question)
    assert answer.question == question


def test_an_empty_index_declines(tmp_path: Path) -> None:
    with Bot.open(tmp_path / "empty.index", encoder=SmallEncoder()) as bot:
        answer = bot.ask("Is there anything?")
        assert (bool(answer), answer.quotes, answer.nearest) == (False, (), None)
        assert bot.search("Is there anything?") == []


def test_many_threads_get_the_answers_that_one_gets(bot: Bot) -> None:
    alone = {question: bot.ask(question).quotes for question in ANSWERED}
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: (question, bot.ask(question).quotes), [*ANSWERED] * 6))
    for question, quotes in together:
        assert [quote.text for quote in quotes] == [quote.text for quote in alone[question]]


def test_articles_at_hand_are_put_listed_and_removed(tmp_path: Path) -> None:
    with Bot.open(tmp_path / "small.index", encoder=SmallEncoder()) as bot:
        before = bot.generation
        posted = Article("Plums", "Plums are blue.", source="Fruit News", author="Ann", origin="posted:1")
        assert bot.put(posted, replace(posted, title="Figs", text="Figs are brown.", origin="posted:2")).added == 2
        assert bot.generation > before
        assert (bot.article_count, bot.passage_count) == (2, 2)
        assert [each.title for each in bot.articles(query="fruit")] == ["Figs", "Plums"]
        assert bot.sources() == [("Fruit News", 2)]
        assert bot.authors() == [("Ann", 2)]
        (plums,) = bot.articles(query="plums")
        assert bot.article(plums.id).text == "Plums are blue."
        assert bot.remove(plums.id) == 1
        with pytest.raises(ArticleMissingError):
            bot.article(plums.id)
        assert bot.verify() == []


def test_a_follow_up_is_read_with_the_question_before_it_and_says_so(bot: Bot) -> None:
    first = "Which start-up is Nissan in talks with?"
    answer = bot.ask("Where does it come from?", history=[(first, "Nissan is in talks with Fisker.")])
    assert answer.read_as == f"{first} Where does it come from?"
    assert any("Fisker" in quote.article.title for quote in answer.quotes or (answer.nearest,) if quote)
    assert bot.ask("Where does it come from?", history=[first], interpret=False).read_as == ""


def test_a_new_topic_is_not_polluted_by_the_one_before(bot: Bot) -> None:
    alone = bot.ask("Where is the LEAF built?")
    after = bot.ask("Where is the LEAF built?", history=["Why did Fisker go bankrupt?"])
    assert after.quotes[0].text == alone.quotes[0].text
    beyond = bot.ask("Who won the 1998 World Cup?", history=["Where is the LEAF built?"])
    assert (bool(beyond), beyond.read_as) == (False, "")
