"""What each format becomes as an article."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, ReadError, canonical, find_files, read, read_file
from index.readers.headline import split_headline
from index.readers.moment import parse_day
from index.readers.source import legible

BODY = "The LEAF is built in Sunderland. Production began there in 2013."


def only(path: Path) -> Article:
    """The single article of a file that is read without a remark."""
    (article,) = read(path, on_skip=lambda error: pytest.fail(str(error)))
    return article


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_text_file_gives_its_headline_as_title_and_its_body_as_text(tmp_path: Path) -> None:
    path = written(tmp_path, "leaf.txt", f"\nThe LEAF stays\n\nThe LEAF stays\n\n\n{BODY}\n\nMore.\n")
    assert only(path) == Article(title="The LEAF stays", text=f"{BODY}\n\nMore.", origin=str(path.resolve()))


@pytest.mark.parametrize(
    "text",
    [
        BODY,
        f"{BODY}\n\nMore.",
        "The LEAF stays\nbut who knows\n\nBody.",
        "Only a headline",
        "Twice\n\nTwice",
        f"{'long ' * 40}\n\nBody.",
    ],
)
def test_a_text_file_without_a_headline_keeps_every_line_and_bears_its_name(tmp_path: Path, text: str) -> None:
    article = only(written(tmp_path, "leaf-uk.txt", text))
    assert (article.title, article.text) == ("leaf-uk", text.strip())


@given(st.text(st.characters(codec="utf-8")))
def test_a_headline_and_its_body_are_together_the_whole_text(text: str) -> None:
    headline, body = split_headline(text)
    above = text[: len(text) - len(body.rstrip())] if headline else ""
    assert text.strip().endswith(body.strip())
    assert not headline or set(above.split()) <= set(headline.split()) | set(text[len(above) :].split())


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_written_text_file_is_read_back_in_canonical_form(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = written(tmp_path_factory.mktemp("text"), "a.txt", f"Words, to begin with.\n{text}\nWords.")
    expected = canonical(legible(f"Words, to begin with.\n{text}\nWords."))
    skipped: list[ReadError] = []
    articles = list(read(path, skipped.append))
    assert [article.text for article in articles] == ([] if skipped else [expected])


@given(st.text())
def test_canonical_text_is_its_own_canonical_form(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


def test_markdown_gives_its_front_matter_as_fields_and_its_words_without_marks(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "leaf.md",
        "---\ntitle: 'The LEAF: a history'\nsource: The Wearside Post\nauthor: [Ann Lee, Bo Ray]\n"
        "published: 2024-03-15\nurl: https://example.com/leaf\nextra: 1\n---\n\n# The LEAF: a history\n\n"
        "The *LEAF* is **built** in\n[Sunderland](https://example.com), says `it` \\*here.![alt](a.png)\n\n"
        "## Since 2013\n\n- one\n- two\n\n> They said so.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
        "<div>more <b>words</b><!-- no --><script>no()</script></div>\n\n***\n\n    code\n",
    )
    assert only(path) == Article(
        title="The LEAF: a history",
        text="The LEAF is built in Sunderland, says it *here.\n\nSince 2013\n\none\n\ntwo\n\nThey said so.\n\n"
        "a | b\n\n1 | 2\n\nmore words\n\ncode",
        source="The Wearside Post",
        author="Ann Lee, Bo Ray",
        url="https://example.com/leaf",
        published=date(2024, 3, 15),
        dated_by="front matter",
        origin=str(path.resolve()),
    )


@pytest.mark.parametrize(
    ("markdown", "title", "text"),
    [
        (f"# The *LEAF*\n\n{BODY}", "The LEAF", BODY),
        (f"## A section\n\n{BODY}", "leaf", f"A section\n\n{BODY}"),
        (f"---\n\n{BODY}", "leaf", BODY),
        (f"---\n\nJust a line.\n\n---\n\n{BODY}", "leaf", f"Just a line.\n\n{BODY}"),
        (f"---\ntitle: ~\nauthor: null\n---\n{BODY}", "leaf", BODY),
    ],
)
def test_markdown_without_a_title_is_titled_by_its_first_heading_or_its_name(
    tmp_path: Path, markdown: str, title: str, text: str
) -> None:
    article = only(written(tmp_path, "leaf.md", markdown))
    assert (article.title, article.text, article.author) == (title, text, "")


def test_a_web_page_gives_its_article_without_menus_and_footers(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "leaf.html",
        '<?xml version="1.0" encoding="utf-8"?><html><head><title>The LEAF stays | The Post</title>'
        '<meta property="og:site_name" content="The Post"><meta name="author" content="Ann Lee">'
        '<meta property="article:published_time" content="2024-03-15T10:00:00Z">'
        '<link rel="canonical" href="https://example.com/leaf"></head><body><nav>Home About</nav>'
        "<article><h1>The LEAF stays</h1>"
        "<p>The LEAF is\n  built in <b>Sunderland</b>, in <a href='/x'>England</a>.</p>"
        "<h2>Since 2013</h2><ul><li>One thing to know</li><li>Another thing</li></ul>"
        "<p>Production began there in 2013, and more than a quarter of a million have been made.</p></article>"
        "<footer>Copyright 2026</footer></body></html>",
    )
    assert only(path) == Article(
        title="The LEAF stays",
        text="The LEAF is built in Sunderland, in England.\n\nSince 2013\n\nOne thing to know\n\nAnother thing\n\n"
        "Production began there in 2013, and more than a quarter of a million have been made.",
        source="The Post",
        author="Ann Lee",
        url="https://example.com/leaf",
        published=date(2024, 3, 15),
        published_at=datetime(2024, 3, 15, 10, tzinfo=UTC),
        dated_by="OpenGraph",
        origin=str(path.resolve()),
    )


def test_json_lines_give_one_article_a_line_and_the_bad_lines_are_named(tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {"title": "One", "text": "First.", "source": "The Post", "author": "Ann", "date": "15 March 2024"}
        ),
        "not json",
        "",
        json.dumps(["a list"]),
        json.dumps({"title": "No words"}),
        json.dumps({"title": "Odd", "text": 7}),
        json.dumps({"body": "A headline\n\nSecond.", "url": "https://example.com/2"}),
        json.dumps({"content": "Third."}),
    ]
    path = written(tmp_path, "many.jsonl", "\n".join(lines))
    skipped: list[ReadError] = []
    articles = list(read(path, skipped.append))
    origin = str(path.resolve())
    assert articles == [
        Article(
            "One",
            "First.",
            "The Post",
            "Ann",
            published=date(2024, 3, 15),
            dated_by="a column",
            origin=f"{origin}#1",
        ),
        Article("A headline", "Second.", url="https://example.com/2", origin=f"{origin}#7"),
        Article("many", "Third.", origin=f"{origin}#8"),
    ]
    assert [error.source for error in skipped] == [f"{origin}, line {number}" for number in (2, 4, 5, 6)]


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-15",
        "20240315",
        "2024-03-15T23:30:00-05:00",
        "15 March 2024",
        "March 15, 2024",
        "15/03/2024",
        "Fri, 15 Mar 2024 10:00:00 GMT",
        "15 mars 2024",
        "2024年3月15日",
    ],
)
def test_a_date_is_read_in_iso_form_and_in_words(text: str) -> None:
    assert parse_day(text) == date(2024, 3, 15)


@pytest.mark.parametrize(
    "text", ["soon", "yesterday", "March 2024", "2024-02-30", "03/04/2024", "10", "1710460800"]
)
def test_a_date_that_names_no_single_day_is_no_date(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//example.com", "https://", "http://a b", "http://[", "x"])
def test_an_unusable_date_or_url_is_told_and_the_article_goes_in(tmp_path: Path, url: str) -> None:
    path = written(tmp_path, "a.md", f"---\npublished: soon\nurl: '{url}'\n---\n{BODY}")
    skipped: list[ReadError] = []
    (article,) = read(path, skipped.append)
    assert (article.url, article.published) == ("", None)
    assert [error.reason.split(" is left out")[0] for error in skipped] == [f"url {url!r}", "published 'soon'"]


def test_a_folder_is_read_file_by_file_in_the_order_of_its_paths(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for name in ("c.txt", "b/a.TXT", "a.txt"):
        written(tmp_path, name, BODY)
    files = [tmp_path.resolve() / name for name in ("a.txt", "b/a.TXT", "c.txt")]
    assert find_files(tmp_path) == files
    assert [article.origin for article in read(str(tmp_path))] == [str(file) for file in files]
    assert list(read_file(files[0])) == [Article("a", BODY, origin=str(files[0]))]
