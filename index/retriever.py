"""The path of a query: two rankers, one fusion, and the catalogue's own passages as hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import NamedTuple

from index.article import Filters, Hit, Passage, Span
from index.catalogue import Catalogue
from index.fuse import convex
from index.in_turn import InTurn
from index.inside import unpacked
from index.ports import Allowed, Encoder, Ranker, Ranking, Vectors, View, Views

# How far down each ranker looks before the two are fused, and what each then counts for.
DEPTH = 100
# Where a word is rare is told by more than a handful of passages: in a single article about the LEAF "LEAF" is a word
# like any other, and a question's other words, which it happens not to hold, would be all that counts.
_BEYOND = 1_000
WEIGHTS: Mapping[str, float] = {"dense": 0.7, "lexical": 0.3}


class Kept(NamedTuple):
    """What is kept of a passage: its sentences as ranges of the article, a unit row each, its words' vectors as
    rows of signs (see index/inside.py), and its own vector."""

    spans: Sequence[Span]
    sentences: Vectors
    words: Vectors
    passage: Vectors


class Retriever:
    """Finds passages in one index. Any number of threads may search while another process writes.

    Every search is of one view, the newest when it begins.
    """

    def __init__(self, views: Views, catalogue: Catalogue, encoder: Encoder) -> None:
        self._views = views
        self._catalogue = catalogue
        self._encoder = encoder
        self.in_turn = InTurn()
        """For what is to be done with hits, by one thread after the other."""
        # A server may keep each thread waiting, so they had better wait together.
        self._reading = nullcontext if catalogue.is_shared else self.in_turn

    @property
    def snapshot(self) -> View:
        """The view in use; another one as soon as something else can be found."""
        return self._views.current

    def refresh(self) -> None:
        """Go over to what was written last; a search that begins after this finds it."""
        self._views.refresh()

    def notice(self) -> str:
        """What a reader should know of how it is being searched just now, a sentence; empty when all is well."""
        return self._views.notice()

    def close(self) -> None:
        """Let go of what is searched."""
        self._views.close()

    def rankers(self) -> dict[str, Ranker]:
        """The rankers by name, both over the same view."""
        return self.snapshot.rankers(self._encoder)

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

    def kept(self, passages: Sequence[Passage]) -> dict[int, Kept]:
        """What the index keeps of these passages, by their ids; those it does not hold, or not yet, are left out."""
        spans_of = {passage.id: passage.sentences for passage in passages}
        found: dict[int, Kept] = {}
        with self._reading():
            for passage_id, (vector, rows) in self.snapshot.kept(list(spans_of)).items():
                spans = spans_of[passage_id]
                inside = unpacked(rows, len(spans))
                found[passage_id] = Kept(spans, inside.sentences, inside.words, vector)
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
            with self._reading():
                passages, articles = self._catalogue.passages_in_articles([i for i, _ in part])
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
