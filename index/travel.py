"""Articles as they travel to where they are encoded, and their passages as they come back; knows no network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.article import Article, Span
from index.derive import split_for
from index.encoding import PassageVectors, encode
from index.ports import Encoder
from index.prepared import Prepared

T = TypeVar("T", bound=np.generic)

Words = tuple[str, str, str]
"""All that splitting and encoding asks of an article: its title, text and language."""


class Bundle(NamedTuple):
    """The passages of articles, and their vectors, in bytes.

    `sizes`: the numbers of passages in each article, of sentences in each passage and of rows in each `inside`.
    `spans`: where sentences begin and end. `wholes`: passages' vectors in half precision, as they are stored.
    `insides`: what is kept of sentences and words, see `index.inside`.
    """

    sizes: bytes
    spans: bytes
    wholes: bytes
    insides: bytes


def words_of(prepared: Prepared) -> Words:
    """What is sent of an article."""
    article = prepared.article
    return article.title, article.text, article.language


def read(encoder: Encoder, articles: Sequence[Words]) -> Bundle:
    """Articles, split and encoded."""
    whole = [Article(title, text, language=language) for title, text, language in articles]
    split = [split_for(encoder, article) for article in whole]
    passages = [spans for of in split for spans in of]
    vectors = encode(encoder, [(article, spans) for article, of in zip(whole, split, strict=True) for spans in of])
    sizes = [*map(len, split), *map(len, passages), *(len(each.inside) for each in vectors)]
    return Bundle(
        np.array(sizes, np.int32).tobytes(),
        np.array([span for spans in passages for span in spans], np.int32).tobytes(),
        np.array([each.whole for each in vectors], np.float16).tobytes(),
        b"".join(each.inside.tobytes() for each in vectors),
    )


def unpack(bundle: Bundle, articles: Sequence[Prepared]) -> None:
    """Give articles the passages and vectors that came back for them, in the order in which they were sent."""
    sizes = _numbers(bundle.sizes, np.int32)
    passages = sizes[: len(articles)]
    total = int(passages.sum())
    sentences, rows = sizes[len(articles) :].reshape(2, total)
    spans = _numbers(bundle.spans, np.int32).reshape(-1, 2)
    wholes = _numbers(bundle.wholes, np.float16).reshape(total, -1 if total else 0).astype(np.float32)
    insides = _numbers(bundle.insides, np.int8).reshape(-1, wholes.shape[1] or 1)
    at = span_at = row_at = 0
    for prepared, count in zip(articles, passages.tolist(), strict=True):
        split: list[list[Span]] = []
        vectors: list[PassageVectors] = []
        for passage in range(at, at + count):
            span_end, row_end = span_at + int(sentences[passage]), row_at + int(rows[passage])
            split.append([(start, end) for start, end in spans[span_at:span_end].tolist()])
            vectors.append(PassageVectors(wholes[passage], insides[row_at:row_end]))
            span_at, row_at = span_end, row_end
        prepared.passages, prepared.vectors = split, vectors
        at += count


def _numbers(packed: bytes, kind: type[T]) -> NDArray[T]:
    return np.frombuffer(packed, kind)
