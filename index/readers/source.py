"""Files from outside, opened with care; knows no format and no encoding."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from index.errors import ReadError

Notice = Callable[[ReadError], None]
"""Is told of everything that is left out, be it a file, a line or a date; reading goes on afterwards."""

FILE_LIMIT = 20_000_000
"""The most bytes of a file that holds one article."""

BREAKS: dict[int, str | None] = {ord(mark): "\n" for mark in "\x0b\x0c\x85"}
CONTROLS: dict[int, str | None] = {
    code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A, 0x0D)
}


def shown(path: str | os.PathLike[str]) -> str:
    """The path as it can be shown in one line of text, whatever bytes its name is made of."""
    name = os.fspath(path)
    return name if name.isprintable() else ascii(name)[1:-1]


def legible(text: str) -> str:
    """Text without control characters, which could steer a terminal; page and line breaks become `\\n`."""
    return text.translate(CONTROLS | BREAKS)


def open_file(path: Path, limit: int = FILE_LIMIT) -> BinaryIO:
    """The file, open at its first byte; raises ReadError unless it is a regular one of 1 to `limit` bytes."""
    try:
        # Not blocking: opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ReadError(shown(path), f"cannot be opened ({reason}); expected a file that you may read") from error
    status = os.fstat(descriptor)
    reason = ""
    if not stat.S_ISREG(status.st_mode):
        reason = "is a device, a pipe or a folder; expected a regular file"
    elif status.st_size > limit:
        reason = f"is {status.st_size:,} bytes long; at most {limit:,} are read. Split it into smaller files"
    elif status.st_size == 0:
        reason = "is empty; expected an article"
    if reason:
        os.close(descriptor)
        raise ReadError(shown(path), reason)
    return os.fdopen(descriptor, "rb")


def read_bytes(path: Path, limit: int = FILE_LIMIT) -> bytes:
    """The whole of a file that holds one article; raises ReadError."""
    with open_file(path, limit) as file:
        try:
            return file.read(limit)
        except OSError as error:
            raise ReadError(shown(path), f"broke off while being read ({error.strerror})") from error
