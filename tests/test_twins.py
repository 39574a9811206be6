"""The same article under several addresses, as its print and AMP forms, is one article."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from index import Article, OpenIndex, add, sync
from index.twins import are_twins

SENTENCES = [
    "The car maker will build three electric models at its plant in the north of England, it said on Friday.",
    "Some six thousand people work there, and about thirty thousand more at its suppliers in the region.",
    "The first of the three will leave the line in the spring, and the last one two years after that.",
    "A new battery works is to stand beside the plant, for which the government offered a loan in May.",
    "Unions welcomed the news, while asking how many of the jobs would go to people who live nearby.",
    "Shares in the company rose by four percent in Tokyo, their highest level since the end of last year.",
]
URL = "https://example.com/news/leaf"


def page(sentences: list[str], url: str = URL, title: str = "Three models for the north") -> str:
    body = "".join(f"<p>{each}</p>" for each in sentences)
    return (
        f'<html><head><title>{title}</title><link rel="canonical" href="{url}"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def count(index: OpenIndex) -> int:
    return index.catalogue.count()[0]


def test_a_saved_page_and_its_amp_and_print_forms_are_one_article(
    opened: OpenIndex, write: Callable[[str, str], Path]
) -> None:
    folder = write("a.html", page(SENTENCES)).parent
    write("b.amp.html", page(SENTENCES[:-1]).replace("<html>", "<html amp>"))
    write("c.print.html", page([*SENTENCES, "Printed from example.com on Friday."]))
    report = add(opened.builder, [folder])
    assert (report.added, report.unchanged, report.skipped) == (1, 2, ())
    (article_id,) = opened.catalogue.all_articles()
    article = opened.catalogue.article(article_id)
    assert (article.text.split("\n\n"), article.url) == (SENTENCES, URL)
    assert set(opened.catalogue.origins()) == {
        str(folder / name) for name in ("a.html", "b.amp.html", "c.print.html")
    }
    report = sync(opened.builder, folder)
    assert (report.unchanged, report.updated, report.added, report.removed) == (3, 0, 0, 0)


def test_the_fuller_form_takes_the_place_of_a_teaser(opened: OpenIndex, write: Callable[[str, str], Path]) -> None:
    folder = write("a-teaser.html", page(SENTENCES[:3])).parent
    write("b-whole.html", page(SENTENCES))
    report = add(opened.builder, [folder])
    assert (report.added, report.updated) == (1, 1)
    (article_id,) = opened.catalogue.all_articles()
    assert opened.catalogue.article(article_id).text.split("\n\n") == SENTENCES
    assert opened.catalogue.article(article_id).origin == str(folder / "b-whole.html")
    assert opened.catalogue.article(article_id, version=1).text.split("\n\n") == SENTENCES[:3]
    assert sync(opened.builder, folder).unchanged == 2


def test_what_changes_in_the_page_changes_the_article_and_not_in_its_thinner_form(
    opened: OpenIndex, write: Callable[[str, str], Path]
) -> None:
    folder = write("a.html", page(SENTENCES)).parent
    write("b.html", page(SENTENCES[:-1]))
    add(opened.builder, [folder])
    write("b.html", page([*SENTENCES[:-2], "Nobody was surprised."]))
    assert sync(opened.builder, folder).updated == 0
    write("a.html", page([*SENTENCES, "Nobody was surprised."]))
    report = sync(opened.builder, folder)
    assert (report.updated, count(opened)) == (1, 1)
    (article_id,) = opened.catalogue.all_articles()
    assert opened.catalogue.article(article_id).text.endswith("Nobody was surprised.")
    (folder / "a.html").unlink()
    assert sync(opened.builder, folder).removed == 0
    assert opened.catalogue.article(article_id).origin == str(folder / "b.html")


def test_pages_that_give_the_front_page_as_their_address_stay_apart(
    opened: OpenIndex, write: Callable[[str, str], Path]
) -> None:
    home = "https://example.com/"
    folder = write("a.html", page(SENTENCES[:3], home, "One")).parent
    write("b.html", page(SENTENCES[3:], home, "Other"))
    report = add(opened.builder, [folder])
    assert (report.added, count(opened)) == (2, 2)


def test_a_page_of_another_site_cannot_put_words_into_an_article(opened: OpenIndex) -> None:
    text = "\n\n".join(SENTENCES)
    opened.builder.put([Article("A", text, url=URL, origin=URL)])
    longer = f"{text}\n\n{'And so it is said to be by others. ' * 10}"
    opened.builder.put([Article("A", longer, url=URL, origin="https://evil.example/leaf")])
    (article_id,) = opened.catalogue.all_articles()
    assert opened.catalogue.article(article_id).text == text
    opened.builder.put([Article("A", longer, url=URL, origin="https://amp.example.com/leaf")])
    assert opened.catalogue.article(article_id).text == longer
    assert count(opened) == 1


def test_twins_share_most_of_the_shorter_ones_words_in_order() -> None:
    one, other = " ".join(SENTENCES[:4]), " ".join(SENTENCES)
    assert are_twins(one, other)
    assert are_twins(one, one.replace("Friday", "Saturday").upper())
    assert not are_twins(" ".join(SENTENCES[:3]), " ".join(SENTENCES[3:]))
    assert not are_twins(one, " ".join(reversed(one.split())))
    assert not are_twins("", one)
