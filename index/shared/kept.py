"""Vectors and the insides of passages in the database: whatever else goes, no passage has to be encoded twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, delete, func, insert, select

from index.inside import Rows
from index.ports import Vectors
from index.prepared import Fresh
from index.shared.tables import kept, outbox

AT_ONCE = 500
"""So many ids or rows in one statement."""


def portions(ids: Collection[int]) -> Iterator[list[int]]:
    """Ids, ascending, as many at a time as a statement takes."""
    ordered = sorted(ids)
    yield from (ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE))


def keep(connection: Connection, fresh: Sequence[Fresh]) -> None:
    """Keep the vectors of passages, all of which have theirs, and have Milvus told."""
    rows = [
        {
            "passage_id": each.passage.id,
            "vector": each.vectors.whole.astype("<f2").tobytes(),
            "inside": each.vectors.inside.tobytes(),
        }
        for each in fresh
        if each.vectors is not None
    ]
    for at in range(0, len(rows), AT_ONCE):
        part = rows[at : at + AT_ONCE]
        connection.execute(insert(kept), part)
        connection.execute(insert(outbox), [{"passage_id": row["passage_id"], "kind": "put"} for row in part])


def drop(connection: Connection, gone: Collection[int]) -> None:
    """Keep these passages no longer, and have Milvus told."""
    for part in portions(gone):
        connection.execute(delete(kept).where(kept.c.passage_id.in_(part)))
        connection.execute(insert(outbox), [{"passage_id": each, "kind": "drop"} for each in part])


def kept_ids(engine: Engine) -> NDArray[np.int64]:
    """The ids of all passages that are kept, ascending."""
    with engine.connect() as connection:
        ids = connection.execute(select(kept.c.passage_id).order_by(kept.c.passage_id)).scalars()
        return np.fromiter(ids, np.int64)


def how_many(engine: Engine) -> int:
    """How many passages are kept."""
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(kept)).scalar_one())


def vectors_of(engine: Engine, ids: Collection[int]) -> tuple[NDArray[np.int64], Vectors]:
    """Those of these ids that are kept, ascending, and their vectors."""
    found: list[tuple[int, bytes]] = []
    with engine.connect() as connection:
        for part in portions(ids):
            wanted = select(kept.c.passage_id, kept.c.vector).where(kept.c.passage_id.in_(part))
            found += [(int(i), bytes(v)) for i, v in connection.execute(wanted.order_by(kept.c.passage_id))]
    return _stacked(found)


def all_vectors(engine: Engine, at_once: int = AT_ONCE) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
    """All ids, ascending, and their vectors, some at a time; no transaction is held between."""
    last = 0
    while True:
        wanted = select(kept.c.passage_id, kept.c.vector).where(kept.c.passage_id > last)
        with engine.connect() as connection:
            rows = connection.execute(wanted.order_by(kept.c.passage_id).limit(at_once)).all()
        if not rows:
            return
        ids, vectors = _stacked([(int(i), bytes(v)) for i, v in rows])
        last = int(ids[-1])
        yield ids, vectors


def kept_of(engine: Engine, ids: Collection[int]) -> Mapping[int, tuple[Vectors, Rows]]:
    """See `index.ports.View.kept`."""
    found: dict[int, tuple[Vectors, Rows]] = {}
    with engine.connect() as connection:
        for part in portions(ids):
            for row in connection.execute(select(kept).where(kept.c.passage_id.in_(part))):
                vector = np.frombuffer(row.vector, "<f2").astype(np.float32)
                found[row.passage_id] = vector, np.frombuffer(row.inside, np.int8).reshape(-1, len(vector))
    return {i: found[i] for i in ids if i in found}


def _stacked(found: Sequence[tuple[int, bytes]]) -> tuple[NDArray[np.int64], Vectors]:
    ids = np.array([i for i, _ in found], np.int64)
    rows = [np.frombuffer(vector, "<f2") for _, vector in found]
    return ids, np.stack(rows).astype(np.float32) if rows else np.zeros((0, 0), np.float32)
