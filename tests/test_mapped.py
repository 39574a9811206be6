"""Pages of a mapped file that are given back are gone from memory and are read again when they are needed."""

from __future__ import annotations

import mmap
from pathlib import Path

from index.mapped import let_go

SIZE = 4 * 2**20


def held(path: Path) -> int:
    """The bytes of a mapped file that this process holds in memory."""
    found, ours = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        words = line.split()
        if not words[0].endswith(":"):
            ours = line.endswith(str(path))
        elif ours and words[0] == "Rss:":
            found += int(words[1]) * 1024
    return found


def test_what_is_let_go_is_gone_from_memory_and_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    written = bytes(range(256)) * (SIZE // 256)
    path.write_bytes(written)
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert mapped[:] == written
        assert held(path) == SIZE
        assert let_go(path) == SIZE
        assert held(path) == 0
        assert mapped[:] == written


def test_a_file_that_is_not_mapped_or_is_being_written_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(bytes(SIZE))
    assert let_go(path) == 0
    with path.open("r+b") as stream, mmap.mmap(stream.fileno(), 0) as mapped:
        mapped[0] = 1
        assert let_go(path) == 0
        assert mapped[0] == 1
