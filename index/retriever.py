"""The path of a query: two rankers, one fusion, and the catalogue's own passages as hits."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from index.article import Filters, Hit, Passage, Span
from index.catalogue import Catalogue
from index.dense import dense
from index.errors import IndexDamagedError
from index.fuse import convex
from index.inside import unpacked
from index.manifest import NAME as MANIFEST
from index.ports import Allowed, Encoder, Ranker, Ranking, Vectors
from index.snapshot import Snapshot, open_snapshot

# How far down each ranker looks before the two are fused, and what each then counts for.
DEPTH = 100
# Where a word is rare is told by more than a handful of passages: in a single article about the LEAF "LEAF" is a word
# like any other, and a question's other words, which it happens not to hold, would be all that counts.
_BEYOND = 1_000
WEIGHTS: Mapping[str, float] = {"dense": 0.7, "lexical": 0.3}

_logger = logging.getLogger(__name__)


class Kept(NamedTuple):
    """What is kept of a passage: its sentences as ranges of the article, a unit row each, its words' vectors as
    rows of signs (see index/inside.py), and its own vector."""

    spans: Sequence[Span]
    sentences: Vectors
    words: Vectors
    passage: Vectors


class Retriever:
    """Finds passages in one index folder. Any number of threads may search while another process writes.

    Before a search it looks whether there is a newer generation, and goes over to it in one step.
    """

    def __init__(self, folder: Path, catalogue: Catalogue, encoder: Encoder) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._encoder = encoder
        self._swapping = Lock()
        self._seen = self._stamp()
        self._snapshot = open_snapshot(folder)

    @property
    def snapshot(self) -> Snapshot:
        """The generation in use, the newest that is whole.

        Where another process has written, one thread goes to open what it wrote, and the others search on
        in the generation before.
        """
        if self._stamp() != self._seen and self._swapping.acquire(blocking=False):
            try:
                self._swap()
            finally:
                self._swapping.release()
        return self._snapshot

    def refresh(self) -> None:
        """Go over to what was written last; a search that begins after this finds it."""
        with self._swapping:
            self._swap()

    def _swap(self) -> None:
        stamp = self._stamp()
        try:
            self._snapshot = open_snapshot(self._folder, self._snapshot)
        except IndexDamagedError as error:
            _logger.error("searching on in the generation before: %s", error)
        self._seen = stamp

    def rankers(self) -> dict[str, Ranker]:
        """The rankers by name, both over the same generation."""
        snapshot = self.snapshot
        return {"dense": dense(snapshot.vectors, self._encoder), "lexical": snapshot.words.search}

    def search(self, query: str, k: int, filters: Filters | None = None) -> list[Hit]:
        """The k best passages for a query among the articles that pass the filters; empty when none fits."""
        return self.search_many([query], k, filters)[0]

    def search_many(self, queries: Sequence[str], k: int, filters: Filters | None = None) -> list[list[Hit]]:
        """The hits of each query, all from one generation."""
        allowed = self._catalogue.allowed(filters) if filters else None
        if allowed is not None and not len(allowed):
            return [[] for _ in queries]
        rankers = self.rankers()
        self._encoder.encode_queries(queries)  # together, which is quicker; an encoder that remembers has them now
        return [self._hits(query, k, rankers, allowed) for query in queries]

    def search_blend(
        self, queries: Sequence[tuple[str, float]], k: int, filters: Filters | None = None
    ) -> list[Hit]:
        """The k best passages for several queries at once, whose rankings are added up by their weights.

        A hit's evidence is the best that any of the queries found for it.
        """
        allowed = self._catalogue.allowed(filters) if filters else None
        if allowed is not None and not len(allowed):
            return []
        rankers = self.rankers()
        self._encoder.encode_queries([query for query, _ in queries])
        every: dict[str, Ranking] = {}
        weights: dict[str, float] = {}
        best: dict[str, dict[int, float]] = {name: {} for name in rankers}
        for at, (query, weight) in enumerate(queries):
            for name, rank in rankers.items():
                every[f"{name} {at}"] = ranking = rank(query, max(k, DEPTH), allowed)
                weights[f"{name} {at}"] = weight * WEIGHTS[name]
                for passage, score in ranking:
                    best[name][passage] = max(score, best[name].get(passage, score))
        return self._found(convex(every, weights), {name: list(of.items()) for name, of in best.items()}, k)

    def cosines(self, queries: Sequence[str], filters: Filters | None = None) -> list[Ranking]:
        """For each query the passages nearest to it by meaning alone, all from one generation."""
        allowed = self._catalogue.allowed(filters) if filters else None
        if allowed is not None and not len(allowed):
            return [[] for _ in queries]
        rank = self.rankers()["dense"]
        self._encoder.encode_queries(queries)
        return [rank(query, DEPTH, allowed) for query in queries]

    def kept(self, passage_ids: Sequence[int], known: Mapping[int, Passage] | None = None) -> dict[int, Kept]:
        """What the index keeps of these passages; those it does not hold, or not yet, are left out.

        `known` are passages that were read from the catalogue before.
        """
        passages = dict(known or {})
        passages.update(self._catalogue.passages([i for i in passage_ids if i not in passages]))
        snapshot = self.snapshot
        found: dict[int, Kept] = {}
        for passage_id in passage_ids:
            if (passage := passages.get(passage_id)) is None:
                continue
            vector, rows = snapshot.vectors.vector(passage_id), snapshot.sentences.rows(passage_id)
            if vector is not None and rows is not None:
                inside = unpacked(rows, len(passage.sentences))
                found[passage_id] = Kept(passage.sentences, inside.sentences, inside.words, vector)
        return found

    def idf(self, word: str) -> float:
        """The inverse passage frequency of a word, by its stem; see `LexicalIndex.idf`. 0 for a stop word."""
        words = self.snapshot.words
        return max((words.idf(term, _BEYOND) for term in words.terms(word)), default=0.0)

    def _hits(self, query: str, k: int, rankers: Mapping[str, Ranker], allowed: Allowed | None) -> list[Hit]:
        rankings = {name: rank(query, max(k, DEPTH), allowed) for name, rank in rankers.items()}
        return self._found(convex(rankings, WEIGHTS), rankings, k)

    def _found(self, fused: Ranking, rankings: Mapping[str, Ranking], k: int) -> list[Hit]:
        """The first k of the fused ranking that the catalogue still holds."""
        evidence = {name: dict(ranking) for name, ranking in rankings.items()}
        hits: list[Hit] = []
        for at in range(0, len(fused), k or 1):
            if len(hits) >= k:
                break
            part = fused[at : at + k]
            passages = self._catalogue.passages([i for i, _ in part])
            articles = self._catalogue.articles({passage.article_id for passage in passages.values()})
            hits += [
                Hit(
                    articles[passages[i].article_id],
                    passages[i],
                    score,
                    {name: of[i] for name, of in evidence.items() if i in of},
                )
                for i, score in part
                if i in passages and passages[i].article_id in articles
            ]
        return hits[:k]

    def _stamp(self) -> tuple[int, int]:
        """Changes whenever the manifest is replaced."""
        try:
            status = (self._folder / MANIFEST).stat()
        except FileNotFoundError:
            return 0, 0
        return status.st_mtime_ns, status.st_ino
