"""Word files (.docx), one article each: paragraphs, lists and tables in order, without headers and footers."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.article import Article
from index.errors import ReadError
from index.readers.archive import open_zip
from index.readers.fields import make_article, one_line
from index.readers.headline import drop_headline, split_headline
from index.readers.source import Notice, shown


def read_docx(path: Path, notice: Notice) -> Iterator[Article]:
    """The file's article, titled by a paragraph in the style Title, else by its properties, a headline or its name.

    The day on which the file was made is not taken for a day of publication. Raises ReadError.
    """
    import docx
    from docx.opc.exceptions import OpcError

    with open_zip(path):  # refuses what is encrypted or would unfold beyond the limits
        pass
    try:
        document = docx.Document(str(path))
        named = document.core_properties
        said = {"title": named.title, "author": named.author}
        # What it makes up for a file that has no properties.
        if "python-docx" in (named.author, named.last_modified_by):
            said = {
                "title": named.title.replace("Word Document", ""),
                "author": named.author.replace("python-docx", ""),
            }
        found = list(_paragraphs(document))
    except (OpcError, KeyError, ValueError, AttributeError, zipfile.BadZipFile, SyntaxError, OSError) as error:
        raise ReadError(shown(path), f"is damaged ({error}); expected a Word file") from error
    styled = next((text for style, text in found if style == "Title"), "")
    heading = next((text for style, text in found if style == "Heading 1"), "")
    title = one_line(styled or said["title"] or heading)
    text = "\n\n".join(text for _, text in found)
    title, text = (title, drop_headline(text, title)) if title else split_headline(text)
    yield make_article({**said, "title": title}, text, str(path), path.stem, notice)


def _paragraphs(container: Any) -> Iterator[tuple[str, str]]:  # python-docx: a document or a cell
    """The name of the style and the words of each paragraph and of each row of a table."""
    from docx.table import Table

    for block in container.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = {cell._tc: cell.text for cell in row.cells}  # merged cells are listed once for each place
                row_words = [" ".join(text.split()) for text in cells.values()]
                if any(row_words):
                    yield "", " | ".join(each for each in row_words if each)
        elif words := _words(block):
            yield (block.style.name if block.style is not None else ""), words


def _words(paragraph: Any) -> str:
    """The words of a paragraph, those of links among them."""
    lines = (" ".join(line.split()) for line in paragraph.text.split("\n"))
    return "\n".join(line for line in lines if line)
