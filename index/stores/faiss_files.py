"""Files of vectors, written and merged; above a size they get lists, tuned until they find what a scan finds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
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

    It holds the rows in memory while it does; a search goes on in the files as they were.
    """
    segments = [Segment.open(source, each) for each in merged]
    kept_ids: list[NDArray[np.int64]] = []
    kept_rows: list[NDArray[np.float16]] = []
    buried = [np.empty(0, np.int64)]
    for ids, rows in (part for segment in segments for part in segment.everything()):
        gone = np.isin(ids, dead)
        buried.append(ids[gone])
        kept_ids.append(ids[~gone])
        kept_rows.append(rows[~gone].astype(np.float16))
    if kept_ids and (ids := np.concatenate(kept_ids)).size:
        if len(ids) > exact_up_to:
            _write_lists(target, number, ids, kept_ids, kept_rows)
        else:
            write_file(target, number, ids, np.concatenate(kept_rows).astype(np.float32))
    return np.sort(np.concatenate(buried))


def _write_lists(
    folder: Path,
    number: int,
    ids: NDArray[np.int64],
    parts: Iterable[NDArray[np.int64]],
    rows: Sequence[NDArray[np.float16]],
) -> None:
    import faiss

    lists = max(1, int(2 * len(ids) ** 0.5))
    wide = rows[0].shape[1]
    half, inner = faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
    index = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatIP(wide), wide, lists, half, inner, False)
    index.cp.niter, index.cp.max_points_per_centroid, index.cp.spherical = _TURNS, _ROWS_FOR_A_LIST, True
    index.cp.min_points_per_centroid = 1  # below 39 FAISS warns on standard output
    chance = np.random.default_rng(number)
    index.train(_sampled(rows, lists * _ROWS_FOR_A_LIST, chance))
    for some_ids, some_rows in zip(parts, rows, strict=True):
        index.add_with_ids(some_rows.astype(np.float32), some_ids)
    tuning = _tuned(index, _sampled(rows, _QUERIES, chance))
    _write(index, folder, number, placed(index))
    (folder / f"vectors-{number:08d}.json").write_text(json.dumps(tuning, indent=1), "utf-8")


def _sampled(parts: Sequence[NDArray[np.float16]], many: int, chance: np.random.Generator) -> Vectors:
    """About so many of the rows, at random; each at most once."""
    total = sum(map(len, parts))
    chosen = np.zeros(total, np.bool_)
    chosen[chance.permutation(total)[:many]] = True
    starts = np.cumsum([0, *map(len, parts)])
    found = [part[chosen[start : start + len(part)]] for part, start in zip(parts, starts, strict=False)]
    return np.concatenate(found).astype(np.float32)


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
