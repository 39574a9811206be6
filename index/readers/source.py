"""Bytes from outside, opened with care and turned into text; knows no format."""

from __future__ import annotations

import codecs
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

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8_r"),
    *("cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949"),
)
"""The encodings that text from before UTF-8 is found in. Python knows a hundred, and guessing among all of
them reads a short English note as Chinese; some, such as punycode, are slow enough to be an attack."""

UNKNOWN = "\ufffd"
"""What Unicode puts in the place of bytes that spell nothing."""

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
    file = os.fdopen(descriptor, "rb")
    status = os.fstat(descriptor)
    reason = ""
    if not stat.S_ISREG(status.st_mode):
        reason = "is a device, a pipe or a folder; expected a regular file"
    elif status.st_size > limit:
        reason = f"is {status.st_size:,} bytes long; at most {limit:,} are read. Split it into smaller files"
    elif status.st_size == 0:
        reason = "is empty; expected an article"
    if reason:
        file.close()
        raise ReadError(shown(path), reason)
    return file


def read_bytes(path: Path, limit: int = FILE_LIMIT) -> bytes:
    """The whole of a file that holds one article; raises ReadError."""
    with open_file(path, limit) as file:
        try:
            return file.read(limit)
        except OSError as error:
            raise ReadError(shown(path), f"broke off while being read ({error.strerror})") from error


def find_encoding(sample: bytes) -> str:
    """The name of the encoding that bytes which are not UTF-8 are most likely in; empty if they are not text."""
    from charset_normalizer import from_bytes

    if b"\x1b$" in sample or b"\x1b(" in sample:
        return "iso2022_jp"
    # A few odd bytes among ASCII are too little to guess from; they are mostly curly quotes and accents.
    if sum(byte > 127 for byte in sample) < 0.03 * len(sample):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=list(LEGACY)).best()
    return best.encoding if best else ""


def decode(raw: bytes, name: str, notice: Notice, declared: str = "") -> str:
    """The text that the bytes spell, without its byte-order mark; raises ReadError if they spell none.

    A byte-order mark decides; then valid UTF-8 is UTF-8; then what the file declares; then a guess. UTF-8
    with a few broken bytes is read as such and each of them becomes U+FFFD, which `notice` is told.
    """
    for mark, encoding in BOMS:
        if raw.startswith(mark):
            text = raw[len(mark) :].decode(encoding, "replace")
            if broken := text.count(UNKNOWN):
                notice(ReadError(name, f"{broken} places are not {encoding}; they are read as {UNKNOWN}"))
            return _checked(text, name)
    if b"\x00" in raw:
        raise ReadError(name, "holds NUL bytes, so it is not text; expected UTF-8 or another text encoding")
    if b"\x1b" not in raw:
        mended = raw.decode("utf-8", "replace")
        broken = mended.count(UNKNOWN)
        if broken and not _is_utf8(raw):
            if 10 * broken > sum(character > "\x7f" for character in mended):
                return _decode_legacy(raw, name, declared)
            notice(ReadError(name, f"{broken} places are not UTF-8; they are read as {UNKNOWN}"))
        return _checked(mended, name)
    return _decode_legacy(raw, name, declared)


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_legacy(raw: bytes, name: str, declared: str) -> str:
    sample = raw[:200_000]
    if len(raw) > len(sample):  # never cut a character of several bytes in two
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    for encoding in (declared, find_encoding(sample), "utf-8"):
        try:
            known = codecs.lookup(encoding).name.replace("-", "_")
        except LookupError:
            continue
        # Web pages that say Latin-1 mean windows-1252, as browsers read them.
        known = "cp1252" if known in ("iso8859_1", "ascii") else known
        if known not in LEGACY and known not in ("utf_8", "shift_jis", "gb2312", "gbk", "euc_kr"):
            continue
        try:
            return _checked(raw.decode(known), name)
        except UnicodeDecodeError:
            continue
    raise ReadError(name, "is not text in any encoding known here; expected UTF-8. Convert it, then add it again")


def _checked(text: str, name: str) -> str:
    """The text; raises ReadError if it is full of control characters, as binary files are."""
    controls = len(text) - len(text.translate(CONTROLS))
    if controls > 0.02 * len(text):
        raise ReadError(name, f"{controls:,} of {len(text):,} characters are control characters; expected text")
    return text
