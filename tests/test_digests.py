"""A digest is remembered for as long as its file is the same, and taken anew whenever it may not be."""

from __future__ import annotations

import json
import os
import time
from hashlib import sha256
from pathlib import Path

import pytest

from index.digests import KnownDigests, whole


def written(path: Path, content: bytes) -> Path:
    """A new file."""
    path.write_bytes(content)
    return path


def settled() -> None:
    """Wait until what was written is old enough: the time of an inode's last change cannot be set."""
    time.sleep(2.2)


def test_the_digest_is_that_of_the_files_one_after_the_other(tmp_path: Path) -> None:
    files = [written(tmp_path / "a", b"one "), written(tmp_path / "b", b"two")]
    assert KnownDigests(tmp_path / "cache").of(files) == whole(files) == sha256(b"one two").hexdigest()


def test_a_settled_file_is_not_read_again_and_a_changed_one_is(tmp_path: Path) -> None:
    file, young, cache = written(tmp_path / "a", b"weights"), tmp_path / "young", tmp_path / "cache"
    settled()
    young.write_bytes(b"just written")
    known = KnownDigests(cache)
    assert known.of([file]) == sha256(b"weights").hexdigest()
    assert known.of([young]) == sha256(b"just written").hexdigest()
    kept = json.loads((cache / "digests.json").read_text("utf-8"))
    assert list(kept) == [str(file)]  # what was written this second may be written to once more

    kept[str(file)][1] = "remembered"
    (cache / "digests.json").write_text(json.dumps(kept), "utf-8")
    assert KnownDigests(cache).of([file]) == "remembered"

    before = file.stat()
    file.write_bytes(b"weighty")  # as long as before
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))  # and as old, to all appearances
    assert KnownDigests(cache).of([file]) == sha256(b"weighty").hexdigest()


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"a": 1}', '{"FILE": [[1], 2]}', '{"FILE": "x"}'])
def test_a_memory_that_cannot_be_read_is_none(kept: str, tmp_path: Path) -> None:
    file = written(tmp_path / "a", b"weights")
    (tmp_path / "digests.json").write_text(kept.replace("FILE", str(file)), "utf-8")
    assert KnownDigests(tmp_path).of([file]) == sha256(b"weights").hexdigest()


def test_without_a_folder_to_remember_in_each_digest_is_taken_anew(tmp_path: Path) -> None:
    file = written(tmp_path / "a", b"weights")
    assert KnownDigests(file).of([file]) == sha256(b"weights").hexdigest()
