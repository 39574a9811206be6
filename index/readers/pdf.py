"""PDF files, one article each, with the page on which each part of the text stood; pictures are not looked at."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from index.article import Article, canonical
from index.errors import ReadError
from index.readers.bullets import without_bullet
from index.readers.fields import make_article, one_line
from index.readers.headline import drop_headline
from index.readers.layout import Line, flow, pages_of_body, running_text, without_running_heads
from index.readers.source import Notice, legible, read_bytes, shown

PDF_LIMIT = 100_000_000
"""The most bytes of a file: most of a PDF is pictures."""

PAGE_LIMIT = 3_000
"""The most pages of a file."""

_HYPHENS = (0x02, 0xFFFE, 0xAD)
"""What PDFium puts in the place of a hyphen at the end of a line."""

_NO_TITLE = re.compile(r"untitled|microsoft word|document\d*$|.*\.(docx?|odt|pdf|tex|indd|rtf)$", re.IGNORECASE)
"""What programs write as the title of a document whose author gave it none."""


_OUTER = (min, min, max, max, min, max)
"""Which edge of two boxes is the outer one: left, bottom, right and top of the ink, lowest and highest of the line."""


def read_pdf(path: Path, notice: Notice) -> Iterator[Article]:
    """The file's article, titled by its properties, else by a headline in larger letters, else by its name.

    The day on which the file was made is not taken for a day of publication. Raises ReadError, as for a
    file that is encrypted, or that was scanned and holds no text.
    """
    import pypdfium2

    raw = read_bytes(path, PDF_LIMIT)
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        reason = (
            "is encrypted; save it without a password, then add it again"
            if "password" in str(error).lower()
            else f"is no PDF that can be read ({error}); open it in a PDF viewer, save it anew, then add it again"
        )
        raise ReadError(shown(path), reason) from error
    try:
        if len(document) > PAGE_LIMIT:
            raise ReadError(shown(path), f"has {len(document):,} pages; at most {PAGE_LIMIT:,} are read. Split it")
        said = document.get_metadata_dict()
        pages = [_lines(document, number, path) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise ReadError(shown(path), f"is damaged ({error}); save it again") from error
    finally:
        document.close()
    if not any(pages):
        raise ReadError(
            shown(path),
            f"has {len(pages)} pages and no text, so it was probably scanned; run OCR over it, such as ocrmypdf",
        )
    text, starts, headline = running_text(without_running_heads([flow(page) for page in pages]))
    title = one_line(said.get("Title", ""))
    if not title or _NO_TITLE.match(title):
        title = one_line(headline)
    body = drop_headline(text, title).strip()
    article = make_article({"title": title, "author": said.get("Author", "")}, body, str(path), path.stem, notice)
    # Only where no character had to be changed do the places of the pages still hold.
    kept = tuple(pages_of_body(text, body, starts)) if article.text == body else ()
    yield replace(article, pages=kept)


def _lines(document: Any, number: int, path: Path) -> list[Line]:  # pypdfium2 carries no types
    """The pieces of lines of one page, each with the box that its letters fill."""
    from pypdfium2 import raw as pdfium

    page = document[number]
    letters = page.get_textpage()
    edges = [ctypes.c_double() for _ in range(4)]
    whole = pdfium.FS_RECTF()
    pieces: list[Line] = []
    words: list[str] = []
    box: list[float] = []

    def close() -> None:
        text = without_bullet(canonical(legible("".join(words))).strip())
        if text and box:
            pieces.append(Line(box[0], box[1], box[2], max(box[3], box[1] + 1), text, box[5] - box[4]))
        words.clear()
        box.clear()

    for at in range(pdfium.FPDFText_CountChars(letters)):
        code = pdfium.FPDFText_GetUnicode(letters, at)
        if code in (0x0A, 0x0D):
            close()
            continue
        letter = "-" if code in _HYPHENS else chr(code) if 0 < code < 0x110000 else ""
        if letter.isspace() or not pdfium.FPDFText_GetCharBox(letters, at, edges[0], edges[2], edges[1], edges[3]):
            words.append(" ")
            continue
        left, bottom, right, top = (edge.value for edge in edges)
        # A dash at the head of a line is as low as the gap behind it is not: the letter that follows tells.
        if box and (left - box[2] > 1.6 * max(box[3] - box[1], top - bottom) or bottom > box[5] or top < box[4]):
            close()
        words.append(letter)
        is_sized = pdfium.FPDFText_GetLooseCharBox(letters, at, whole)
        low, high = (whole.bottom, whole.top) if is_sized else (bottom, top)
        one = [left, bottom, right, top, low, high]
        box[:] = [pick(*both) for pick, *both in zip(_OUTER, box, one, strict=True)] if box else one
    close()
    letters.close()
    page.close()
    return pieces
