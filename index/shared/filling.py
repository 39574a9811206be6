"""Which collection of Milvus is in use: made, filled from what is kept, measured, and only then searched."""

from __future__ import annotations

import logging
import math
import secrets
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select, update

from index.catalogue import Catalogue
from index.ports import Vectors
from index.shared.kept import all_vectors, how_many, kept_ids, vectors_of
from index.shared.milvus import AwayError, Collection, Milvus
from index.shared.tables import note, outbox, particulars

EXACT_UP_TO = 50_000
"""With so many passages every vector is compared; with more, Milvus keeps lists of them and looks into some."""

ENOUGH = 0.98
"""The recall@10 against comparing every vector that the search of lists must reach before it is used.

It is measured on passages, and questions lie further out: over 60,000 passages .95 of these was less of those."""

_SAMPLE = 64
_TRIES, _PAUSE = 12, 5.0
_logger = logging.getLogger(__name__)

Put = Callable[[str, list[int]], object]


class Filling:
    """The collection in use, for the one process that feeds."""

    def __init__(
        self,
        catalogue: Catalogue,
        milvus: Milvus,
        put: Put,
        on_change: Callable[[], None] = lambda: None,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self._catalogue = catalogue
        self._engine = catalogue.engine
        self._milvus = milvus
        self._put = put
        self._exact_up_to = exact_up_to
        self._given_up_at = 0
        self.on_change = on_change

    def check(self) -> None:
        """See that the collection in use is there and holds what it should; whatever it lacks is put in again."""
        known = self._known()
        name = known.get("collection", "")
        if not known.get("dimension"):
            return
        if not name or name not in self._milvus.collections():
            self._renew(known, lists=0)
            return
        with self._engine.connect() as connection:
            waiting = connection.execute(select(func.count()).select_from(outbox)).scalar_one()
        if not waiting and self._milvus.count(name) != how_many(self._engine):
            self._agree(name)

    def grow(self) -> None:
        """Go over to lists of vectors once there are many of them."""
        known = self._known()
        if not known.get("collection"):
            self.check()
            return
        if int(known.get("probes", 0)) or not known.get("dimension"):
            return
        many = how_many(self._engine) if self._exact_up_to else 0
        if many > max(self._exact_up_to, 2 * self._given_up_at):
            self._renew(known, lists=max(4, int(4 * math.sqrt(many))))

    def _known(self) -> dict[str, str]:
        with self._engine.connect() as connection:
            return particulars(connection)

    def _agree(self, name: str) -> None:
        held, wanted = self._milvus.ids(name, self._last()), kept_ids(self._engine)
        lacking, surplus = np.setdiff1d(wanted, held).tolist(), np.setdiff1d(held, wanted).tolist()
        _logger.warning("Milvus lacks %d passages and has %d too many; it is mended", len(lacking), len(surplus))
        for at in range(0, len(lacking), 500):
            self._put(name, lacking[at : at + 500])
        for at in range(0, len(surplus), 500):
            self._milvus.drop(name, surplus[at : at + 500])

    def _last(self) -> int:
        with self._engine.connect() as connection:
            ids = self._catalogue.passage_ids()
            highest = connection.execute(select(func.max(outbox.c.passage_id))).scalar() or 0
        return max(int(highest), int(ids[-1]) if len(ids) else 0)

    def _renew(self, known: dict[str, str], lists: int) -> None:
        """Make another collection, fill it, and have it searched from then on; the one before answers until then."""
        name = f"pullquote_{known.get('name') or self._named()}_{secrets.token_hex(4)}"
        told = self._told()
        self._milvus.create(name, int(known["dimension"]), lists)
        try:
            for ids, _ in all_vectors(self._engine):
                self._put(name, ids.tolist())
            self._milvus.settle(name)
            probes = self._tuned(name, lists) if lists else 0
        except BaseException:
            self._remove(name)
            raise
        if lists and not probes:
            self._remove(name)
            self._given_up_at = how_many(self._engine)
            _logger.warning("lists of vectors did not reach a recall of %.2f and are not used", ENOUGH)
            return
        with self._engine.begin() as connection:
            note(connection, collection=name, probes=probes)
            # What had been written before it was filled, it was filled with.
            waiting = update(outbox).where(outbox.c.id <= told, outbox.c.fed_at.is_(None))
            connection.execute(waiting.values(fed_at=time.time()))
        self.on_change()
        if before := known.get("collection"):
            self._remove(before)

    def _told(self) -> int:
        """The last entry of the outbox."""
        with self._engine.connect() as connection:
            return int(connection.execute(select(func.max(outbox.c.id))).scalar() or 0)

    def _remove(self, name: str) -> None:
        try:
            self._milvus.remove(name)
        except AwayError:
            _logger.info("the collection %s of Milvus is not used any more; it may be dropped", name)

    def _named(self) -> str:
        """The name of this index among others on the same server, from now on."""
        name = secrets.token_hex(6)
        with self._engine.begin() as connection:
            note(connection, name=name)
        return name

    def _tuned(self, name: str, lists: int) -> int:
        """How many lists have to be looked into, by measurement; 0 when even many do not find enough.

        What Milvus tells of the state of its lists does not say how well they find: just after a write recall is low.
        """
        self._milvus.flush(name)
        sample = self._sample()
        truth = self._nearest(*sample)
        probes = max(1, lists // 32)
        for _ in range(_TRIES):
            reached = self._recall(Collection(name, probes), *sample, truth)
            _logger.info("%d of %d lists find %.3f of the nearest ten", probes, lists, reached)
            if reached >= ENOUGH:
                return probes
            if probes >= lists // 2:
                time.sleep(_PAUSE)
            probes = min(max(lists // 2, 1), probes * 2)
        return 0

    def _recall(self, of: Collection, ids: NDArray[np.int64], queries: Vectors, truth: list[set[int]]) -> float:
        shares = []
        for own, query, true in zip(ids.tolist(), queries, truth, strict=True):
            found = {i for i, _ in self._milvus.nearest(of, query, 11)} - {own}
            shares.append(len(found & true) / len(true) if true else 1.0)
        return float(np.mean(shares))

    def _sample(self) -> tuple[NDArray[np.int64], Vectors]:
        """Passages that stand for questions, the same every time."""
        ids = kept_ids(self._engine)
        chosen = np.random.default_rng(0).choice(ids, min(_SAMPLE, len(ids)), replace=False)
        return vectors_of(self._engine, chosen.tolist())

    def _nearest(self, own: NDArray[np.int64], queries: Vectors) -> list[set[int]]:
        """The ten nearest of each but for itself, found by comparing every vector that is kept."""
        best = [np.empty((2, 0)) for _ in queries]
        for ids, vectors in all_vectors(self._engine, 4_096):
            scores = queries @ vectors.T
            for at, row in enumerate(scores):
                both = np.concatenate([best[at], np.stack([ids, row])[:, ids != own[at]]], axis=1)
                best[at] = both[:, np.argsort(-both[1], kind="stable")[:10]]
        return [set(each[0].astype(int).tolist()) for each in best]
