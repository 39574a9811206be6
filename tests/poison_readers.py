"""Readers that do what a bad file makes a parser do; run in the process that is meant for such files."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from index import Article, ReadError
from index.readers.source import Notice


def fine(path: Path, notice: Notice) -> Iterator[Article]:
    print("parsers print at times")  # noqa: T201
    notice(ReadError(str(path), "a remark"))
    yield Article("Fine", f"Read by process {os.getpid()}.", origin=str(path), pages=((0, 1),))


def hangs(path: Path, notice: Notice) -> Iterator[Article]:
    yield Article("First", "One article before it hangs.", origin=f"{path}#1")
    time.sleep(60)


def dies(path: Path, notice: Notice) -> Iterator[Article]:
    os.kill(os.getpid(), signal.SIGSEGV)
    yield from ()


def raises(path: Path, notice: Notice) -> Iterator[Article]:
    yield from {"": [Article("", "")]}["a parser's own mistake"]


def swells(path: Path, notice: Notice) -> Iterator[Article]:
    held = [bytearray(50_000_000) for _ in range(100)]
    yield Article("Large", f"{len(held)} pieces.", origin=str(path))


def writes(path: Path, notice: Notice) -> Iterator[Article]:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        path.with_suffix(".written").write_text("words")
    except OSError as error:
        raise ReadError(str(path), f"could not write ({error.strerror})") from error
    yield Article("Written", "It could write.", origin=str(path))


def tells_secrets(path: Path, notice: Notice) -> Iterator[Article]:
    yield Article("Secrets", " ".join(sorted(os.environ)), origin=str(path))
