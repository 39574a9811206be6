"""Articles enter, change and leave the catalogue whole, and are known by what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from index import Article, ArticleMissingError, Filters, IndexDamagedError, OpenIndex
from index.ledger import writing
from tests.conftest import article


def passage_ids(index: OpenIndex, article_id: str) -> list[int]:
    return [passage.id for passage in index.catalogue.passages_of(article_id)]


def only(index: OpenIndex) -> Article:
    (article_id,) = index.catalogue.all_articles()
    return index.catalogue.article(article_id)


def test_the_same_words_from_the_same_place_are_left_alone(opened: OpenIndex) -> None:
    assert opened.builder.put([article("One. Two.")]) == {"added": 1}
    before = passage_ids(opened, only(opened).id)
    assert opened.builder.put([article("One. Two.")]) == {"unchanged": 1}
    assert passage_ids(opened, only(opened).id) == before
    assert opened.catalogue.sequence() == 1


def test_a_changed_article_replaces_its_old_version_and_keeps_its_id(opened: OpenIndex) -> None:
    opened.builder.put([article("One. Two.")])
    first = only(opened)
    old = passage_ids(opened, first.id)
    assert opened.builder.put([article("One. Three.")]) == {"updated": 1}
    assert only(opened) == replace(first, text="One. Three.", version=2)
    assert set(passage_ids(opened, first.id)).isdisjoint(old)
    assert opened.catalogue.versions(first.id) == [1, 2]
    assert opened.catalogue.article(first.id, version=1).text == "One. Two."


def test_a_new_author_embeds_nothing_again(opened: OpenIndex) -> None:
    opened.builder.put([article("One. Two.")])
    before = passage_ids(opened, only(opened).id)
    assert opened.builder.put([article("One. Two.", author="A. Writer")]) == {"updated": 1}
    assert only(opened).author == "A. Writer"
    assert passage_ids(opened, only(opened).id) == before


def test_another_hour_of_the_same_day_is_told_and_embeds_nothing_again(opened: OpenIndex) -> None:
    morning = datetime(2024, 3, 15, 9, tzinfo=UTC)
    first = replace(article("One. Two."), published=morning.date(), published_at=morning)
    opened.builder.put([first])
    before = passage_ids(opened, only(opened).id)
    later = morning + timedelta(hours=3)
    said = replace(first, published_at=later)
    assert opened.builder.put([said]) == {"updated": 1}
    assert (only(opened).published_at, passage_ids(opened, only(opened).id)) == (later, before)
    assert opened.builder.put([said]) == {"unchanged": 1}
    day_alone = replace(first, published_at=None, origin="/copy.txt")
    assert opened.builder.put([day_alone]) == {"unchanged": 1}  # a copy of it


def test_a_moved_file_keeps_its_id(opened: OpenIndex) -> None:
    opened.builder.put([article("One. Two.", origin="/old.txt")])
    first = only(opened)
    assert opened.builder.put([article("One. Two.", origin="/new.txt")]) == {"unchanged": 1}
    assert opened.builder.forget(["/old.txt"]) == 0
    assert only(opened) == replace(first, origin="/new.txt")
    assert opened.builder.forget(["/new.txt"]) == 1
    assert opened.catalogue.count() == (0, 0)


def test_a_copy_that_is_changed_becomes_an_article_of_its_own(opened: OpenIndex) -> None:
    opened.builder.put([article("One. Two.", origin="/a.txt"), article("One. Two.", origin="/b.txt")])
    opened.builder.put([article("One. Three.", origin="/b.txt")])
    assert sorted(a.text for a in opened.catalogue.articles(opened.catalogue.all_articles()).values()) == [
        "One. Three.",
        "One. Two.",
    ]


def test_the_same_words_in_another_outlet_are_another_article(opened: OpenIndex) -> None:
    wire = [article("One.", origin="/a", source="Wire"), article("One.", origin="/b", source="Herald")]
    assert opened.builder.put(wire) == {"added": 2}


def test_an_id_that_a_moved_article_still_has_is_not_given_again(opened: OpenIndex) -> None:
    opened.builder.put([article("One.", origin="/a.txt")])
    opened.builder.put([article("One.", origin="/b.txt")])
    opened.builder.forget(["/a.txt"])
    opened.builder.put([article("Another.", origin="/a.txt")])
    assert opened.catalogue.count()[0] == 2


def test_a_transaction_that_fails_leaves_nothing(opened: OpenIndex) -> None:
    def fail_half_way() -> None:
        with writing(opened.catalogue) as batch:
            batch.put(article("One."), lambda a: [[(0, 4)]])
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        fail_half_way()
    assert opened.catalogue.count() == (0, 0)
    assert opened.catalogue.sequence() == 0


def test_removing_names_an_article_by_id_origin_file_or_folder(opened: OpenIndex, tmp_path: Path) -> None:
    folder = tmp_path.resolve() / "news"
    for name in ("a.txt", "b.txt", "c.jsonl#1", "c.jsonl#2", "sub/d.txt"):
        opened.builder.put([article(f"About {name}.", origin=str(folder / name))])
    by_id = opened.catalogue.origins()[str(folder / "a.txt")]
    assert opened.builder.remove([by_id]) == 1
    assert opened.builder.remove([str(folder / "c.jsonl")]) == 2
    with pytest.raises(ArticleMissingError, match=r"nothing\.txt"):
        opened.builder.remove([str(folder / "b.txt"), "nothing.txt"])
    assert opened.builder.remove([str(folder)]) == 2
    assert opened.catalogue.count() == (0, 0)


def test_filters_fold_case_and_leave_the_last_day_out(opened: OpenIndex) -> None:
    days = {"a": date(2024, 1, 1), "b": date(2024, 2, 1), "c": None}
    opened.builder.put(
        [
            replace(article(f"About {name}.", origin=f"/{name}", source="ÉCHO", author="Ann"), published=day)
            for name, day in days.items()
        ]
    )

    def kept(filters: Filters) -> list[str]:
        found = opened.catalogue.passages(opened.catalogue.allowed(filters).tolist())
        of = opened.catalogue.articles(p.article_id for p in found.values())
        return sorted(a.origin for a in of.values())

    assert kept(Filters(sources=("écho",))) == ["/a", "/b", "/c"]
    assert kept(Filters(sources=("other",))) == []
    assert kept(Filters(authors=("ANN", "someone"), after=date(2024, 1, 1))) == ["/a", "/b"]
    assert kept(Filters(after=date(2024, 1, 1), before=date(2024, 2, 1))) == ["/a"]
    assert [s.origin for s in opened.catalogue.summaries()] == ["/b", "/a", "/c"]
    assert opened.catalogue.names("source") == [("ÉCHO", 3)]


def test_a_text_that_was_tampered_with_is_never_quoted(opened: OpenIndex) -> None:
    opened.builder.put([article("They agreed.")])
    (article_id,) = opened.catalogue.all_articles()
    with opened.catalogue.engine.begin() as connection:
        connection.execute(sql("UPDATE articles SET text = 'They refused.'"))
    with pytest.raises(IndexDamagedError, match="remove it and add it again"):
        opened.catalogue.article(article_id)
    with pytest.raises(IndexDamagedError, match=r"/a\.txt"):
        opened.retriever.search("agreed", 1)


def test_an_article_that_is_not_there(opened: OpenIndex) -> None:
    with pytest.raises(ArticleMissingError, match="no article 'nope'"):
        opened.catalogue.article("nope")
    opened.builder.put([article("One.")])
    (article_id,) = opened.catalogue.all_articles()
    with pytest.raises(ArticleMissingError, match="in version 7"):
        opened.catalogue.article(article_id, version=7)
