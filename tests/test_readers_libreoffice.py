"""What a real office program writes in each format is read to the same sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Article, read, sentences
from tests.libreoffice import BLOCKS, HEAD, HEADING, ITEMS, LAST, LEAD, LINKED, LONG, TITLE, convert, write_source

TIMES = len(LAST)
"""How often most of the article is said, so that it fills several pages."""


def articles_in(kind: str, folder: Path) -> list[Article]:
    """What is read from the article when LibreOffice has turned it into this format."""
    source = folder / "article.fodt"
    write_source(source)
    (made,) = convert([source], kind, folder)
    return list(read(made, on_skip=lambda error: pytest.fail(str(error))))


@pytest.mark.parametrize("kind", ["docx", "odt", "rtf", "html"])
def test_an_office_file_is_read_paragraph_by_paragraph_with_its_lists_and_tables(kind: str, tmp_path: Path) -> None:
    (article,) = articles_in(kind, tmp_path)
    assert (article.title, article.author) == (TITLE, "Ann Lee")
    assert article.text.split("\n\n") == BLOCKS


def test_a_book_is_read_chapter_by_chapter(tmp_path: Path) -> None:
    chapters = articles_in("epub", tmp_path)
    # It begins a chapter with each heading, and marks none of them as a heading.
    assert [each.title for each in chapters] == [TITLE, *(f"Chapter {at + 2} — {TITLE}" for at in range(TIMES))]
    assert {each.author for each in chapters} == {"Ann Lee"}
    assert [part for each in chapters for part in each.text.split("\n\n")] == BLOCKS


def test_a_pdf_is_read_sentence_by_sentence_without_its_running_heads(tmp_path: Path) -> None:
    (article,) = articles_in("pdf", tmp_path)
    assert (article.title, article.author) == (TITLE, "Ann Lee")
    flowing = article.text.replace("\n\n", " ")
    for block in (LEAD, LONG, HEADING, *ITEMS, "".join(LINKED)):
        for start, end in sentences(block):
            sentence = block[start:end].strip()
            assert flowing.count(sentence) == TIMES, sentence
    assert [flowing.count(last) for last in LAST] == [1] * TIMES
    for row in ("Model First year", "Leaf 2026", "Juke 2027"):  # a PDF knows no cells
        assert flowing.count(row) == TIMES
    # A head that stands on a first page cannot be told from a first line, if the page has a title of its own.
    assert flowing.count(HEAD) <= 1
    assert not any(part.strip().isdecimal() for part in article.text.split("\n\n"))
    pages = [page for _, page in article.pages]
    assert pages == list(range(1, len(pages) + 1))
    assert article.page_at(len(article.text) - 1) == len(pages) > 1
