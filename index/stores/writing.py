"""The vectors of a generation brought up to date: what came is added, small segments are merged at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.inside import Rows
from index.ports import Vectors
from index.stores.faiss_files import merge_files, write_file
from index.stores.faiss_segment import EXACT_UP_TO
from index.stores.segments import read_dead, to_merge, unused_number, write_dead
from index.stores.sentences import merge_sentences, write_sentences


def write_segment(
    folder: Path,
    ids: Sequence[int],
    passages: Vectors,
    insides: Sequence[Rows],
    gone: Collection[int],
    exact_up_to: int = EXACT_UP_TO,
) -> None:
    """Have `ids` found under these vectors, keep the insides of these passages, and let `gone` be found no longer."""
    dead = np.union1d(read_dead(folder), np.asarray(sorted(gone), np.int64))
    write_dead(folder, dead)
    if len(ids):
        number = unused_number(folder)
        write_file(folder, number, np.asarray(ids, np.int64), passages)
        write_sentences(folder, number, ids, insides)
    if victims := to_merge(folder, sealed=False, exact_up_to=exact_up_to):
        aside = folder / "merging"
        aside.mkdir()
        buried = merge_segments(folder, victims, aside, unused_number(folder), dead, exact_up_to)
        take_merged(folder, victims, aside, buried)


def merge_segments(
    source: Path,
    victims: Sequence[int],
    target: Path,
    number: int,
    dead: NDArray[np.int64],
    exact_up_to: int = EXACT_UP_TO,
) -> NDArray[np.int64]:
    """Write in `target` the segment that these ones become, without the dead; the ids of the dead left out."""
    buried = merge_files(source, victims, target, number, dead, exact_up_to)
    if any(target.iterdir()):
        merge_sentences(source, victims, target, number, dead)
    return buried


def take_merged(folder: Path, victims: Sequence[int], aside: Path, buried: NDArray[np.int64]) -> None:
    """Put a merged segment in the place of those that it was made of."""
    for victim in victims:
        for path in segment_files(folder, victim):
            path.unlink()
    for path in aside.iterdir():
        path.rename(folder / path.name)
    aside.rmdir()
    write_dead(folder, np.setdiff1d(read_dead(folder), buried))


def segment_files(folder: Path, number: int) -> list[Path]:
    """The files of a segment."""
    return sorted(path for path in folder.glob(f"*-{number:08d}.*") if path.is_file())
