"""OpenDocument texts (.odt), one article each: paragraphs, lists and tables in order, without headers and footers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.article import Article
from index.errors import ReadError
from index.readers.archive import open_zip, read_member
from index.readers.fields import make_article, one_line
from index.readers.headline import drop_headline, split_headline
from index.readers.markup import parse_xml
from index.readers.source import Notice, shown

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = f"{_TEXT}style-name"
_LEFT_OUT = (f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_TEXT}ruby-text", f"{_TEXT}note-citation")


def read_odt(path: Path, notice: Notice) -> Iterator[Article]:
    """The file's article, titled by a paragraph in the style Title, else by its properties, a headline or its name.

    The day on which the file was made is not taken for a day of publication. Raises ReadError.
    """
    with open_zip(path) as archive:
        content = parse_xml(read_member(archive, "content.xml", path), shown(path))
        names = archive.namelist()
        meta = parse_xml(read_member(archive, "meta.xml", path), shown(path)) if "meta.xml" in names else None
        manifest = read_member(archive, "META-INF/manifest.xml", path) if "META-INF/manifest.xml" in names else b""
    if b"encryption-data" in manifest:
        raise ReadError(shown(path), "is encrypted; save it without a password")
    said = {each.tag.rpartition("}")[2]: each.text or "" for each in meta.iter("*")} if meta is not None else {}
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    if body is None:
        raise ReadError(shown(path), "holds no text document; expected one saved as .odt")
    found = list(_paragraphs(body))
    styled = next((text for style, text in found if style == "Title"), "")
    heading = next((text for style, text in found if style == "heading"), "")
    title = one_line(styled or said.get("title") or heading)
    text = "\n\n".join(text for _, text in found)
    title, text = (title, drop_headline(text, title)) if title else split_headline(text)
    fields = {"title": title, "author": said.get("initial-creator") or said.get("creator") or ""}
    yield make_article(fields, text, str(path), path.stem, notice)


def _paragraphs(body: Any) -> Iterator[tuple[str, str]]:  # an lxml element
    """The style and the words of each paragraph, and of each row of a table."""
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if element.tag in _LEFT_OUT:
            continue
        if element.tag == f"{_TABLE}table-row":
            cells = (" ".join(_words(cell).split()) for cell in element)
            if row := " | ".join(cell for cell in cells if cell):
                yield "", row
        elif element.tag in (f"{_TEXT}p", f"{_TEXT}h"):
            lines = (" ".join(line.split()) for line in _words(element).split("\n"))
            if words := "\n".join(line for line in lines if line):
                yield ("heading" if element.tag == f"{_TEXT}h" else element.get(_STYLE, "")), words
        elif isinstance(element.tag, str):
            waiting.extend(reversed(element))


def _words(element: Any) -> str:
    """The words inside an element, with the blanks that the format writes as elements."""
    words: list[str] = []
    waiting: list[Any] = [element]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            words.append(each)
            continue
        if not isinstance(each.tag, str) or each.tag in _LEFT_OUT:
            continue
        if each.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}p"):
            words.append(" ")
        elif each.tag == f"{_TEXT}line-break":
            words.append("\n")
        words.append((each.text or "").replace("\n", " "))
        for child in reversed(each):
            waiting.append((child.tail or "").replace("\n", " "))
            waiting.append(child)
    return "".join(words)
