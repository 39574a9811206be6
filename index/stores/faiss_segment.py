"""One immutable file of vectors, searched: all of its rows while they are few, the nearest lists when many."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.ports import Ranking, Vectors
from index.stores.segments import Identity, Places, identity, read_places

# FAISS's own types know neither what read_index returns nor the arguments of SearchParameters.
Flat = Any

EXACT_UP_TO = 50_000
"""A file of so many rows is searched whole. One core of two scanned 100,000 rows of half precision in 5.5 ms,
so this stays below 3 ms, where the lists of an inverted file take about 1 ms and have to be trained."""

_CHUNK = 16_384
_OFFSET_BITS = 32


class Wanted(NamedTuple):
    """Which ids may be found: a flag for each id, and the same as FAISS wants it."""

    mask: NDArray[np.bool_]
    selector: Any


def selector(mask: NDArray[np.bool_]) -> Any:
    """What FAISS asks about each id; it holds a bit for each."""
    import faiss

    make: Any = faiss.IDSelectorBitmap
    return make(np.packbits(mask, bitorder="little"))


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """A file of vectors; `probes` of its lists are searched, 0 where it has no lists and is searched whole."""

    index: Flat
    places: Places
    probes: int
    identity: Identity

    @classmethod
    def open(cls, folder: Path, number: int) -> Segment:
        """The segment of this number, memory-mapped: rows are read from disk as searches come to them."""
        import faiss

        path = folder / f"vectors-{number:08d}.faiss"
        tuning = path.with_suffix(".json")
        probes = int(json.loads(tuning.read_text("utf-8"))["probes"]) if tuning.exists() else 0
        # Adding to a mapped index would end the process; nothing here ever adds.
        flag = faiss.IO_FLAG_MMAP if probes else faiss.IO_FLAG_MMAP_IFC
        known_by = identity(path)
        return cls(faiss.read_index(str(path), flag), read_places(folder, number), probes, known_by)

    @property
    def ids(self) -> NDArray[np.int64]:
        """The ids of its rows, ascending."""
        return np.asarray(self.places[0])

    def __len__(self) -> int:
        return int(self.places.shape[1])

    def search(self, vector: Vectors, k: int, wanted: Wanted | None) -> Ranking:
        """Its k nearest rows by inner product."""
        import faiss

        many = min(k, len(self))
        if not many:
            return []
        chosen = {"sel": wanted.selector} if wanted else {}
        # For one query a second thread only has to be waited for; the number is this thread's own.
        faiss.omp_set_num_threads(1)
        make: Any = faiss.SearchParametersIVF if self.probes else faiss.SearchParameters
        parameters = make(nprobe=self._probes(wanted), **chosen) if self.probes else make(**chosen)
        scores, ids = self.index.search(np.ascontiguousarray(vector[None, :]), many, params=parameters)
        return [(int(i), float(s)) for i, s in zip(ids[0], scores[0], strict=True) if i >= 0]

    def _probes(self, wanted: Wanted | None) -> int:
        """The fewer rows may be found, the more lists are searched for them; all lists when they are few."""
        lists = int(self.index.nlist)
        if wanted is None:
            return self.probes
        held = int(np.count_nonzero(wanted.mask[self.ids]))
        return lists if held <= EXACT_UP_TO else min(lists, -(-self.probes * len(self) // held))

    def rows(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], Vectors]:
        """Those of these ids that it holds, and their rows."""
        mine = self.ids
        at = np.minimum(np.searchsorted(mine, ids), max(len(mine) - 1, 0)) if len(mine) else np.empty(0, np.int64)
        at = at[mine[at] == ids] if len(mine) else at
        found = np.empty((len(at), int(self.index.d)), np.float32)
        for row, place in zip(found, self.places[1][at].tolist(), strict=True):
            self._read(place, row)
        return np.asarray(mine[at]), found

    def _read(self, place: int, row: Vectors) -> None:
        import faiss

        if self.probes:
            pointer = faiss.swig_ptr(row)
            self.index.reconstruct_from_offset(place >> _OFFSET_BITS, place & (1 << _OFFSET_BITS) - 1, pointer)
        else:
            row[:] = self.index.index.reconstruct(place)

    def everything(self) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """All ids and rows, some thousands at a time, in the order of the file."""
        import faiss

        if not self.probes:
            ids = faiss.vector_to_array(self.index.id_map)
            for at in range(0, len(ids), _CHUNK):
                some = ids[at : at + _CHUNK]
                yield some, self.index.index.reconstruct_n(at, len(some))
            return
        lists, wide = self.index.invlists, int(self.index.d)
        for number in range(int(self.index.nlist)):
            if many := int(lists.list_size(number)):
                codes = faiss.rev_swig_ptr(lists.get_codes(number), many * wide * 2)
                ids = faiss.rev_swig_ptr(lists.get_ids(number), many)
                yield ids.copy(), np.asarray(codes.view(np.float16).reshape(many, wide), np.float32)


def placed(index: Flat) -> Places:
    """Where the rows of an index with lists are, by ascending id."""
    import faiss

    parts = [np.empty((2, 0), np.int64)]
    for number in range(int(index.nlist)):
        if many := int(index.invlists.list_size(number)):
            ids = faiss.rev_swig_ptr(index.invlists.get_ids(number), many).copy()
            parts.append(np.stack([ids, (number << _OFFSET_BITS) + np.arange(many)]))
    found = np.concatenate(parts, axis=1)
    return np.ascontiguousarray(found[:, np.argsort(found[0])])
