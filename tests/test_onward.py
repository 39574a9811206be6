"""On from a quote: what each word contributed, more of its article, more like it, facets and order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from bot.answer import Quote
from bot.bot import Bot
from bot.order import ordered, sort_of
from bot.said import link_of, quoted_before
from index import Article, ArticleMissingError, Filters, QuestionError
from tests.small_encoder import SmallEncoder

HARBOUR = "The harbour was dredged in spring. Gulls like the quay. The mayor praised the harbour works."
ECHO = "The harbour was dredged in spring. Nobody asked the gulls about it at all, they say."
OTHER = "Ships wait outside. The harbour was dredged by a Dutch firm for much money."


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with Bot.open(tmp_path / "articles.index", encoder=SmallEncoder()) as bot:
        bot.put(
            Article("Port", HARBOUR, source="Echo", author="Ann", published=date(2024, 3, 1), origin="/1"),
            Article("Bay", ECHO, source="Post", author="Bob", published=date(2024, 3, 9), origin="/2"),
            Article("Sea", OTHER, source="Post", author="Cem", published=date(2025, 1, 2), origin="/3"),
            Article("Hill", "Goats climb the hill.", source="Farm", origin="/4"),
        )
        yield bot


def of(bot: Bot, title: str) -> Article:
    return next(bot.article(each.id) for each in bot.articles() if each.title == title)


def test_the_words_of_a_question_add_up_to_the_passages_own_lexical_score(bot: Bot) -> None:
    article = of(bot, "Port")
    told = bot.why("Who dredged the harbour in winter?", article.id, 0, 34)
    assert [each.word for each in told] == ["dredged", "harbour", "winter"]
    hit = next(each for each in bot.search("Who dredged the harbour in winter?") if each.article.id == article.id)
    assert sum(each.lexical for each in told) == pytest.approx(hit.evidence["lexical"], rel=1e-5)
    assert sum(each.share for each in told) == pytest.approx(1.0)
    assert [each.nearest for each in told[:2]] == ["dredged", "harbour"]
    assert [each.meaning for each in told[:2]] == pytest.approx([1.0, 1.0], abs=1e-5)
    assert told[2].lexical == 0.0


def test_a_word_counts_once_however_often_it_is_asked(bot: Bot) -> None:
    told = bot.why("harbour harbours HARBOUR?", of(bot, "Port").id, 0, 34)
    assert [each.word for each in told] == ["harbour"]


@pytest.mark.parametrize(("start", "end"), [(5_000, 5_010), (10, 10)])
def test_a_place_without_words_is_said_to_be_none(bot: Bot, start: int, end: int) -> None:
    with pytest.raises(ArticleMissingError, match="there are no words"):
        bot.why("harbour", of(bot, "Port").id, start, end)


def test_more_from_an_article_are_other_words_of_it(bot: Bot) -> None:
    article = of(bot, "Port")
    found = bot.more_from("Who praised the harbour?", article.id, 0, 34)
    assert {each.article.id for each in found} == {article.id}
    assert all(each.start >= 34 for each in found)
    assert "The mayor praised the harbour works." in [each.text for each in found]
    spans = sorted((each.start, each.end) for each in found)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def test_more_like_a_quote_leaves_out_its_article_and_its_echoes(bot: Bot) -> None:
    found = bot.more_like(of(bot, "Port").id, 0, 34)
    assert [(each.article.title, each.text) for each in found] == [
        ("Sea", "The harbour was dredged by a Dutch firm for much money.")
    ]


def test_facets_count_what_passes_the_other_filters(bot: Bot) -> None:
    facets = bot.facets(Filters(sources=("Post",), after=date(2025, 1, 1)))
    assert facets.sources == [("Post", 1)]
    assert facets.authors == [("Cem", 1)]
    assert facets.months == {(2024, 3): 1, (2025, 1): 1}
    assert bot.facets(question="goats").months == bot.facets().months == {(2024, 3): 2, (2025, 1): 1}
    matching = bot.facets(question="the Dutch firm")
    assert (matching.months, matching.is_matching) == ({(2025, 1): 1}, True)


def test_quotes_are_ordered_by_day_and_those_without_one_come_last(bot: Bot) -> None:
    quotes = [Quote(of(bot, title), 0, 5, 1.0) for title in ("Hill", "Bay", "Sea", "Port")]
    assert [each.article.title for each in ordered(quotes, "best")] == ["Hill", "Bay", "Sea", "Port"]
    assert [each.article.title for each in ordered(quotes, "newest")] == ["Sea", "Bay", "Port", "Hill"]
    assert [each.article.title for each in ordered(quotes, "oldest")] == ["Port", "Bay", "Sea", "Hill"]
    with pytest.raises(QuestionError, match="expected one of: best, newest, oldest"):
        sort_of("random")


def test_what_was_quoted_is_read_back_from_a_conversation_and_nothing_else() -> None:
    link = "&#47;articles&#47;ab12&#63;start&#61;3&#38;end&#61;9&#35;quote"
    answer = f'<a class="pq-open" href="{link}">Open</a><p class="pq-share"><a href="&#47;&#63;q&#61;a">x</a>'
    assert quoted_before([answer, "<b>no</b>", answer.replace("ab12", "c/d"), answer.replace("61;3", "61;x")]) == {
        "ab12": [(3, 9)]
    }
    assert (link_of(answer), link_of("nothing")) == ("/?q=a", "")
