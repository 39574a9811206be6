"""What an article said before, where an origin leads to, and in which orders articles are listed."""

from __future__ import annotations

from datetime import date

import pytest

from index import Article, ArticleMissingError, OpenIndex, history, standing

FIRST = Article("Plant", "The plant opened in 1986.", "Courier", origin="upload:plant.txt")
SECOND = Article("Plant", "The plant opened in 1986. It closed in 2024.", "Courier", origin="upload:plant.txt")


def test_the_history_of_an_article_ends_with_what_it_says_now(opened: OpenIndex) -> None:
    opened.builder.put([FIRST])
    opened.builder.put([SECOND])
    (article_id,) = opened.catalogue.all_articles()
    told = history(opened.catalogue, article_id)
    assert [(each.id, each.version, each.characters) for each in told] == [
        (article_id, 1, len(FIRST.text)),
        (article_id, 2, len(SECOND.text)),
    ]
    assert {each.origin for each in told} == {"upload:plant.txt"}
    with pytest.raises(ArticleMissingError, match="no article 'none'"):
        history(opened.catalogue, "none")


def test_an_origin_leads_to_its_article_and_a_copy_to_the_one_it_is_of(opened: OpenIndex) -> None:
    opened.builder.put([FIRST, Article("Plant", FIRST.text, "Courier", origin="upload:copy.txt")])
    (article_id,) = opened.catalogue.all_articles()
    found = standing(opened.catalogue, ["upload:plant.txt", "upload:copy.txt", "upload:other.txt"])
    assert {origin: (each.id, each.version, each.is_copy) for origin, each in found.items()} == {
        "upload:plant.txt": (article_id, 1, False),
        "upload:copy.txt": (article_id, 1, True),
    }


def test_articles_are_listed_by_title_source_and_day(opened: OpenIndex) -> None:
    opened.builder.put(
        [
            Article("beta", "One.", "Zebra", published=date(2024, 1, 1), origin="1"),
            Article("Alpha", "Two.", "", origin="2"),
            Article("Gamma", "Three.", "apple", published=date(2024, 2, 1), origin="3"),
        ]
    )

    def titles(**how: str) -> list[str]:
        return [each.title for each in opened.catalogue.summaries(**how)]  # type: ignore[arg-type]  # a Sort each

    assert titles() == ["Gamma", "beta", "Alpha"]
    assert titles(sort="title") == ["Alpha", "beta", "Gamma"]
    assert titles(sort="source") == ["Gamma", "beta", "Alpha"]
    assert opened.catalogue.matching("a") == 3
    assert opened.catalogue.matching("zebr") == 1
