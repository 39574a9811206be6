"""E-books (.epub): one article for each chapter, in the order of the spine; pictures are left out."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from zipfile import ZipFile

from index.article import Article
from index.errors import ReadError
from index.readers.archive import open_zip, read_member
from index.readers.encoding import decode
from index.readers.fields import make_article, one_line
from index.readers.headline import drop_headline
from index.readers.markup import paragraphs_of, parse_html, parse_xml
from index.readers.source import Notice, shown

CHAPTER_LIMIT = 5_000
"""The most chapters of a book that are read."""


def read_epub(path: Path, notice: Notice) -> Iterator[Article]:
    """The chapters that hold text, each titled by its first heading and the book's title.

    A book of one chapter is one article with the book's title. Raises ReadError, as for a book that is
    locked to its reader (DRM).
    """
    with open_zip(path) as archive:
        if "META-INF/encryption.xml" in archive.namelist() and b"EncryptedKey" in read_member(
            archive, "META-INF/encryption.xml", path
        ):
            raise ReadError(shown(path), "is locked to its reader (DRM) and cannot be read here")
        said, files = _package(archive, path)
        chapters = [each for file in files[:CHAPTER_LIMIT] if (each := _chapter(archive, file, path, notice))[1]]
    if not chapters:
        raise ReadError(shown(path), "holds no text; expected a book with at least one chapter of words")
    for number, (heading, text) in enumerate(chapters, 1):
        title = said["title"]
        opens_book = number == 1 and not heading and text.split("\n")[0] == one_line(title)
        if len(chapters) > 1 and not opens_book:
            title = " — ".join(part for part in (heading or f"Chapter {number}", said["title"]) if part)
        origin = str(path) if len(chapters) == 1 else f"{path}#{number}"
        text = drop_headline(text, one_line(heading or title)) or text
        yield make_article({**said, "title": title or heading}, text, origin, path.stem, notice, "Dublin Core")


def _package(archive: ZipFile, path: Path) -> tuple[dict[str, str], list[str]]:
    """What the book says about itself, and the names of its chapters' files in order."""
    container = parse_xml(read_member(archive, "META-INF/container.xml", path), shown(path))
    package = next((each.get("full-path") for each in container.iter("{*}rootfile")), None)
    if not package:
        raise ReadError(shown(path), "names no package file; it is no complete e-book")
    root = parse_xml(read_member(archive, package, path), shown(path))
    said = {
        "title": _first(root, "title"),
        "author": ", ".join(text for each in root.iter(f"{_DC}creator") if (text := (each.text or "").strip())),
        "source": _first(root, "publisher"),
        "published": _first(root, "date") if len(_first(root, "date")) >= 10 else "",  # a year is no day
    }
    files = {each.get("id"): each.get("href", "") for each in root.iter("{*}item")}
    folder = posixpath.dirname(package)
    spine = [files[each.get("idref")] for each in root.iter("{*}itemref") if each.get("idref") in files]
    return said, [posixpath.normpath(posixpath.join(folder, unquote(file))) for file in spine]


_DC = "{http://purl.org/dc/elements/1.1/}"


def _first(root: Any, name: str) -> str:  # an lxml element
    return next((text for each in root.iter(f"{_DC}{name}") if (text := (each.text or "").strip())), "")


def _chapter(archive: ZipFile, file: str, path: Path, notice: Notice) -> tuple[str, str]:
    """The first heading of a chapter and its words; both empty where it has none."""
    html = decode(read_member(archive, file, path), f"{shown(path)}, {file}", notice)
    if not html.strip():
        return "", ""
    root = parse_html(html, f"{shown(path)}, {file}")
    heading = next((" ".join(each.itertext()) for each in root.iter("h1", "h2", "h3")), "")
    return one_line(heading), "\n\n".join(paragraphs_of(root))
