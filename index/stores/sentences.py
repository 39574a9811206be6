"""Vectors of the sentences of each passage, one byte a number, read from disk for the few that need them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.ports import Vectors

# See index/stores/faiss.py: the same rule, so that both kinds of file are merged at about the same time.
_GROWTH = 4
_ROWS, _PLACES = "sentences-{:08d}.npy", "sentence-places-{:08d}.npy"

Places = NDArray[np.int64]
"""(passages, 3): passage id, its first row, its number of rows; ascending by id."""


class SentenceStore:
    """The sentence vectors of one generation; reading only."""

    def __init__(self, parts: Sequence[tuple[NDArray[np.int8], Places]]) -> None:
        self._parts = list(parts)

    @classmethod
    def open(cls, folder: Path) -> SentenceStore:
        """The store of a generation's folder; rows stay on disk until they are asked for."""
        return cls([_read(folder, number) for number in _numbers(folder)])

    def vectors(self, passage_id: int) -> Vectors | None:
        """`(sentences, d) float32` unit rows of one passage, in the order of its text; None when not held."""
        for rows, places in self._parts:
            at = int(np.searchsorted(places[:, 0], passage_id))
            if at < len(places) and places[at, 0] == passage_id:
                first, many = int(places[at, 1]), int(places[at, 2])
                return _unit(rows[first : first + many])
        return None


def write_sentences(
    folder: Path, number: int, ids: Sequence[int], vectors: Sequence[Vectors], gone: Collection[int]
) -> None:
    """Bring a generation's folder up to date; rows of passages that are gone go with the next merge."""
    if ids:
        order = np.argsort(np.asarray(ids, np.int64))
        counts = np.array([len(vectors[i]) for i in order], np.int64)
        firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        places = np.stack([np.asarray(ids, np.int64)[order], firsts, counts], axis=1)
        _write(folder, number, np.concatenate([_packed(vectors[i]) for i in order]), places)
    while len(numbers := _numbers(folder)) > 1 and _size(folder, numbers[-2]) < _GROWTH * _size(
        folder, numbers[-1]
    ):
        _merge(folder, numbers[-2], numbers[-1], gone)


def _merge(folder: Path, older: int, newer: int, gone: Collection[int]) -> None:
    rows: list[NDArray[np.int8]] = []
    places: list[tuple[int, int, int]] = []
    used = 0
    parts = [_read(folder, older), _read(folder, newer)]
    everything = sorted((int(p), int(f), int(n), part) for part, (_, of) in enumerate(parts) for p, f, n in of)
    for passage_id, first, many, part in everything:
        if passage_id not in gone:
            rows.append(parts[part][0][first : first + many])
            places.append((passage_id, used, many))
            used += many
    dimension = parts[0][0].shape[1]
    merged = np.concatenate([np.zeros((0, dimension), np.int8), *rows])
    for number in (older, newer):
        for name in (_ROWS, _PLACES):
            (folder / name.format(number)).unlink()
    _write(folder, newer, merged, np.asarray(places, np.int64).reshape(-1, 3))


def _packed(vectors: Vectors) -> NDArray[np.int8]:
    """Each row scaled so that its largest number is 127; the scale does not matter to a unit vector."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True, initial=0), 1e-12)
    return np.asarray(np.rint(vectors / largest * 127), np.int8)


def _unit(rows: NDArray[np.int8]) -> Vectors:
    wide = np.asarray(rows, np.float32)
    return np.asarray(wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12), np.float32)


def _write(folder: Path, number: int, rows: NDArray[np.int8], places: Places) -> None:
    np.save(folder / _ROWS.format(number), rows, allow_pickle=False)
    np.save(folder / _PLACES.format(number), places, allow_pickle=False)


def _read(folder: Path, number: int) -> tuple[NDArray[np.int8], Places]:
    rows = np.load(folder / _ROWS.format(number), mmap_mode="r", allow_pickle=False)
    return rows, np.load(folder / _PLACES.format(number), allow_pickle=False)


def _numbers(folder: Path) -> list[int]:
    """The numbers of the files of a generation, oldest (and largest) first."""
    return sorted(int(path.stem.rpartition("-")[2]) for path in folder.glob("sentence-places-*.npy"))


def _size(folder: Path, number: int) -> int:
    return (folder / _PLACES.format(number)).stat().st_size
