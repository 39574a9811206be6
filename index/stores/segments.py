"""Which files of a generation hold vectors, which of them are to become one, and which ids in them are dead.

A segment is what one step of a build wrote, or a merge of several: `vectors-N.*` and `sentences-N.*` hold the
same passages. Small segments are merged as they are written; sealed ones only by a merge in the background,
so that the two never want the same file.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# Segments are merged so that each has at least this many times the passages of the next: with n passages
# there are then about log4(n) of them to search, and a vector is copied about as often over its life.
GROWTH = 4

SEALED = 8_192
"""From so many passages on a segment is merged in the background only; below, a merge takes some 50 ms."""

_DEAD = "dead.npy"
_DEAD_SHARE = 5

Places = NDArray[np.int64]
"""(2, n): passage ids, ascending, and where in the file of vectors each one's row is."""

Identity = tuple[int, int, int]
"""What a file is known by: inode, size in bytes, and the time of its last change in nanoseconds."""


def numbers(folder: Path) -> list[int]:
    """The numbers of a generation's segments, oldest first."""
    return sorted(int(path.stem.rpartition("-")[2]) for path in folder.glob("vectors-*.npy"))


def unused_number(folder: Path) -> int:
    """The number of the next segment of a generation."""
    return max(numbers(folder), default=0) + 1


def places_path(folder: Path, number: int) -> Path:
    """Where the ids of a segment are kept."""
    return folder / f"vectors-{number:08d}.npy"


def read_places(folder: Path, number: int) -> Places:
    """The ids of a segment and where their rows are; read from disk as they are asked for."""
    found: Places = np.load(places_path(folder, number), mmap_mode="r", allow_pickle=False)
    return found


def identity(path: Path) -> Identity:
    """The identity of a file."""
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def read_dead(folder: Path) -> NDArray[np.int64]:
    """The ids that are in some file still and must not be found, ascending."""
    path = folder / _DEAD
    return np.load(path, allow_pickle=False) if path.exists() else np.empty(0, np.int64)


def write_dead(folder: Path, dead: NDArray[np.int64]) -> None:
    """Keep the dead ids of a generation."""
    path = folder / _DEAD
    path.unlink(missing_ok=True)  # it is shared with the generation before, which must keep its own
    np.save(path, dead, allow_pickle=False)


def to_merge(folder: Path, *, sealed: bool, exact_up_to: int) -> list[int]:
    """The segments that are to become one, among the sealed ones or the small ones; empty when all is well.

    Those of like size go together; one of which a fifth is dead, or which is searched whole although it has
    more than `exact_up_to` rows, is made anew.
    """
    sizes = {n: read_places(folder, n).shape[1] for n in numbers(folder)}
    sizes = {n: size for n, size in sizes.items() if (size > min(SEALED, exact_up_to)) == sealed}
    if group := _of_like_size(sizes):
        return group
    dead = read_dead(folder)
    for number, size in sizes.items():
        if size > exact_up_to and not (folder / f"vectors-{number:08d}.json").exists():
            return [number]
        if len(dead) and _share(dead, read_places(folder, number)[0]) * _DEAD_SHARE > size:
            return [number]
    return []


def _of_like_size(sizes: Mapping[int, int]) -> list[int]:
    """The smallest segments, up to the last that is within the factor of growth of all smaller ones together.

    The smallest of all may be much smaller than the next: it is taken along, and keeps no others apart.
    """
    order = sorted(sizes, key=lambda each: (sizes[each], -each))
    total = last = 0
    for at, number in enumerate(order):
        if at and sizes[number] < GROWTH * total:
            last = at + 1
        total += sizes[number]
    return order[:last]


def _share(dead: NDArray[np.int64], ids: NDArray[np.int64]) -> int:
    """How many of the dead are among ascending ids."""
    if not len(ids):
        return 0
    at = np.minimum(np.searchsorted(ids, dead), len(ids) - 1)
    return int(np.count_nonzero(ids[at] == dead))
