"""The formats of office programs and e-books: one article, the same words whatever it was written with."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from index import Article, ReadError, read
from tests.office import write_docx, write_epub, write_odt, write_rtf

TITLE = "The LEAF stays in Sunderland"
PARAGRAPHS = [
    "The LEAF is built in Sunderland, “for now” — and that costs £30,000 a car.",
    "Café, Łódź, Ελλάδα, 日産 and 🚗: all of them \\ are {words} & <no> marks.",
    "Production began there in 2013.",
]


def only(path: Path) -> Article:
    (article,) = read(path, on_skip=lambda error: pytest.fail(str(error)))
    return article


def write_book(path: Path, title: str, paragraphs: list[str], author: str) -> Path:
    return write_epub(path, title, [(title, paragraphs)], author)


@pytest.mark.parametrize(
    ("name", "write"), [("a.docx", write_docx), ("a.odt", write_odt), ("a.rtf", write_rtf), ("a.epub", write_book)]
)
def test_every_format_gives_the_same_article(tmp_path: Path, name: str, write: Callable[..., Path]) -> None:
    article = only(write(tmp_path / name, TITLE, PARAGRAPHS, "Ann Lee"))
    assert (article.title, article.author) == (TITLE, "Ann Lee")
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_word_table_is_read_row_by_row_and_headings_stay(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("Since 2013", 1)
    document.add_paragraph("One thing.", "List Bullet")
    table = document.add_table(2, 2)
    for at, text in enumerate(("a", "b", "c", "d")):
        table.cell(at // 2, at % 2).text = text
    document.add_paragraph("The end.")
    document.save(str(tmp_path / "a.docx"))
    article = only(tmp_path / "a.docx")
    assert (article.title, article.text) == ("Since 2013", "One thing.\n\na | b\n\nc | d\n\nThe end.")


def test_a_word_file_without_properties_is_titled_by_its_headline(tmp_path: Path) -> None:
    import docx

    document = docx.Document()
    for text in (TITLE, *PARAGRAPHS):
        document.add_paragraph(text)
    document.save(str(tmp_path / "whole.docx"))
    with zipfile.ZipFile(tmp_path / "whole.docx") as whole, zipfile.ZipFile(tmp_path / "a.docx", "w") as bare:
        for name in whole.namelist():
            kept = whole.read(name)
            if name == "_rels/.rels":  # as LibreOffice writes it for a text without properties
                kept = re.sub(rb"<Relationship [^>]*core-properties[^>]*/>", b"", kept)
            if name != "docProps/core.xml":
                bare.writestr(name, kept)
    article = only(tmp_path / "a.docx")
    assert (article.title, article.author, article.text) == (TITLE, "", "\n\n".join(PARAGRAPHS))


def test_an_open_document_keeps_its_blanks_and_line_breaks(tmp_path: Path) -> None:
    spans = "<text:span>one</text:span><text:s/>two<text:line-break/>three<text:tab/>four"
    assert only(write_odt(tmp_path / "a.odt", TITLE, [spans])).text == "one two\nthree four"


def test_a_book_gives_an_article_for_each_chapter_in_the_order_of_its_spine(tmp_path: Path) -> None:
    chapters = [("Beginnings", ["It began."]), ("Middles", ["It went on.", "And on."]), ("Ends", ["It ended."])]
    articles = list(read(write_epub(tmp_path / "a.epub", "A life", chapters, "Ann Lee")))
    assert [(each.title, each.text) for each in articles] == [
        ("Beginnings — A life", "It began."),
        ("Middles — A life", "It went on.\n\nAnd on."),
        ("Ends — A life", "It ended."),
    ]
    origin = str((tmp_path / "a.epub").resolve())
    assert [each.origin for each in articles] == [f"{origin}#{number}" for number in (1, 2, 3)]
    assert {each.published for each in articles} == {date(2024, 3, 15)}


def test_a_locked_book_is_named(tmp_path: Path) -> None:
    path = write_epub(tmp_path / "a.epub", "A life", [("One", ["Words."])])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("META-INF/encryption.xml", "<x><EncryptedKey/></x>")
    with pytest.raises(ReadError, match=r"locked to its reader \(DRM\)"):
        list(read(path))


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".epub"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is encrypted, or in the format of before 2007"),
        (b"PK\x03\x04 not a zip", "is damaged"),
        (b"words", "is damaged"),
    ],
)
def test_a_file_that_is_no_archive_is_named(tmp_path: Path, suffix: str, content: bytes, reason: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=reason):
        list(read(path))


@pytest.mark.parametrize("suffix", [".docx", ".odt", ".epub"])
def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("content.xml", "w") as member:
        for _ in range(310):
            member.write(bytes(1_000_000))
    with pytest.raises(ReadError, match=r"unfolds to 310,000,000 bytes; at most 300,000,000 are read"):
        list(read(path))


def test_xml_that_declares_entities_is_refused(tmp_path: Path) -> None:
    path = write_odt(tmp_path / "a.odt", TITLE, PARAGRAPHS)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(ReadError, match="declares XML entities"):
        list(read(path))
