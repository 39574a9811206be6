"""Zip and gzip files opened with care: what would unfold beyond a limit is refused before it fills the memory."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import ReadError
from index.readers.source import FILE_LIMIT, open_file, shown

UNFOLDED_LIMIT = 300_000_000
"""The most bytes that all members of an archive may unfold to."""

MEMBER_LIMIT = 50_000_000
"""The most bytes of one member that is read."""


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; raises ReadError when it is none, is encrypted, or says that it unfolds beyond the limit."""
    with open_file(path, UNFOLDED_LIMIT) as file:
        if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise ReadError(
                shown(path), "is encrypted, or in the format of before 2007; save it anew, without a password"
            )
        file.seek(0)
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise ReadError(shown(path), f"is damaged ({error}); expected a zip archive") from error
        with archive:
            if any(member.flag_bits & 1 for member in archive.infolist()):
                raise ReadError(shown(path), "is encrypted; save it without a password")
            if (size := sum(member.file_size for member in archive.infolist())) > UNFOLDED_LIMIT:
                raise ReadError(shown(path), f"unfolds to {size:,} bytes; at most {UNFOLDED_LIMIT:,} are read")
            yield archive


def read_member(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """The bytes of a member; raises ReadError when it is not there, is damaged or longer than the limit."""
    try:
        with archive.open(name) as member:
            content = member.read(MEMBER_LIMIT + 1)
    except KeyError as error:
        raise ReadError(shown(path), f"holds no {name}; it is no complete file of its kind") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise ReadError(shown(path), f"is damaged: {name} cannot be unpacked ({error})") from error
    if len(content) > MEMBER_LIMIT:
        raise ReadError(shown(path), f"{name} unfolds beyond {MEMBER_LIMIT:,} bytes, which is not read")
    return content


def gunzip(raw: bytes, name: str, limit: int = FILE_LIMIT) -> bytes:
    """What gzip packed; raises ReadError when it is damaged or unfolds beyond the limit."""
    unpacked = bytearray()
    while raw:
        engine = zlib.decompressobj(wbits=31)
        try:
            unpacked += engine.decompress(raw, limit + 1 - len(unpacked))
        except zlib.error as error:
            raise ReadError(name, f"is no gzip file that can be unpacked ({error})") from error
        if len(unpacked) > limit:
            raise ReadError(name, f"unfolds beyond {limit:,} bytes, which is not read")
        if not engine.eof:
            raise ReadError(name, "is a gzip file that breaks off; expected it whole")
        raw = engine.unused_data.lstrip(b"\x00")
    return bytes(unpacked)
