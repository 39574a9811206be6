"""The twelve sample articles are fit to be shown: complete, clean, and copied from nowhere but where meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from index import Article, read

FOLDER = Path(__file__).parent.parent / "docs" / "articles"

WIRE_COPY = {
    ("fisker-bankruptcy.md", "nissan-fisker-talks.md"),
    ("honda-nissan-memorandum.md", "nissan-honda-talks.md"),
}
"""The pairs of articles that print the same agency's words, so that an answer has something to fold."""


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    """The sample articles by file name, read without a remark."""
    return {Path(article.origin).name: article for article in read(FOLDER, lambda error: pytest.fail(str(error)))}


def sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+", text) if len(sentence.split()) >= 5]


def shared(one: str, other: str, length: int = 7) -> Iterator[str]:
    """The runs of `length` words that stand in both texts."""
    runs = [
        {" ".join(words[start : start + length]) for start in range(len(words) - length + 1)}
        for words in (re.findall(r"\w+", text.lower()) for text in (one, other))
    ]
    yield from sorted(runs[0] & runs[1])


def test_there_are_twelve_articles_in_three_formats(articles: dict[str, Article]) -> None:
    assert len(articles) == 12
    assert {Path(name).suffix for name in articles} == {".md", ".html", ".txt"}


def test_each_article_has_150_to_350_words(articles: dict[str, Article]) -> None:
    lengths = {name: len(article.text.split()) for name, article in articles.items()}
    assert {name: length for name, length in lengths.items() if not 150 <= length <= 350} == {}


def test_each_article_says_who_wrote_it_where_and_when_if_its_format_can(
    articles: dict[str, Article],
) -> None:
    for name, article in articles.items():
        assert article.title != Path(name).stem
        if name.endswith(".txt"):
            continue
        assert article.source
        assert article.author
        assert article.published is not None
        assert date(2023, 1, 1) <= article.published <= date(2024, 12, 31)
        assert re.fullmatch(r"https://\w+\.example\.(com|org)/[\w/.-]+", article.url)


def test_titles_outlets_authors_and_links_are_all_different(articles: dict[str, Article]) -> None:
    dated = [article for article in articles.values() if article.published]
    for values in (
        [article.title for article in articles.values()],
        [article.source for article in dated],
        [article.author for article in dated],
        [article.url for article in dated],
    ):
        assert sorted(set(values)) == sorted(values)


def test_no_article_repeats_its_title_or_carries_markup(articles: dict[str, Article]) -> None:
    for article in articles.values():
        assert not article.text.startswith(article.title)
        assert re.search(r"[<>*_#`\[\]]|  ", article.text) is None


def test_only_the_wire_copy_stands_in_two_articles(articles: dict[str, Article]) -> None:
    copied = {
        (one, other)
        for one, other in combinations(sorted(articles), 2)
        if any(shared(articles[one].text, articles[other].text))
    }
    assert copied == WIRE_COPY


@pytest.mark.parametrize("pair", sorted(WIRE_COPY))
def test_the_wire_copy_has_one_sentence_word_for_word(articles: dict[str, Article], pair: tuple[str, str]) -> None:
    one, other = (set(sentences(articles[name].text)) for name in pair)
    assert len(one & other) == 1


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (
            "nissan-honda-talks.md",
            "Nissan is talking to Honda, its old rival at home in Japan, about building",
        ),
        (
            "nissan-fisker-talks.md",
            "Nissan is in talks with Fisker, a Californian start-up",
        ),
        ("leaf-sunderland.md", "The LEAF that Europe drives is built in Sunderland"),
        ("honda-0-series.md", "Honda's new line of electric vehicles is called the 0 Series"),
    ],
)
def test_the_questions_on_the_front_page_have_a_sentence_that_answers(
    articles: dict[str, Article], name: str, answer: str
) -> None:
    assert answer in articles[name].text
    assert [other for other, article in articles.items() if answer in article.text] == [name]
