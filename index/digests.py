"""SHA-256 of large files, remembered between runs for as long as a file's stamp stays the same."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

_NAME = "digests.json"
# A file that was written to within this time could be written to again without a new stamp, in seconds.
_SETTLED = 2.0

Stamp = list[int]
"""Inode, size, and the times of the last change of the content and of the inode, in nanoseconds; of each file."""


def cache_folder(cache: Path | None) -> Path:
    """The folder of what can be made again: `cache` itself, or the user's cache folder when None."""
    return cache or user_cache_path("pullquote", appauthor=False)


class KnownDigests:
    """Digests of files, kept in a cache folder. Where that cannot be written, each is taken anew.

    Hashing the weights of a model takes longer than answering a question. A file with the same inode, size and
    times is taken for the one that was hashed: every write through the file system changes the inode's time,
    which no program can set back. What that leaves out is a disk that changes bits by itself, for which there
    is `whole`, and somebody who may write to the cache folder, who could exchange the models in it as well.
    """

    def __init__(self, cache: Path | None) -> None:
        self._path = cache_folder(cache) / _NAME

    def of(self, files: Sequence[Path]) -> str:
        """The SHA-256 of the files' content, one after the other, in hexadecimal; raises OSError."""
        key, stamp = "|".join(map(str, files)), _stamp(files)
        known = self._read()
        before = known.get(key)
        if isinstance(before, list) and len(before) == 2 and before[0] == stamp and isinstance(before[1], str):
            return before[1]
        digest = whole(files)
        if _stamp(files) == stamp and max(stamp[3::4], default=0) < time.time_ns() - _SETTLED * 1e9:
            there = {each: said for each, said in known.items() if Path(each.split("|")[0]).exists()}
            self._write({**there, key: [stamp, digest]})
        return digest

    def _read(self) -> dict[str, object]:
        try:
            known = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return known if isinstance(known, dict) else {}

    def _write(self, known: dict[str, object]) -> None:
        # Of two programs that write at once one is forgotten, and what it found is found again.
        aside = self._path.with_name(f"{_NAME}.{os.getpid()}")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps(known), "utf-8")
            aside.replace(self._path)


def whole(files: Sequence[Path]) -> str:
    """The same, read from the disk whatever is remembered."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb", buffering=0) as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def _stamp(files: Sequence[Path]) -> Stamp:
    statuses = [file.stat() for file in files]
    return [n for s in statuses for n in (s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns)]
