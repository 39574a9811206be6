"""A loaded model as an Encoder: passages, the sentences in them from the same pass, and queries."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.article import Span
from index.pooling import span_means, unit
from index.ports import Encoded, Vectors
from index.recipe import Floats, Model
from index.split import word_spans
from index.tokens import Pieces, Tokens

# OpenVINO prepares itself for each shape that it has not met, which takes a question twice its time. Filled up to so
# many word pieces there are few shapes.
WIDTHS = 8


class SentenceEncoder:
    """One loaded model. Safe to use from many threads; see `index.ports.Encoder` for what it promises."""

    def __init__(self, name: str, digest: str, model: Model) -> None:
        self.name = name
        self.digest = digest
        self.dimension = model.recipe.dimension
        self._model = model
        self._recipe = model.recipe
        self._tokens = Tokens(model.tokenizer, model.recipe.limit)
        prompt = self._tokens.count([self._recipe.passage_prompt])[0]
        self.window = self._recipe.limit - self._tokens.special - prompt - 1  # the title's line end may be one
        self.title_window = self.window // 4

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        return self._tokens.count(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """`(n, d) float32`, unit rows; what is beyond the window is not read."""
        prompted = [self._recipe.query_prompt + text for text in texts]
        return self._encode(prompted, [()] * len(prompted)).passages

    def read_queries(self, texts: Sequence[str]) -> Encoded:
        """The same, and from the same pass a unit row for each word of each text."""
        front = self._recipe.query_prompt
        spans = [[(len(front) + start, len(front) + end) for start, end in word_spans(text)] for text in texts]
        return self._encode([front + text for text in texts], spans)

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        """Vectors of the passages with their titles in front, and of the spans within each text."""
        fronts = [self._recipe.passage_prompt + self._front(title) for title in titles]
        shifted = [
            [(len(front) + start, len(front) + end) for start, end in of]
            for front, of in zip(fronts, spans if spans is not None else [()] * len(fronts), strict=True)
        ]
        return self._encode([front + text for front, text in zip(fronts, texts, strict=True)], shifted)

    def _front(self, title: str) -> str:
        """The title, cut to its window, and a line end; nothing for an empty title."""
        return self._tokens.head(title, self.title_window) + "\n" if title.strip() else ""

    def _encode(self, texts: list[str], spans: Sequence[Sequence[Span]]) -> Encoded:
        pieces = self._tokens.cut(texts)
        passages = np.zeros((len(texts), self.dimension), np.float32)
        pooled: list[Vectors] = [np.zeros((0, self.dimension), np.float32)] * len(texts)

        def encode(rows: list[int]) -> None:
            tokens, passages[rows] = self._forward([pieces[i].ids for i in rows])
            for row, i in enumerate(rows):
                if spans[i]:
                    means = span_means(tokens[row], pieces[i].offsets, spans[i])
                    pooled[i] = unit(self._model.finish(means))

        batches = _batches(pieces, self._model.batch_tokens)
        if len(batches) > 1 and self._model.workers > 1:
            with ThreadPoolExecutor(self._model.workers) as pool:
                list(pool.map(encode, batches))
        else:
            for rows in batches:
                encode(rows)
        return Encoded(unit(passages), pooled)

    def _forward(self, ids: list[list[int]]) -> tuple[Floats, Vectors]:
        longest = max(1, *map(len, ids))
        # Some models have no position beyond their limit, which need not be a multiple.
        shape = (len(ids), min(-(-longest // WIDTHS) * WIDTHS, max(longest, self._recipe.limit)))
        padded = np.full(shape, self._recipe.padding, np.int64)
        mask = np.zeros(shape, np.int64)
        for row, each in enumerate(ids):
            padded[row, : len(each)] = each
            mask[row, : len(each)] = 1
        return self._model.forward(padded, mask)


def _batches(pieces: Sequence[Pieces], most: int) -> list[list[int]]:
    """The numbers of the texts in batches of at most `most` word pieces with padding, longest texts first.

    Texts of similar length share a batch, none shorter than half the longest, so that little is spent on padding.
    """
    batches: list[list[int]] = []
    room = 0
    longest = 0
    for i in sorted(range(len(pieces)), key=lambda i: -len(pieces[i].ids)):
        if room == 0 or 2 * len(pieces[i].ids) < longest:
            batches.append([])
            longest = len(pieces[i].ids)
            room = max(1, most // max(1, longest))
        batches[-1].append(i)
        room -= 1
    return batches
