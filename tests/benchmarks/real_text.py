"""Distinct sentences of real text, from folders of questions and documentation, for indexes of any size."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_SENTENCE = re.compile(r"(?<![\w.])[A-Z][a-z'-]*(?: [^\s.!?<>{}|=]+){4,45}[.!?](?=\s|$)")
_KINDS = (".txt", ".md", ".rst", ".html", ".py", ".jsonl", ".jsonlines", ".gz", "copyright", "README")
_LONGEST = 2_000_000


def sentences_of(folders: Sequence[Path], most: int, seed: int = 0) -> list[str]:
    """At most so many sentences, each once, those of the first folder first; files are taken in a seeded order."""
    found: dict[str, None] = {}
    for folder in folders:
        files = sorted(path for path in folder.rglob("*") if path.name.endswith(_KINDS) and path.is_file())
        random.Random(seed).shuffle(files)
        for path in files:
            for sentence in _SENTENCE.findall(" ".join(_text(path).split())):
                found.setdefault(sentence)
            if len(found) >= most:
                return list(found)[:most]
    return list(found)


def questions_of(folder: Path, most: int, seed: int = 0) -> list[str]:
    """Questions that people asked: the texts in a folder's JSON lines that are short and end in a question mark."""
    lines = [text for path in sorted(folder.rglob("*.json*")) for text in _strings(path)]
    asked = sorted({text for text in lines if 15 < len(text) < 200 and text.endswith("?")})
    random.Random(seed).shuffle(asked)
    return asked[:most]


def _text(path: Path) -> str:
    if path.suffix in (".jsonl", ".jsonlines"):
        return " ".join(text for text in _strings(path) if len(text) > 40)
    with path.open("rb") as stream:
        head = stream.read(_LONGEST)
    if path.suffix == ".gz":
        try:
            head = gzip.decompress(path.read_bytes())[:_LONGEST]
        except (OSError, EOFError):
            return ""
    return head.decode("utf-8", "replace")


def _strings(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            yield from _within(json.loads(line))


def _within(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _within(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _within(each)
