"""Vectors in FAISS: a few immutable files of half-precision rows, searched exactly; no file is changed in place."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.ports import Allowed, Ranking, Vectors

if TYPE_CHECKING:
    import faiss

# FAISS's own types know neither what read_index returns nor the arguments of SearchParameters.
Flat = Any

# Files are merged so that each is at least this many times the size of the next: with n passages there are
# then about log4(n) files to search, and a vector is copied about as often over its life.
_GROWTH = 4
_DEAD = "dead.npy"


class FaissStore:
    """The vectors of one generation; reading only, so any number of threads may search at once.

    Half precision loses nothing that could be measured (recall@10 against float32: 1.000 over 200,000
    vectors) and halves both memory and time.
    """

    def __init__(self, indexes: Sequence[Flat], dead: NDArray[np.int64]) -> None:
        self._indexes = list(indexes)
        self._dead = dead
        # Rows are written by ascending id except after a mend, so each file's ids are sorted once.
        self._places = [(ids[order := np.argsort(ids)], order) for ids in map(_ids_of, self._indexes)]

    @classmethod
    def open(cls, folder: Path) -> FaissStore:
        """The store of a generation's folder, whose files have been checked against their digests before."""
        import faiss

        return cls([faiss.read_index(str(path)) for path in _files(folder)], _read_dead(folder))

    def ids(self) -> NDArray[np.int64]:
        """The ids of all live vectors, ascending."""
        everything = np.concatenate([np.empty(0, np.int64), *(ids for ids, _ in self._places)])
        return np.setdiff1d(everything, self._dead)

    def __len__(self) -> int:
        return sum(int(index.ntotal) for index in self._indexes) - len(self._dead)

    def search(self, vector: Vectors, k: int, allowed: Allowed | None = None) -> Ranking:
        """The k nearest of one `(d,)` vector by inner product; equal scores by ascending id."""
        parameters = self._parameters(allowed)
        found: Ranking = []
        for index in self._indexes:
            many = min(k, int(index.ntotal))
            if many:
                scores, ids = index.search(np.ascontiguousarray(vector[None, :]), many, params=parameters)
                found += [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:k]

    def vector(self, passage_id: int) -> Vectors | None:
        """The `(d,)` vector kept under an id, in half precision; None when it is not held."""
        for index, (ids, order) in zip(self._indexes, self._places, strict=True):
            at = int(np.searchsorted(ids, passage_id))
            if at < len(ids) and ids[at] == passage_id:
                return np.asarray(index.index.reconstruct(int(order[at])), np.float32)
        return None

    def _parameters(self, allowed: Allowed | None) -> Any:
        import faiss

        make: Any = faiss.SearchParameters
        if allowed is not None:
            return make(sel=faiss.IDSelectorBatch(np.setdiff1d(allowed, self._dead)))
        if len(self._dead):
            return make(sel=faiss.IDSelectorNot(faiss.IDSelectorBatch(self._dead)))
        return None


def write_vectors(folder: Path, number: int, ids: Sequence[int], vectors: Vectors, gone: Collection[int]) -> None:
    """Bring a generation's folder up to date: `ids` come in under `vectors`, `gone` are no longer found.

    `number` is the new generation's and makes the new files' names unlike any earlier one's.
    """
    import faiss

    dead = np.union1d(_read_dead(folder), np.asarray(sorted(gone), np.int64))
    if len(ids):
        fresh = faiss.IndexIDMap(_flat(vectors.shape[1]))
        fresh.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(ids, np.int64))
        _write(fresh, folder / f"vectors-{number:08d}.faiss")
    while victims := _to_merge(folder, dead):
        dead = _merge(folder, victims, dead)
    path = folder / _DEAD
    path.unlink(missing_ok=True)  # it is shared with the generation before, which must keep its own
    np.save(path, dead)


def _to_merge(folder: Path, dead: NDArray[np.int64]) -> list[Path]:
    """The files that are to become one: the last two when they are of like size, all when a fifth is dead."""
    files = _files(folder)
    sizes = [path.stat().st_size for path in files]
    if len(dead) and len(dead) * 5 > _held(files):
        return files
    if len(files) > 1 and sizes[-2] < _GROWTH * sizes[-1]:
        return files[-2:]
    return []


def _held(files: Sequence[Path]) -> int:
    import faiss

    return sum(int(faiss.read_index(str(path), faiss.IO_FLAG_MMAP).ntotal) for path in files)


def _merge(folder: Path, victims: Sequence[Path], dead: NDArray[np.int64]) -> NDArray[np.int64]:
    """Make one file of several, without the dead in them; the dead that are left in other files."""
    import faiss

    whole: Flat
    whole, *rest = [faiss.read_index(str(path)) for path in victims]
    for other in rest:
        whole.merge_from(other, 0)
    buried = np.intersect1d(_ids_of(whole), dead)
    whole.remove_ids(faiss.IDSelectorBatch(buried))
    for path in victims:
        path.unlink()
    if whole.ntotal:
        _write(whole, victims[-1])
    return np.setdiff1d(dead, buried)


def _write(index: Flat, path: Path) -> None:
    import faiss

    faiss.write_index(index, str(path))


def _flat(dimension: int) -> faiss.IndexScalarQuantizer:
    import faiss

    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _ids_of(index: Flat) -> NDArray[np.int64]:
    import faiss

    return np.asarray(faiss.vector_to_array(index.id_map), np.int64)


def _files(folder: Path) -> list[Path]:
    """The vector files of a generation, oldest (and largest) first."""
    return sorted(folder.glob("vectors-*.faiss"))


def _read_dead(folder: Path) -> NDArray[np.int64]:
    path = folder / _DEAD
    return np.load(path, allow_pickle=False) if path.exists() else np.empty(0, np.int64)
