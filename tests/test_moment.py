"""Dates keep their time zone where they have one, and say where they were found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.render import article_record
from bot.render.article_page import article_page
from index import Article, OpenIndex, open_index, read
from index.readers.moment import Moment, day_in, parse_moment
from tests.small_encoder import SmallEncoder

LATE = datetime(2024, 3, 15, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
BODY = "The LEAF is built in Sunderland, in the north of England, where production began in the year 2013."


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-03-15T23:30:00-05:00", LATE),
        ("Fri, 15 Mar 2024 23:30:00 -0500", LATE),
        ("2024-03-15T10:00:00Z", datetime(2024, 3, 15, 10, tzinfo=UTC)),
        ("Fri, 15 Mar 2024 10:00:00 GMT", datetime(2024, 3, 15, 10, tzinfo=UTC)),
        ("2024-03-15T10:00:00", None),  # a time of nowhere
        ("2024-03-15", None),
        ("15 March 2024", None),
    ],
)
def test_the_day_is_the_one_written_and_an_instant_needs_a_zone(text: str, instant: datetime | None) -> None:
    assert parse_moment(text) == Moment(date(2024, 3, 15), instant)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2024-03-15 Leaf", date(2024, 3, 15)),
        ("leaf_20240315", date(2024, 3, 15)),
        ("news-2024-03-15-leaf", date(2024, 3, 15)),
        ("2024-13-15", None),
        ("2024-03-15 to 2024-03-20", None),
        ("report-120240315", None),
        ("leaf 2024", None),
    ],
)
def test_a_files_name_gives_a_day_only_when_it_holds_just_one(name: str, day: date | None) -> None:
    assert day_in(name) == day


PAGES = {
    "JSON-LD": '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2024-03-01T08:00+01:00"}'
    '</script><meta property="article:published_time" content="2024-03-02"><meta name="dc.date" content="2024-03-03">',
    "OpenGraph": '<meta property="article:published_time" content="2024-03-02T08:00:00+01:00">'
    '<meta name="dc.date" content="2024-03-03">',
    "Dublin Core": '<meta name="dc.date" content="2024-03-03T08:00:00+01:00">',
}


@pytest.mark.parametrize(("name", "day"), [("JSON-LD", 1), ("OpenGraph", 2), ("Dublin Core", 3)])
def test_a_page_is_dated_by_what_is_trusted_most(write: Callable[[str, str], Path], name: str, day: int) -> None:
    path = write(
        "2020-01-01.html", f"<html><head>{PAGES[name]}</head><body><article><p>{BODY}</p></article></body>"
    )
    (article,) = read(path)
    assert article.published_at == datetime(2024, 3, day, 8, tzinfo=timezone(timedelta(hours=1)))
    assert (article.published, article.dated_by) == (date(2024, 3, day), name)


def test_a_news_article_is_believed_before_other_kinds_in_the_same_page(write: Callable[[str, str], Path]) -> None:
    stated = (
        '[{"@type": "BlogPosting", "headline": "Other", "datePublished": "2020-01-01"}, '
        '{"@type": "NewsArticle", "headline": "The LEAF", "datePublished": "2024-03-15"}]'
    )
    page = f'<html><head><script type="application/ld+json">{stated}</script></head>'
    (article,) = read(write("a.html", f"{page}<body><article><p>{BODY}</p></article></body></html>"))
    assert (article.title, article.published) == ("The LEAF", date(2024, 3, 15))


@pytest.mark.parametrize(
    ("name", "text", "dated_by"),
    [
        ("a.md", f"---\ndate: 2024-03-15T23:30:00-05:00\n---\n{BODY}", "front matter"),
        ("2024-03-15 a.md", f"# A\n\n{BODY}", "the file's name"),
        ("2024-03-15 b.md", f"---\ndate: 2024-03-16\n---\n{BODY}", "front matter"),
        (
            "a.eml",
            f"From: Ann <a@b.org>\nSubject: A\nDate: Fri, 15 Mar 2024 23:30:00 -0500\n\n{BODY}",
            "the e-mail's header",
        ),
        ("a.csv", f'text,date\n"{BODY}",2024-03-15T23:30:00-05:00', "a column"),
        ("2024-03-15 c.csv", f'text\n"{BODY}"', ""),  # the day of a file of many is not that of each
        ("a.txt", BODY, ""),
        (
            "a.rss",
            f"<rss><channel><title>F</title><item><title>A</title><description>{BODY}</description>"
            "<pubDate>Fri, 15 Mar 2024 23:30:00 -0500</pubDate></item></channel></rss>",
            "the feed",
        ),
    ],
)
def test_every_format_says_where_its_date_stood(
    write: Callable[[str, str], Path], name: str, text: str, dated_by: str
) -> None:
    (article,) = read(write(name, text))
    assert article.dated_by == dated_by
    assert (article.published is None) == (not dated_by)
    if "23:30" in text:
        assert (article.published, article.published_at) == (date(2024, 3, 15), LATE)


def test_the_instant_its_zone_and_its_place_are_kept_and_shown(opened: OpenIndex) -> None:
    found = Article("A", BODY, origin="/a.txt", published=LATE.date(), published_at=LATE, dated_by="<b>JSON-LD</b>")
    opened.builder.put([found])
    (article_id,) = opened.catalogue.all_articles()
    article = opened.catalogue.article(article_id)
    assert (article.published_at, article.dated_by) == (LATE, "<b>JSON-LD</b>")
    assert article.published_at is not None
    assert article.published_at.utcoffset() == timedelta(hours=-5)
    record = article_record(article)
    assert record["published_at"] == "2024-03-15T23:30:00-05:00"
    assert (record["published"], record["dated_by"], record["language"]) == ("2024-03-15", "<b>JSON-LD</b>", "")
    page = article_page(article)
    assert '<time datetime="2024-03-15T23:30:00-05:00">15 March 2024, 23:30 (UTC-05:00)</time>' in page
    assert "The date of publication was found in &#60;b&#62;JSON" in page
    opened.builder.put([replace(article, id="", text=BODY + " More.", published_at=None)])
    assert opened.catalogue.article(article_id).published_at is None
    assert opened.catalogue.article(article_id, version=1).published_at == LATE


def test_an_index_from_before_these_columns_is_opened_and_given_them(tmp_path: Path, encoder: SmallEncoder) -> None:
    index = open_index(tmp_path / "an.index", encoder=encoder)
    index.builder.put([Article("A", BODY, origin="/a.txt")])
    index.close()
    with sqlite3.connect(tmp_path / "an.index" / "catalogue.sqlite") as connection:
        for table in ("articles", "versions"):
            for column in ("published_at", "dated_by"):
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute("DROP INDEX articles_by_url")
        for table in ("alembic_version", "about"):
            connection.execute(f"DROP TABLE {table}")
    connection.close()
    index = open_index(tmp_path / "an.index", encoder=encoder)
    (article_id,) = index.catalogue.all_articles()
    assert index.catalogue.article(article_id).published_at is None
    index.close()
