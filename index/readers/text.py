"""Plain text files, one article each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.article import Article, canonical
from index.readers.encoding import decode
from index.readers.fields import make_article
from index.readers.headline import split_headline
from index.readers.source import Notice, legible, read_bytes, shown


def read_text(path: Path, notice: Notice) -> Iterator[Article]:
    """The file's article: its headline is the title and the rest the text, character for character.

    Without a headline, all of it is the text and the file's name the title. Raises ReadError.
    """
    text = canonical(legible(decode(read_bytes(path), shown(path), notice)))
    headline, body = split_headline(text)
    yield make_article({"title": headline}, body, str(path), path.stem, notice)
