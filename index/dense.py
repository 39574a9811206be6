"""The ranker that goes by meaning: the query's vector against the vectors of all passages."""

from __future__ import annotations

from index.ports import Allowed, Encoder, Ranker, Ranking, VectorStore


def dense(store: VectorStore, encoder: Encoder) -> Ranker:
    """A ranker whose score is the cosine of query and passage, -1..1."""

    def rank(query: str, k: int, allowed: Allowed | None) -> Ranking:
        return store.search(encoder.encode_queries([query])[0], k, allowed)

    return rank
