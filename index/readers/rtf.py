"""Rich text (.rtf), one article each: the words without marks, pictures and notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from index.article import Article, canonical
from index.errors import ReadError
from index.readers.bullets import without_bullet
from index.readers.fields import make_article, one_line
from index.readers.headline import drop_headline, split_headline
from index.readers.source import Notice, legible, read_bytes, shown


def read_rtf(path: Path, notice: Notice) -> Iterator[Article]:
    """The file's article, titled by its properties, else by its headline, else by its name; raises ReadError."""
    from striprtf import striprtf

    raw = read_bytes(path)
    if not raw.lstrip().startswith(b"{\\rtf"):
        raise ReadError(shown(path), "does not begin with {\\rtf; expected rich text")
    marked = raw.decode("latin-1")
    try:
        unmark: Callable[..., str] = striprtf.rtf_to_text
        text = _paragraphs(unmark(marked, errors="replace"))
        said = {name: _paragraphs(unmark(f"{{\\rtf1 {value}}}", errors="replace")) for name, value in _said(marked)}
    except (ValueError, KeyError, IndexError, LookupError, RecursionError, OverflowError) as error:
        raise ReadError(shown(path), f"cannot be taken apart as rich text ({error}); save it again") from error
    title = one_line(said.get("title", ""))
    if title:
        text = drop_headline(text, title)
    else:
        title, text = split_headline(text)
    yield make_article({"title": title, "author": said.get("author", "")}, text, str(path), path.stem, notice)


def _said(marked: str) -> list[tuple[str, str]]:
    """Title and author as they stand in the group of properties."""
    return re.findall(r"\{\\(title|author) ([^{}]{1,1000})\}", marked[:20_000])


def _paragraphs(text: str) -> str:
    """Each line of rich text is a paragraph; letters that the format writes in two halves are put together."""
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lines = (without_bullet(" ".join(line.split())) for line in canonical(legible(text)).split("\n"))
    return "\n\n".join(_row(line) for line in lines if line)


def _row(line: str) -> str:
    """The cells of a row of a table set apart as in other formats; striprtf ends each of them with `|`."""
    cells = (cell.strip() for cell in line.split("|"))
    return " | ".join(cell for cell in cells if cell) if line.endswith("|") else line
