"""Hits, or any text, into the sentences that may be quoted, with their vectors; judges none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.features import Sentences
from bot.words import word_spans
from index import Article, Encoder, Hit, Kept, Passage, Span, Vectors, passages, sentences, trimmed

SentenceVectors = Callable[[Sequence[int]], Mapping[int, Kept]]
"""Passage ids -> what is kept of each; a passage that is missing is read again by the encoder."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be quoted: the characters `start <= i < end` of the article, and how it was found."""

    article: Article
    start: int
    end: int
    passage: Passage | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Part:
    """A passage, the sentences it is made of, and the hit that brought it."""

    article: Article
    start: int
    end: int
    passage: Passage | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)


def from_hits(
    hits: Sequence[Hit], encoder: Encoder, kept: SentenceVectors | None = None
) -> tuple[list[Candidate], Sentences]:
    """Every sentence of the hits' passages once: articles in the order of the hits, texts in their own."""
    known = dict(kept([hit.passage.id for hit in hits])) if kept else {}
    place = {article_id: i for i, article_id in reversed(list(enumerate(hit.article.id for hit in hits)))}
    ordered = sorted(hits, key=lambda hit: (place[hit.article.id], hit.passage.start, hit.passage.end))
    parts = [_Part(hit.article, hit.passage.start, hit.passage.end, hit.passage, hit.evidence) for hit in ordered]
    missing = [
        (hit.passage.id, part) for hit, part in zip(ordered, parts, strict=True) if hit.passage.id not in known
    ]
    read = _read([part for _, part in missing], encoder)
    known.update(zip((passage_id for passage_id, _ in missing), read, strict=True))
    return _table([(part, known[hit.passage.id]) for hit, part in zip(ordered, parts, strict=True)])


def from_text(
    article: Article, encoder: Encoder, question: str, cuts: Sequence[Span] | None = None
) -> tuple[list[Candidate], Sentences]:
    """Every sentence of a text that is in no index, in order, however long, matched with the question's words.

    `cuts` are the spans of its sentences where they are known better than this finds them.
    """
    title, text = readable(article.title), readable(article.text)
    budget = encoder.window - min(encoder.count_tokens([title])[0], encoder.title_window)
    if cuts is None:
        packed = passages(text, encoder.count_tokens, budget) if text.strip() else []
    else:
        packed = _packed(cuts, encoder.count_tokens([text[start:end] for start, end in cuts]), budget)
    # Each word is asked for as a span of its own: its vector as read among the words around it.
    asked = encoder.encode_passages([""], [readable(question)], [word_spans(question)]).sentences[0]
    within = [[(start - run[0][0], end - run[0][0]) for start, end in run] for run in packed]
    parts = [text[run[0][0] : run[-1][1]] for run in packed]
    single = [word_spans(part) for part in parts]
    encoded = encoder.encode_passages(
        [title] * len(parts), parts, [run + each for run, each in zip(within, single, strict=True)]
    )
    read, matches = [], []
    for k, run in enumerate(packed):
        rows = encoded.sentences[k]
        read.append((_Part(article, run[0][0], run[-1][1]), Kept(run, rows[: len(run)], encoded.passages[k])))
        matches.append(_best(rows[len(run) :] @ asked.T, single[k], within[k]))
    return _table(read, np.concatenate(matches) if matches else None)


def _packed(cuts: Sequence[Span], sizes: Sequence[int], budget: int) -> list[list[Span]]:
    packed: list[list[Span]] = []
    used = budget
    for cut, size in zip(cuts, sizes, strict=True):
        if used + size > budget:
            packed.append([])
            used = 0
        packed[-1].append(cut)
        used += size
    return packed


def _best(cosines: NDArray[np.float32], single: Sequence[Span], within: Sequence[Span]) -> NDArray[np.float32]:
    """`(m, t)`: for each of the m sentences the best cosine that one of its words has with each asked word."""
    starts = np.array([start for start, _ in single], np.intp)
    best = np.zeros((len(within), cosines.shape[1]), np.float32)
    for row, (start, end) in enumerate(within):
        first, last = np.searchsorted(starts, [start, end])
        if first < last:
            best[row] = cosines[first:last].max(axis=0)
    return best


def readable(text: str) -> str:
    """The text with each lone surrogate, which no tokenizer takes, as a question mark: of the same length."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _read(parts: Sequence[_Part], encoder: Encoder) -> list[Kept]:
    """The sentences of each part with their vectors, from one pass over all of them."""
    if not parts:
        return []
    texts = [readable(part.article.text[part.start : part.end]) for part in parts]
    within = [[trimmed(text, span) for span in sentences(text)] for text in texts]
    encoded = encoder.encode_passages([readable(part.article.title) for part in parts], texts, within)
    return [
        Kept([(part.start + start, part.start + end) for start, end in spans], rows, whole)
        for part, spans, rows, whole in zip(parts, within, encoded.sentences, encoded.passages, strict=True)
    ]


def _table(
    read: Sequence[tuple[_Part, Kept]], matches: NDArray[np.float32] | None = None
) -> tuple[list[Candidate], Sentences]:
    """The candidates and what is known of each, less each sentence that overlaps one before it in its article."""
    found: list[Candidate] = []
    rows: list[Vectors] = []
    passage: list[int] = []
    taken: list[bool] = []
    for number, (part, kept) in enumerate(read):
        for span, row in zip(kept.spans, kept.sentences, strict=True):
            start, end = trimmed(part.article.text, span)
            fresh = not found or found[-1].article.id != part.article.id or found[-1].end <= start
            taken.append(start < end and fresh)
            if taken[-1]:
                found.append(Candidate(part.article, start, end, part.passage, part.evidence))
                rows.append(row)
                passage.append(number)
    width = read[0][1].passage.shape[0] if read else 0
    return found, Sentences(
        texts=tuple(each.article.text[each.start : each.end] for each in found),
        pooled=np.array(rows, np.float32).reshape(len(found), width),
        follows=np.array([i > 0 and _touch(found[i - 1], each) for i, each in enumerate(found)], np.bool_),
        passage=np.array(passage, np.intp),
        passages=np.array([kept.passage for _, kept in read], np.float32).reshape(len(read), width),
        titles=tuple(part.article.title for part, _ in read),
        matches=None if matches is None else matches[np.array(taken, np.bool_)],
    )


def _touch(one: Candidate, two: Candidate) -> bool:
    """Whether nothing but white space stands between the two, one in front of two."""
    same = one.article.id == two.article.id and one.end <= two.start
    return same and not one.article.text[one.end : two.start].strip()
