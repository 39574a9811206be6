"""The inside of each passage, packed, read from disk for the few that need it; what the rows mean is not known here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.inside import Rows
from index.stores.segments import Identity, identity

_ROWS, _PLACES = "sentences-{:08d}.npy", "sentence-places-{:08d}.npy"
_CHUNK = 16_384

Part = tuple[Rows, NDArray[np.int64], Identity]
"""The rows of a segment's passages; (3, passages): passage ids, ascending, first rows, numbers of rows."""


class SentenceStore:
    """The insides of the passages of one generation; reading only."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = list(parts)

    @classmethod
    def open(cls, folder: Path, before: SentenceStore | None = None) -> SentenceStore:
        """The store of a generation's folder; rows stay on disk until they are asked for.

        Files that the store `before` has open are shared with it.
        """
        known = {part[2]: part for part in (before._parts if before else ())}
        found = sorted(folder.glob("sentence-places-*.npy"))
        return cls([known.get(identity(path)) or _read(folder, int(path.stem[-8:])) for path in found])

    def rows(self, passage_id: int) -> Rows | None:
        """The rows of one passage; None when not held."""
        for rows, places, _ in self._parts:
            at = int(np.searchsorted(places[0], passage_id))
            if at < places.shape[1] and places[0, at] == passage_id:
                first, many = int(places[1, at]), int(places[2, at])
                return np.asarray(rows[first : first + many])
        return None


def write_sentences(folder: Path, number: int, ids: Sequence[int], packed: Sequence[Rows]) -> None:
    """One more file, of the insides of these passages."""
    order = np.argsort(np.asarray(ids, np.int64))
    counts = np.array([len(packed[i]) for i in order], np.int64)
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    np.save(folder / _ROWS.format(number), np.concatenate([packed[i] for i in order]), allow_pickle=False)
    places = np.stack([np.asarray(ids, np.int64)[order], firsts, counts])
    np.save(folder / _PLACES.format(number), places, allow_pickle=False)


def merge_sentences(
    source: Path, merged: Sequence[int], target: Path, number: int, dead: NDArray[np.int64]
) -> None:
    """Make one file in `target` of several in `source`, without the dead; rows are copied a few at a time."""
    parts = [_read(source, each) for each in merged]
    kept: list[NDArray[np.int64]] = []
    masks: list[NDArray[np.bool_]] = []
    used = 0
    for _, places, _ in parts:
        in_order = places[:, np.argsort(places[1])]  # as the rows stand in the file
        alive = ~np.isin(in_order[0], dead)
        masks.append(np.repeat(alive, in_order[2]))
        ids, _, counts = in_order[:, alive]
        kept.append(np.stack([ids, used + np.cumsum(counts) - counts, counts]))
        used += int(counts.sum())
    rows = np.lib.format.open_memmap(target / _ROWS.format(number), "w+", np.int8, (used, parts[0][0].shape[1]))
    at = 0
    for (old, _, _), mask in zip(parts, masks, strict=True):
        for start in range(0, len(mask), _CHUNK):
            some = old[start : start + _CHUNK][mask[start : start + _CHUNK]]
            rows[at : at + len(some)] = some
            at += len(some)
    rows.flush()
    everything = np.concatenate(kept, axis=1)
    places = np.ascontiguousarray(everything[:, np.argsort(everything[0])])
    np.save(target / _PLACES.format(number), places, allow_pickle=False)


def _read(folder: Path, number: int) -> Part:
    path = folder / _PLACES.format(number)
    rows = np.load(folder / _ROWS.format(number), mmap_mode="r", allow_pickle=False)
    return rows, np.load(path, mmap_mode="r", allow_pickle=False), identity(path)
