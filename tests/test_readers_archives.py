"""Archives of many pages: web archives and wikis, each page an article under its own name."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import pytest

from index import ReadError, read
from index.origin import file_of

WORDS = (
    "Production of the LEAF began there in 2013, and more than a quarter of a million have been made in Sunderland."
)


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_a_web_archive_gives_the_articles_of_its_pages(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    records = b""
    for url, status, kind in (
        ("https://example.com/one", "200 OK", "text/html"),
        ("https://example.com/two", "404 Not Found", "text/html"),
        ("https://example.com/a.png", "200 OK", "image/png"),
        ("https://example.com/one", "200 OK", "text/html"),
    ):
        page = f"<html><title>{url}</title><article><p>{WORDS}</p><p>{WORDS[::-1]}</p></article></html>"
        block = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n{page}"
        record = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-15T10:00:00Z\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n{block}\r\n\r\n"
        ).encode()
        records += gzip.compress(record) if name.endswith(".gz") else record
    path.write_bytes(records)
    (article,) = read(path)
    assert article.text.startswith(WORDS)
    assert article.url == "https://example.com/one"
    assert str(file_of(article.origin)) == str(path.resolve())
    path.write_bytes(path.read_bytes()[:-40])
    assert len(list(read(path, lambda error: None))) == 1


def test_a_wiki_gives_its_pages_without_marks_and_redirects(tmp_path: Path) -> None:
    def page(title: str, text: str, extra: str = "<ns>0</ns>") -> str:
        return f"<page><title>{title}</title>{extra}<revision><text>{text}</text></revision></page>"

    path = tmp_path / "dump.xml"
    path.write_text(
        '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/"><siteinfo><sitename>Our wiki</sitename>'
        "<base>https://wiki.example/wiki/Main</base></siteinfo>"
        + page(
            "Nissan Leaf",
            "{{Infobox|a=b}}The '''LEAF''' is built in [[Sunderland|the north]].&lt;ref&gt;No.&lt;/ref&gt;\n"
            "== Since 2013 ==\n* One [[thing]]\n* [https://example.com Two]\n[[File:a.png|thumb|of a [[car]]]]",
        )
        + page("Leaf", "#REDIRECT", '<ns>0</ns><redirect title="Nissan Leaf"/>')
        + page("Car", "#redirect [[Nissan Leaf]]")
        + page("Talk:Leaf", "Talk.", "<ns>1</ns>")
        + page("Template:Leaf", "Words of a template.", "<ns>10</ns>")
        + "</mediawiki>"
    )
    (article,) = read(path)
    packed = tmp_path / "dump.xml.bz2"
    packed.write_bytes(bz2.compress(path.read_bytes()))
    assert [each.text for each in read(packed)] == [article.text]
    packed.write_bytes(packed.read_bytes()[:200])
    with pytest.raises(ReadError, match="holds no page with words"):
        list(read(packed))
    assert (article.title, article.source) == ("Nissan Leaf", "Our wiki")
    assert article.text == "The LEAF is built in the north.\n\nSince 2013\n\nOne thing\n\nTwo"
    assert article.url == "https://wiki.example/wiki/Nissan_Leaf"


@pytest.mark.parametrize(("name", "content"), [("a.warc", b"words\n"), ("a.xml", b"<x/>"), ("a.xml", b"words")])
def test_what_is_no_archive_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    told: list[ReadError] = []
    assert list(read(path, told.append)) == []
    assert "expected a" in told[-1].reason
