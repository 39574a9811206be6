"""Standard input as articles; what kind of file it carries is told from how it begins."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from index.article import Article
from index.errors import ReadError
from index.readers import read_file
from index.readers.source import FILE_LIMIT, Notice

STDIN = "-"
"""What standard input is called among the sources."""


def read_stdin(notice: Notice, stream: BinaryIO | None = None) -> Iterator[Article]:
    """The articles that a stream carries; each is known by what it says, since a stream has no name."""
    raw = (stream or sys.stdin.buffer).read(FILE_LIMIT + 1)
    name = f"stdin:{sha256(raw).hexdigest()[:16]}"
    if len(raw) > FILE_LIMIT:
        notice(ReadError("standard input", f"is longer than {FILE_LIMIT:,} bytes; add it as a file"))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"standard-input{kind_of_bytes(raw)}"
        path.write_bytes(raw)
        for article in read_file(path, lambda error: notice(ReadError("standard input", error.reason))):
            yield replace(article, origin=name + article.origin.removeprefix(str(path.resolve())))


def kind_of_bytes(raw: bytes) -> str:
    """The extension of the reader for bytes that have no name."""
    head = raw[:4000].lstrip().lower()
    if re.match(rb"(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(rss|feed|rdf:rdf)\b", head, re.DOTALL):
        return ".rss"
    if head.startswith(b"{") and b"jsonfeed.org/version" in head:
        return ".rss"
    if re.match(rb"(return-path|received|from|message-id|delivered-to|mime-version): ", head):
        return ".eml"
    for begins, kind in (
        (b"%pdf-", ".pdf"),
        (b"warc/", ".warc"),
        (b"<mediawiki", ".xml"),
        (b"{\\rtf", ".rtf"),
        (b"{", ".jsonl"),
        (b"---\n", ".md"),
        (b"# ", ".md"),
    ):
        if head.startswith(begins):
            return kind
    if head.startswith(b"pk\x03\x04"):
        return (
            ".epub"
            if b"application/epub" in raw[:200]
            else ".odt"
            if b"opendocument.text" in raw[:200]
            else ".docx"
        )
    return ".html" if b"<html" in head or head.startswith(b"<!doctype html") else ".txt"
