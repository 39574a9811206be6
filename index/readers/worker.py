"""The process in which one risky file after the other is taken apart; it writes no file and knows no secret."""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from index.article import Article
from index.errors import ReadError
from index.readers.rows import Columns
from index.readers.source import Notice

Reader = Callable[[Path, Notice], Iterator[Article]]
TableReader = Callable[[Path, Notice, Columns | None], Iterator[Article]]


def main() -> None:
    """Answer each line on standard input, a reader's name and a path, with lines of JSON; until the input ends."""
    # Whatever a parser prints must not get among the answers.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    is_limited = False
    for line in sys.stdin:
        asked = json.loads(line)
        module, _, name = asked["reader"].partition(":")
        found = getattr(importlib.import_module(module), name)
        columns = asked["columns"]
        reader: Reader = found if columns is None else functools.partial(found, columns=columns)
        if not is_limited:
            _limit(int(asked["memory"]))
            is_limited = True
        _answer(reader, Path(asked["path"]), answers)


def _answer(reader: Reader, path: Path, answers: TextIO) -> None:
    def say(**said: object) -> None:
        answers.write(json.dumps(said) + "\n")
        answers.flush()

    def skip(error: ReadError) -> None:
        say(skipped=[error.source, error.reason])

    try:
        for article in reader(path, skip):
            moments = {"published": article.published, "published_at": article.published_at}
            say(article=asdict(article) | {name: each and each.isoformat() for name, each in moments.items()})
        say(end=True)
    except ReadError as error:
        say(end=True, refused=[error.source, error.reason])
    except MemoryError:
        say(end=True, refused=[str(path), "takes more memory to read than is allowed; split it, or save it anew"])


def _limit(memory: int) -> None:
    """Allow this process `memory` bytes beyond what it holds already, and no file to be written."""
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit of the other side stays
        return
    try:
        held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except OSError:  # no Linux
        held = 2_000_000_000
    for kind, limit in ((resource.RLIMIT_AS, held + memory), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        _, most = resource.getrlimit(kind)
        try:
            resource.setrlimit(kind, (limit if most < 0 else min(limit, most), most))
        except (ValueError, OSError):  # macOS refuses some
            continue
