"""One and the same article in the formats of office programs and e-books, made by hand or by their own library."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path


def write_docx(path: Path, title: str, paragraphs: Sequence[str], author: str = "") -> Path:
    """A Word file with a title and paragraphs."""
    import docx

    document = docx.Document()
    document.core_properties.author = author
    document.add_paragraph(title, "Title")
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def write_odt(path: Path, title: str, paragraphs: Sequence[str], author: str = "") -> Path:
    """An OpenDocument text with a title and paragraphs."""
    names = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0"'
    )
    body = "".join(f"<text:p>{each if each.startswith('<') else escape(each)}</text:p>" for each in paragraphs)
    content = (
        f"<office:document-content {names}><office:body><office:text>"
        f'<text:p text:style-name="Title">{escape(title)}</text:p>{body}</office:text></office:body>'
        "</office:document-content>"
    )
    meta = (
        f"<office:document-meta {names}><office:meta><meta:initial-creator>{escape(author)}</meta:initial-creator>"
        "</office:meta></office:document-meta>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)
        archive.writestr("meta.xml", meta)
    return path


def write_epub(path: Path, title: str, chapters: Sequence[tuple[str, Sequence[str]]], author: str = "") -> Path:
    """A book of (heading, paragraphs), its spine in the opposite order of its files' names."""
    names = [f"text/{len(chapters) - at:03}.xhtml" for at in range(len(chapters))]
    items = "".join(f'<item id="c{at}" href="{name}"/>' for at, name in sorted(enumerate(names), reverse=True))
    spine = "".join(f'<itemref idref="c{at}"/>' for at in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator><dc:date>2024-03-15</dc:date>"
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
        )
        archive.writestr("OPS/book.opf", package)
        for name, (heading, paragraphs) in zip(names, chapters, strict=True):
            body = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
            archive.writestr(
                f"OPS/{name}",
                f"<html><head><title>x</title></head><body><h1>{escape(heading)}</h1>{body}</body></html>",
            )
    return path


def write_rtf(path: Path, title: str, paragraphs: Sequence[str], author: str = "") -> Path:
    """Rich text with a title and paragraphs."""

    def marked(text: str) -> str:
        units = text.encode("utf-16-le")
        codes = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
        return "".join(
            f"\\{chr(code)}" if code < 128 and chr(code) in "\\{}"
            else chr(code) if code < 128
            else f"\\u{code if code < 32768 else code - 65536}?"
            for code in codes
        )  # fmt: skip

    body = "".join(f"\\pard {marked(each)}\\par\n" for each in (title, *paragraphs))
    head = f"{{\\info{{\\title {marked(title)}}}{{\\author {marked(author)}}}}}"
    path.write_text(f"{{\\rtf1\\ansi\\uc1{{\\fonttbl{{\\f0 Arial;}}}}{head}\n{body}}}", encoding="ascii")
    return path
