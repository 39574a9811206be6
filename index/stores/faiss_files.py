"""Files of vectors, written and merged; above a size they get lists, tuned until they find what a scan finds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.ports import Vectors
from index.stores.faiss_segment import Flat, Segment, placed
from index.stores.segments import places_path

RECALL = 0.98
"""How many of the 100 nearest (of which the fusion of rankings makes use) the lists must find, on average.

Questions lie further out than passages: over 100,000 of them, tuned to .97, real questions reached .962 of their
ten nearest with 32 of 632 lists."""

_DEPTH = 100
_QUERIES = 200
_PROBES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
# More rows for each list, or more turns, did not change the recall for as many rows read.
_ROWS_FOR_A_LIST = 40
_TURNS = 8

Part = tuple[NDArray[np.int64], Vectors]
"""Some ids and their rows."""


def write_file(folder: Path, number: int, ids: NDArray[np.int64], rows: Vectors) -> None:
    """One more file, which is searched whole."""
    import faiss

    wide = rows.shape[1]
    flat = faiss.IndexScalarQuantizer(wide, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
    index = faiss.IndexIDMap(flat)
    index.add_with_ids(np.ascontiguousarray(rows, np.float32), np.asarray(ids, np.int64))
    order = np.argsort(ids)
    _write(index, folder, number, np.stack([ids[order], order]))


def merge_files(
    source: Path, merged: Sequence[int], target: Path, number: int, dead: NDArray[np.int64], exact_up_to: int
) -> NDArray[np.int64]:
    """Make one file in `target` of several in `source`, without the dead; the ids of the dead left out.

    Its rows are read from the files as often as it takes, and held once; a search goes on in the files as they were.
    """
    segments = [Segment.open(source, each) for each in merged]
    ids = np.concatenate([np.empty(0, np.int64), *(segment.ids for segment in segments)])
    buried = ids[np.isin(ids, dead)]
    if many := len(ids) - len(buried):
        alive = partial(_alive, segments, buried)
        if many > exact_up_to:
            _write_lists(target, number, many, alive)
        else:
            parts = list(alive())
            kept = np.concatenate([part for part, _ in parts])
            write_file(target, number, kept, np.concatenate([rows for _, rows in parts]))
    return np.sort(buried)


def _alive(segments: Sequence[Segment], buried: NDArray[np.int64]) -> Iterator[Part]:
    """All ids and rows of several files but for the dead, some thousands at a time."""
    for ids, rows in (part for segment in segments for part in segment.everything()):
        is_kept = ~np.isin(ids, buried)
        yield ids[is_kept], rows[is_kept]


def _write_lists(folder: Path, number: int, many: int, parts: Callable[[], Iterator[Part]]) -> None:
    import faiss

    lists = max(1, int(2 * many**0.5))
    chance = np.random.default_rng(number)
    for_lists, queries = _sampled(parts(), many, (lists * _ROWS_FOR_A_LIST, _QUERIES), chance)
    wide = for_lists.shape[1]
    half, inner = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(wide), wide, lists, half, inner, False)
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.spherical = _TURNS, _ROWS_FOR_A_LIST, True
    index.cp.min_points_per_centroid = 1  # below 39 FAISS warns on standard output
    index.train(for_lists)
    del for_lists  # or they would be held beside the lists while these are filled
    _fill(index, parts)
    tuning = _tuned(index, queries)
    _write(index, folder, number, placed(index))
    (folder / f"vectors-{number:08d}.json").write_text(json.dumps(tuning, indent=1), "utf-8")


def _fill(index: Flat, parts: Callable[[], Iterator[Part]]) -> None:
    """Put the rows into their lists, each of which is given the room that it needs and no more.

    FAISS itself has a list grow as it fills up, by which half of what it takes in memory stays empty.
    """
    import faiss

    to = [index.quantizer.search(rows, 1)[1][:, 0] for _, rows in parts()]
    lists, used = faiss.downcast_InvertedLists(index.invlists), np.zeros(int(index.nlist), np.int64)
    for number, many in enumerate(np.bincount(np.concatenate(to), minlength=len(used)).tolist()):
        lists.resize(number, many)
    for (ids, rows), numbers in zip(parts(), to, strict=True):
        order = np.argsort(numbers, kind="stable")
        held, first, many = np.unique(numbers[order], return_index=True, return_counts=True)
        ordered, codes = ids[order], rows[order].astype(np.float16)
        for number, at, size in zip(held.tolist(), first.tolist(), many.tolist(), strict=True):
            some = faiss.swig_ptr(ordered[at : at + size]), faiss.swig_ptr(codes[at : at + size].view(np.uint8))
            lists.update_entries(number, int(used[number]), size, *some)
        used[held] += many
    index.ntotal = int(used.sum())


def _sampled(parts: Iterable[Part], total: int, many: Sequence[int], chance: np.random.Generator) -> list[Vectors]:
    """For each number about so many of the rows, at random; each at most once."""
    chosen = [np.zeros(total, np.bool_) for _ in many]
    for mask, wanted in zip(chosen, many, strict=True):
        mask[chance.permutation(total)[:wanted]] = True
    found: list[list[Vectors]] = [[] for _ in many]
    at = 0
    for ids, rows in parts:
        for mask, of in zip(chosen, found, strict=True):
            of.append(rows[mask[at : at + len(ids)]])
        at += len(ids)
    return [np.concatenate(of) for of in found]


def _tuned(index: Flat, queries: Vectors) -> dict[str, float]:
    """How many lists have to be searched, and the recall that it gave.

    The queries are passages of the index, each held back from its own ranking: what is looked for are its
    neighbours. A row counts as found when its score is one of the best, so that equal rows are as good.
    """
    exact = _neighbours(index, queries, int(index.nlist))
    probes = 1
    for probes in (*(each for each in _PROBES if each < index.nlist), int(index.nlist)):
        found = _neighbours(index, queries, probes)
        reached = {k: _recall(exact, found, k) for k in (10, _DEPTH)}
        if min(reached.values()) >= RECALL:
            break
    return {
        "lists": int(index.nlist),
        "probes": probes,
        "queries": len(queries),
        **{f"recall@{k}": round(recall, 4) for k, recall in reached.items()},
    }


def _neighbours(index: Flat, queries: Vectors, probes: int) -> Vectors:
    """The scores of each query's nearest rows but for the nearest one, which is the query itself."""
    import faiss

    make: Any = faiss.SearchParametersIVF
    scores, _ = index.search(queries, min(_DEPTH + 1, int(index.ntotal)), params=make(nprobe=probes))
    return np.asarray(scores[:, 1:], np.float32)


def _recall(exact: Vectors, found: Vectors, k: int) -> float:
    k = min(k, exact.shape[1])
    return float(np.mean(found[:, :k] >= exact[:, k - 1 : k] - 1e-6)) if k else 1.0


def _write(index: Flat, folder: Path, number: int, places: NDArray[np.int64]) -> None:
    import faiss

    faiss.write_index(index, str(folder / f"vectors-{number:08d}.faiss"))
    np.save(places_path(folder, number), np.asarray(places, np.int64), allow_pickle=False)
