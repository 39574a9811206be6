"""Saved pages, e-mail and tables, and what a page says about its article in the order in which it is trusted."""

from __future__ import annotations

import gzip
import json
import plistlib
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from index import Article, ReadError, read
from index.origin import file_of
from index.readers.markup import paragraphs_of, parse_html
from index.readers.metadata import said_by
from tests.small_pdf import small_pdf

WORDS = (
    "Production of the LEAF began there in 2013, and more than a quarter of a million have been made in Sunderland."
)
PAGE = (
    '<html><head><meta charset="utf-8"><title>The LEAF stays | The Post</title></head><body><nav>Home</nav><article>'
    f"<h1>The LEAF stays</h1><p>The LEAF is built in Sunderland, for “now”.</p><p>{WORDS}</p></article></body></html>"
)
TEXT = f"The LEAF is built in Sunderland, for “now”.\n\n{WORDS}"


def only(path: Path) -> Article:
    (article,) = read(path, on_skip=lambda error: pytest.fail(str(error)))
    return article


def test_json_ld_is_trusted_before_open_graph_and_dublin_core() -> None:
    stated = {
        "@graph": [
            {"@type": "WebSite", "name": "x"},
            {
                "@type": ["NewsArticle"],
                "headline": "From JSON-LD &amp; more",
                "author": [{"name": "Ann Lee"}, {"name": "Bo Ray"}],
            },
        ]
    }
    page = (
        f'<script type="application/ld+json">{json.dumps(stated)}</script>'
        '<meta property="og:title" content="From OpenGraph"><meta property="og:site_name" content="The Post">'
        '<meta property="og:url" content="https://example.com/leaf?print=1">'
        '<meta name="DC.title" content="From Dublin Core"><meta name="DC.publisher" content="Other">'
        '<meta name="dcterms.issued" content="2024-03-15"><meta name="dc.creator" content="Other">'
        '<link rel="canonical" href="/leaf">'
    )
    assert said_by(page) == {
        "title": "From JSON-LD & more",
        "author": "Ann Lee, Bo Ray",
        "source": "The Post",
        "published": "2024-03-15",
        "dated_by": "Dublin Core",
        "url": "https://example.com/leaf",
    }


@pytest.mark.parametrize("script", ["", "[" * 5000, '{"@type": 3}', '[{"@graph": {"@graph": []}}]', "null"])
def test_odd_json_ld_states_nothing(script: str) -> None:
    assert said_by(f'<script type="application/ld+json">{script}</script>') == {}


def test_a_page_saved_as_mhtml_gives_its_article_and_where_it_was_saved_from(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://example.com/leaf"
    message.set_content(PAGE, subtype="html", charset="utf-8", cte="quoted-printable")
    message.add_related(b"\x89PNG", "image", "png")
    path = tmp_path / "a.mhtml"
    path.write_bytes(message.as_bytes())
    article = only(path)
    assert (article.text, article.url) == (TEXT, "https://example.com/leaf")


def test_a_page_saved_by_safari_and_a_packed_page_give_their_article(tmp_path: Path) -> None:
    page = {"WebResourceData": PAGE.encode(), "WebResourceURL": "https://example.com/leaf"}
    (tmp_path / "a.webarchive").write_bytes(plistlib.dumps({"WebMainResource": page}, fmt=plistlib.FMT_BINARY))
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    saved, packed = read(tmp_path)
    assert (saved.text, saved.url) == (TEXT, "https://example.com/leaf")
    assert (packed.text, packed.title) == (TEXT, "The LEAF stays")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.mhtml", b"From: x\n\nwords", "holds no web page"),
        ("a.webarchive", b"<plist><dict/></plist>", "holds no web page"),
        ("a.webarchive", b"bplist00\xff", "holds no web page"),
        ("a.html.gz", gzip.compress(PAGE.encode())[:60], "breaks off"),
        ("a.html.gz", gzip.compress(bytes(21_000_000)), "unfolds beyond 20,000,000 bytes"),
        ("a.html.gz", b"words", "is no gzip file"),
        ("a.eml", b"only words", "neither a sender nor a subject"),
        ("a.csv", b"one,two\n1,2\n", "has the columns one, two; expected one called text"),
        ("a.csv", b"title,text\n", "holds no article"),
        ("a.tar.gz", b"x", r"\.gz is not read"),
    ],
)
def test_what_holds_no_article_is_named(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReadError, match=reason):
        list(read(path))


