"""What is searched of a shared index: Milvus, the passages it has not got yet, and while it is away the words alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, select

from index.catalogue import Catalogue
from index.errors import ServerAwayError
from index.inside import Rows
from index.ports import Allowed, Encoder, Ranker, Ranking, Vectors
from index.shared.kept import kept_ids, kept_of, vectors_of
from index.shared.milvus import AwayError, Collection, Milvus
from index.shared.postings import DatabaseWords
from index.shared.tables import outbox, particulars

MOST_TAIL = 8_192
"""So many passages that Milvus may lack are searched here; with more, all but the latest are found by words alone."""

# A look at the database's state holds for this long: within one question there are dozens.
_HOLDS = 0.02

AWAY = "Milvus cannot be reached just now: passages were found by their words alone, so some may be missing."

FILLING = "Milvus is being filled just now: many passages are found by their words alone, so some may be missing."

_Tail = tuple[NDArray[np.int64], Vectors]


@dataclass(frozen=True)
class SharedVectors:
    """Vectors in Milvus, and beside it those that it may lack; an `index.ports.VectorStore`."""

    engine: Engine
    milvus: Milvus
    collection: Collection | None

    def search(self, vector: Vectors, k: int, allowed: Allowed | None = None) -> Ranking:
        """See `index.ports.VectorStore`; raises AwayError."""
        if allowed is not None and not len(allowed):
            return []
        if self.collection is None:
            raise AwayError("it is being filled")
        found = dict(self.milvus.nearest(self.collection, vector, k, allowed))
        found.update(self.near(vector, self.tail, allowed))
        return _best(found, k)

    def near(self, vector: Vectors, among: _Tail, allowed: Allowed | None) -> Ranking:
        """The inner products with some vectors, those allowed."""
        ids, vectors = among
        if not len(ids):
            return []
        is_in = np.ones(len(ids), bool) if allowed is None else np.isin(ids, allowed)
        return list(zip(ids[is_in].tolist(), (vectors[is_in] @ vector).tolist(), strict=True))

    @cached_property
    def tail(self) -> _Tail:
        """The latest of the passages that Milvus may lack, and their vectors."""
        latest = select(outbox.c.passage_id).where(outbox.c.kind == "put").order_by(outbox.c.id.desc())
        with self.engine.connect() as connection:
            ids = connection.execute(latest.limit(MOST_TAIL)).scalars().all()
        return vectors_of(self.engine, {int(i) for i in ids})

    def waiting(self, beyond: int = 0) -> int:
        """How many entries of the outbox, beyond so many, Milvus has still to be told."""
        unfed = select(outbox.c.id).where(outbox.c.fed_at.is_(None)).offset(beyond)
        with self.engine.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(unfed.subquery())).scalar_one())

    def ids(self) -> NDArray[np.int64]:
        """The ids held in Milvus or on the way there, ascending; raises ServerAwayError."""
        wanted = kept_ids(self.engine)
        last = int(wanted[-1]) if len(wanted) else 0
        try:
            held = self.milvus.ids(self.collection.name, last) if self.collection else np.empty(0, np.int64)
        except AwayError as error:
            raise ServerAwayError("the engine for vectors", self.milvus.uri, str(error)) from error
        with self.engine.connect() as connection:
            way = connection.execute(select(outbox.c.passage_id, outbox.c.kind).order_by(outbox.c.id)).all()
        put = {int(i) for i, kind in way if kind == "put"}
        gone = {int(i) for i, kind in way if kind == "drop"}
        return np.array(sorted((set(held.tolist()) | put) - gone), np.int64)

    def __len__(self) -> int:
        return len(self.ids())


@dataclass(frozen=True)
class SharedView:
    """All that can be searched in one state of the database; an `index.ports.View`."""

    vectors: SharedVectors
    words: DatabaseWords

    def rankers(self, encoder: Encoder) -> dict[str, Ranker]:
        """See `index.ports.View`. While Milvus is away words propose passages, whose kept vectors are compared."""

        def dense(query: str, k: int, allowed: Allowed | None) -> Ranking:
            vector = encoder.encode_queries([query])[0]
            try:
                return self.vectors.search(vector, k, allowed)
            except AwayError:
                proposed = [i for i, _ in self.words.search(query, k, allowed)]
                found = dict(self.vectors.near(vector, vectors_of(self.vectors.engine, proposed), None))
                found.update(self.vectors.near(vector, self.vectors.tail, allowed))
                return _best(found, k)

        return {"dense": dense, "lexical": self._by_words}

    def kept(self, passage_ids: Sequence[int]) -> Mapping[int, tuple[Vectors, Rows]]:
        """See `index.ports.View`."""
        return kept_of(self.vectors.engine, passage_ids)

    def faults(self) -> list[str]:
        """Milvus, where it is away."""
        return ["Milvus cannot be reached"] if self.vectors.milvus.is_away else []

    def _by_words(self, query: str, k: int, allowed: Allowed | None) -> Ranking:
        """By Milvus's own BM25 where it has it and passages are many, and what it may lack by the database's.

        The database's is exact, and slower the more passages hold a word; Milvus's rounds lengths in its own way.
        """
        milvus, collection = self.vectors.milvus, self.vectors.collection
        terms = list(dict.fromkeys(self.words.terms(query)))
        if (
            collection is None
            or not collection.probes
            or not milvus.has_words
            or not terms
            or (allowed is not None and not len(allowed))
        ):
            return self.words.search(query, k, allowed)
        try:
            found = dict(milvus.by_words(collection, terms, k, allowed))
        except AwayError:
            return self.words.search(query, k, allowed)
        tail = self.vectors.tail[0]
        fresh = tail if allowed is None else np.intersect1d(tail, allowed)
        found.update(self.words.search(query, k, fresh))
        return _best(found, k)


class SharedViews:
    """The newest view of a shared index; `index.ports.Views`."""

    def __init__(
        self, catalogue: Catalogue, milvus: Milvus, analyze: Callable[[str], list[str]], stop: Callable[[], None]
    ) -> None:
        self._catalogue, self._milvus, self._analyze, self._stop = catalogue, milvus, analyze, stop
        self._turn = Lock()
        self._looked = float("-inf")
        self._state: tuple[object, ...] = ()
        self._view = self._look()

    @property
    def current(self) -> SharedView:
        """See `index.ports.Views`; another one whenever something was written, or Milvus went or came back."""
        if time.monotonic() - self._looked > _HOLDS:
            self.refresh()
        return self._view

    def refresh(self) -> None:
        """See `index.ports.Views`."""
        with self._turn:
            self._view = self._look()

    def notice(self) -> str:
        """A sentence while Milvus is away, or lacks more than is searched beside it."""
        if self._milvus.is_away:
            return AWAY
        return FILLING if self._view.vectors.waiting(MOST_TAIL) else ""

    def close(self) -> None:
        """Let go of Milvus."""
        self._stop()
        self._milvus.close()

    def _look(self) -> SharedView:
        engine = self._catalogue.engine
        with engine.connect() as connection:
            known = particulars(connection)
        name = known.get("collection", "")
        collection = Collection(name, int(known.get("probes", 0))) if name else None
        state = (self._catalogue.sequence(), known.get("sequence"), collection, self._milvus.is_away)
        self._looked = time.monotonic()
        if state == self._state:
            return self._view
        self._state = state
        return SharedView(SharedVectors(engine, self._milvus, collection), DatabaseWords(engine, self._analyze))


def _best(found: Mapping[int, float], k: int) -> Ranking:
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:k]
