"""Passages into what an index keeps of them, a batch at a time; writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.article import Article, Span
from index.inside import Inside, Rows, packed
from index.ports import Encoder, Vectors
from index.split import word_spans

BATCH = 256
"""Passages that are encoded together, sorted by length; before they are packed the vectors of all their words take
about 50 MB."""


class PassageVectors(NamedTuple):
    """The `(d,)` unit vector of a passage, and the packed vectors of its sentences and words."""

    whole: Vectors
    inside: Rows


def encode(encoder: Encoder, read: Sequence[tuple[Article, Sequence[Span]]]) -> list[PassageVectors]:
    """For each passage, given as an article and the spans of its sentences, what is kept of it."""
    kept: list[PassageVectors] = []
    for at in range(0, len(read), BATCH):
        part = read[at : at + BATCH]
        texts = [article.text[spans[0][0] : spans[-1][1]] for article, spans in part]
        within = [[(start - spans[0][0], end - spans[0][0]) for start, end in spans] for _, spans in part]
        encoded = encoder.encode_passages(
            [article.title for article, _ in part],
            texts,
            [of + word_spans(text) for of, text in zip(within, texts, strict=True)],
        )
        for whole, rows, of in zip(encoded.passages, encoded.sentences, within, strict=True):
            kept.append(PassageVectors(whole, packed(Inside(rows[: len(of)], rows[len(of) :]))))
    return kept
