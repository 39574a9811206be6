"""Merging in the background loses nothing when it is killed, and what is remembered of files misses no change."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np

from index.checked import SMALL, Checked
from index.generation import damaged_files, generation_folder, next_generation
from index.inside import Inside, packed
from index.manifest import Manifest, file_digest, read_manifest, write_manifest
from index.ports import Vectors
from index.stores.faiss import FaissStore
from index.stores.segments import numbers
from index.stores.sentences import SentenceStore
from index.stores.writing import write_segment
from index.tending import Tender

ROOT = Path(__file__).parent.parent
EXACT_UP_TO = 40
MERGE = """
import sys
from contextlib import nullcontext
from pathlib import Path
from index.stores.faiss import FaissStore
from index.tending import Tender
import faiss
print("ready", flush=True)
Tender(Path(sys.argv[1]), nullcontext, lambda: None, int(sys.argv[2])).tend()
"""


def unit_rows(n: int, seed: int) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((n, 32))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def current(folder: Path) -> tuple[Manifest, Path]:
    manifest = read_manifest(folder)
    assert manifest is not None
    return manifest, generation_folder(folder, manifest.generation)


def write(folder: Path, ids: range, gone: list[int]) -> None:
    manifest, _ = current(folder)
    rows = unit_rows(len(ids), ids.start)
    with next_generation(folder, manifest, 0) as place:
        write_segment(
            place, ids, rows, [packed(Inside(row[None, :], row[None, :])) for row in rows], gone, EXACT_UP_TO
        )


def test_a_merge_that_is_killed_leaves_an_index_that_the_next_one_merges(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest("small", "0", 32))
    chance = random.Random(5)
    alive: set[int] = set()
    for start in range(1, 1_001, 200):
        gone = sorted(chance.sample(sorted(alive), 10)) if alive else []
        write(tmp_path, range(start, start + 200), gone)
        alive = (alive | set(range(start, start + 200))) - set(gone)
        merge = subprocess.Popen(
            [sys.executable, "-c", MERGE, str(tmp_path), str(EXACT_UP_TO)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert merge.stdout is not None
        merge.stdout.readline()
        time.sleep(chance.uniform(0, 0.1))
        merge.kill()
        merge.wait(30)
        merge.stdout.close()
        manifest, place = current(tmp_path)
        assert damaged_files(tmp_path, manifest) == []
        assert FaissStore.open(place).ids().tolist() == sorted(alive)
    Tender(tmp_path, nullcontext, lambda: None, EXACT_UP_TO).tend()
    manifest, place = current(tmp_path)
    assert damaged_files(tmp_path, manifest) == []
    assert FaissStore.open(place).ids().tolist() == sorted(alive)
    sentences = SentenceStore.open(place)
    assert all(sentences.rows(i) is not None for i in alive)
    assert not (tmp_path / "merging").exists()


def test_what_is_added_and_removed_while_a_merge_goes_on_is_kept(tmp_path: Path) -> None:
    write_manifest(tmp_path, Manifest("small", "0", 32))
    write(tmp_path, range(1, 201), [])
    turns: list[list[int]] = []

    class Between(nullcontext[None]):
        """The write lock of an index that another thread writes to while files are merged."""

        def __enter__(self) -> None:
            if len(turns) == 1:
                write(tmp_path, range(201, 211), [7, 9])
            turns.append(numbers(current(tmp_path)[1]))

    Tender(tmp_path, Between, lambda: None, EXACT_UP_TO).tend()
    manifest, place = current(tmp_path)
    assert turns == [[1], [1, 2]]
    assert numbers(place) == [2, 3]
    assert FaissStore.open(place).ids().tolist() == sorted(set(range(1, 211)) - {7, 9})
    assert damaged_files(tmp_path, manifest) == []


def test_a_large_file_is_hashed_again_as_soon_as_anything_has_written_to_it(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(SMALL + 1))
    digest = file_digest(path)
    first = Checked(tmp_path)
    assert first.is_whole(path, digest, again=False)
    first.keep([digest])
    with path.open("r+b") as stream:
        stream.seek(99)
        stream.write(b"\1")
    os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns + 1))  # a clock may be as coarse as 10 ms
    assert not Checked(tmp_path).is_whole(path, digest, again=False)


def test_verifying_reads_a_large_file_whatever_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(SMALL + 1))
    digest, before = file_digest(path), path.stat()
    first = Checked(tmp_path)
    first.note(path, digest)
    first.keep([digest])
    with path.open("r+b") as stream:
        stream.write(b"\1")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert Checked(tmp_path).is_whole(path, digest, again=False)
    assert not Checked(tmp_path).is_whole(path, digest, again=True)