def test_a_newsletter_is_an_article_from_its_sender(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "Ann Lee <ann@example.com>"
    message["Subject"] = "Über den LEAF"
    message["Date"] = "Fri, 15 Mar 2024 23:30:00 -0500"
    message["List-Id"] = '"The Wearside Letter" <letter.example.com>'
    message.set_content("See it in a browser.")
    message.add_alternative(f"<table><tr><td><p>One.</p><p>{WORDS}</p></td></tr></table>", subtype="html")
    message.add_attachment(b"x", "image", "png", filename="a.png")
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    article = only(path)
    assert (article.title, article.author, article.source) == ("Über den LEAF", "Ann Lee", "The Wearside Letter")
    assert article.published == date(2024, 3, 15)
    assert article.text == f"One.\n\n{WORDS}"


def test_a_plain_message_loses_its_signature_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_text("From: Ann <ann@example.com>\nSubject: Hello\n\nFirst.\n\nSecond.\n\n-- \nAnn\n")
    assert only(path).text == "First.\n\nSecond."


def test_a_table_gives_an_article_for_each_row_known_by_its_id(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('ID;Title;Date;Body\na/1;One;2024-03-15;"First; here.\n\nMore."\n;Two;;Second.\nc;Three;;\n')
    told: list[ReadError] = []
    first, second = read(path, told.append)
    root = str(path.resolve())
    assert (first.title, first.text, first.published) == ("One", "First; here.\n\nMore.", date(2024, 3, 15))
    assert (first.origin, second.origin) == (f"{root}#=a%2F1", f"{root}#2")
    assert [str(file_of(each.origin)) for each in (first, second)] == [root, root]
    assert [error.source for error in told] == [f"{root}, row 3"]


def test_a_line_with_an_id_stays_the_same_article_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps({"id": 7, "title": "One", "text": "First."})
    path.write_text(line)
    (before,) = read(path)
    path.write_text(json.dumps({"title": "New", "text": "Above."}) + "\n" + line)
    assert list(read(path))[1] == before


def test_all_words_of_a_page_are_found_and_cells_are_set_apart() -> None:
    html = (
        "<body>a<p>b <b>c</b>d<br>e</p><table><tr><td>f</td><td>g <i>h</i></td></tr><tr><td><p>i</p><p>j</p></td>"
        "<td>k</td></tr></table><script>no()</script><!-- no --><ul><li>l<li>m</ul>n" + "<div>" * 3000 + "o"
    )
    assert paragraphs_of(parse_html(html, "x"))[:8] == ["a", "b cd\ne", "f | g h", "i", "j", "k", "l", "m"]


def test_what_is_attached_to_a_message_becomes_articles_of_its_own(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "Ann Lee <ann@example.com>"
    message["Subject"] = "The papers"
    message["Date"] = "Fri, 15 Mar 2024 23:30:00 -0500"
    message.set_content("The papers are attached to this.")
    for number, words in enumerate(("The first paper is about leaves.", "The second one is about roots.")):
        drawn = small_pdf([[(72, 700, 12, words)]], title=f"Paper {number}")
        message.add_attachment(drawn, "application", "pdf", filename="../pa/per.pdf")
    message.add_attachment(b"Published on its own.\n\nIt says so.", "text", "plain", filename="2023-02-01 own.txt")
    message.add_attachment(b"%PDF-broken", "application", "pdf", filename="broken.pdf")
    message.add_attachment(b"x", "image", "png", filename="logo.png")
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    skipped: list[ReadError] = []
    mail, first, second, own = read(path, skipped.append)
    assert mail.text == "The papers are attached to this."
    assert (first.title, first.text) == ("Paper 0", "The first paper is about leaves.")
    assert (second.title, second.text) == ("Paper 1", "The second one is about roots.")
    assert [each.origin.removeprefix(str(path)) for each in (first, second)] == ["#=per.pdf", "#=per%20%282%29.pdf"]
    assert {each.author for each in (first, second, own)} == {"Ann Lee"}
    assert (first.published, first.published_at) == (date(2024, 3, 15), mail.published_at)
    assert (own.published, own.published_at, own.dated_by) == (date(2023, 2, 1), None, "the file's name")
    assert [error.source.removeprefix(str(path)) for error in skipped] == ["#=broken.pdf"]


def test_a_message_that_only_carries_something_gives_that_alone(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"] = "ann@example.com"
    message.add_attachment(b"Leaves\n\nLeaves are green.", "text", "plain", filename="leaves.txt")
    path = tmp_path / "a.eml"
    path.write_bytes(message.as_bytes())
    (leaves,) = read(path)
    assert (leaves.title, leaves.text, leaves.source) == ("Leaves", "Leaves are green.", "ann@example.com")
