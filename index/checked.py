"""Which large files were found whole: they are hashed once, not at every start; it judges no content itself.

A file is known by inode, size and time of change, so that whatever writes to it, copies it or puts another in
its place has it hashed anew. What changes none of these is a disk that forgets; `python -m bot verify` reads all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from index.manifest import file_digest

NAME = "checked.json"

SMALL = 1_000_000
"""Bytes up to which a file is hashed whenever it is opened: some milliseconds for all files of a small index."""


class Checked:
    """What is remembered in one index folder; where it cannot be written, files are hashed at every start."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._before = self._found = self._read()

    def is_whole(self, path: Path, digest: str, *, again: bool) -> bool:
        """Whether a file is there and has its digest."""
        try:
            if not again and path.stat().st_size > SMALL and self._found.get(digest) == _identity(path):
                return True
            if file_digest(path) != digest:
                return False
            self.note(path, digest)
        except OSError:
            return False
        return True

    def note(self, path: Path, digest: str) -> None:
        """Remember a file that has just been hashed."""
        if path.stat().st_size > SMALL:
            self._found = {**self._found, digest: _identity(path)}

    def keep(self, digests: Iterable[str]) -> None:
        """Write down what is remembered of these files, and no other."""
        wanted = set(digests)
        kept = {digest: known for digest, known in self._found.items() if digest in wanted}
        if kept == self._before:
            return
        temporary = self._path.with_name(f"{NAME}.{os.getpid()}")
        try:
            temporary.write_text(json.dumps(kept), "utf-8")
            temporary.replace(self._path)
        except OSError:
            temporary.unlink(missing_ok=True)

    def _read(self) -> dict[str, list[int]]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _identity(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_ino, status.st_size, status.st_mtime_ns]
