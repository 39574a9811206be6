"""The first hits put in a new order by a cross-encoder, for those who have one; off unless it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from index.article import Hit
from index.errors import ModelError
from index.torch_model import PairScorer, load_pair_scorer

# A cross-encoder reads every pair from scratch, some 50 ms each on a CPU core, so it reads the best few only.
DEPTH = 20


class Reranker:
    """A cross-encoder in a folder, loaded on first use. Safe to use from many threads; one at a time is served."""

    def __init__(self, folder: str | Path, device: str = "cpu") -> None:
        """Raises ModelError when there is no such folder; nothing is fetched."""
        self._folder = Path(folder)
        if not self._folder.is_dir():
            raise ModelError(
                f"no cross-encoder at {str(folder)!r}; expected the folder of one saved by sentence-transformers"
            )
        self._device = device
        self._scorer: PairScorer | None = None
        self._turn = Lock()

    def __call__(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits, the first 20 of them ordered anew; equal scores by ascending passage id.

        What the cross-encoder said of a hit is its score and its evidence "reranker". The hits behind them keep
        their order, and get scores below.
        """
        if not hits:
            return []
        first, rest = hits[:DEPTH], hits[DEPTH:]
        with self._turn:
            scorer = self._scorer = self._scorer or load_pair_scorer(self._folder, self._device)
            scores = scorer([(query, f"{hit.article.title}\n{hit.text}") for hit in first]).tolist()
        judged = [
            replace(hit, score=score, evidence={**hit.evidence, "reranker": score})
            for hit, score in zip(first, scores, strict=True)
        ]
        judged.sort(key=lambda hit: (-hit.score, hit.passage.id))
        floor = judged[-1].score - (rest[0].score if rest else 0.0)
        return judged + [replace(hit, score=hit.score + floor) for hit in rest]
