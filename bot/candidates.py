"""Hits, or any text, into the sentences that may be quoted, with their vectors; judges none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.features import Sentences
from index import (
    Article,
    Encoder,
    Hit,
    Kept,
    Passage,
    Span,
    Vectors,
    passages,
    sentences,
    trimmed,
    word_signs,
    word_spans,
)

# An index keeps the words of a passage made up to a multiple of this.
_MADE_UP = 8


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
    hits: Sequence[Hit], encoder: Encoder, question: str, kept: Mapping[int, Kept] | None = None
) -> tuple[list[Candidate], Sentences]:
    """Every sentence of the hits' passages once: articles in the order of the hits, texts in their own.

    A passage of which nothing is `kept` under its id is read again by the encoder.
    """
    known = dict(kept or {})
    place = {article_id: i for i, article_id in reversed(list(enumerate(hit.article.id for hit in hits)))}
    ordered = sorted(hits, key=lambda hit: (place[hit.article.id], hit.passage.start, hit.passage.end))
    parts = [_Part(hit.article, hit.passage.start, hit.passage.end, hit.passage, hit.evidence) for hit in ordered]
    spans = [word_spans(readable(part.article.text[part.start : part.end])) for part in parts]
    missing = [
        (hit.passage.id, part)
        for hit, part, words in zip(ordered, parts, spans, strict=True)
        if hit.passage.id not in known or not 0 <= len(known[hit.passage.id].words) - len(words) < _MADE_UP
    ]
    read = _read([part for _, part in missing], encoder)
    known.update(zip((passage_id for passage_id, _ in missing), read, strict=True))
    found = [(part, known[hit.passage.id], words) for hit, part, words in zip(ordered, parts, spans, strict=True)]
    return _table(found, _words_of(question, encoder))


def from_text(
    article: Article, encoder: Encoder, question: str, cuts: Sequence[Span] | None = None
) -> tuple[list[Candidate], Sentences]:
    """Every sentence of a text that is in no index, in order, however long.

    `cuts` are the spans of its sentences where they are known better than this finds them.
    """
    title, text = readable(article.title), readable(article.text)
    budget = encoder.window - min(encoder.count_tokens([title])[0], encoder.title_window)
    if cuts is None:
        packed = passages(text, encoder.count_tokens, budget) if text.strip() else []
    else:
        packed = _packed(cuts, encoder.count_tokens([text[start:end] for start, end in cuts]), budget)
    parts = [_Part(article, run[0][0], run[-1][1]) for run in packed]
    read = _read(parts, encoder, packed)
    spans = [word_spans(text[part.start : part.end]) for part in parts]
    return _table(list(zip(parts, read, spans, strict=True)), _words_of(question, encoder))


def _words_of(question: str, encoder: Encoder) -> Vectors:
    """`(t, d)`: the vector of each word of the question, as read among the words around it."""
    return encoder.read_queries([readable(question)]).sentences[0]


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


def _best(kept: Kept, start: int, spans: Sequence[Span], asked: Vectors) -> NDArray[np.float32]:
    """`(m, t)`: for each of the passage's m sentences the best cosine that one of its words has with each asked word.

    The passage begins at `start`, and within it its words have these `spans`.
    """
    # A cosine with signs is too small by sqrt(2 / pi); see index/inside.py.
    cosines = kept.words[: len(spans)] @ asked.T * np.float32(np.sqrt(np.pi / 2))
    starts = np.array([first for first, _ in spans], np.intp) + start
    best = np.zeros((len(kept.spans), cosines.shape[1]), np.float32)
    firsts, lasts = np.searchsorted(starts, np.asarray(kept.spans, np.intp).reshape(-1, 2)).T.tolist()
    for row, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        if first < last:
            np.max(cosines[first:last], axis=0, out=best[row])
    return best


def readable(text: str) -> str:
    """The text with each lone surrogate, which no tokenizer takes, as a question mark: of the same length."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _read(parts: Sequence[_Part], encoder: Encoder, cuts: Sequence[Sequence[Span]] | None = None) -> list[Kept]:
    """What an index would keep of each part, from one pass over all of them; `cuts` are its sentences if known."""
    if not parts:
        return []
    texts = [readable(part.article.text[part.start : part.end]) for part in parts]
    within = (
        [[trimmed(text, span) for span in sentences(text)] for text in texts]
        if cuts is None
        else [
            [(start - part.start, end - part.start) for start, end in of]
            for part, of in zip(parts, cuts, strict=True)
        ]
    )
    encoded = encoder.encode_passages(
        [readable(part.article.title) for part in parts],
        texts,
        [of + word_spans(text) for of, text in zip(within, texts, strict=True)],
    )
    return [
        Kept(
            [(part.start + start, part.start + end) for start, end in spans],
            rows[: len(spans)],
            word_signs(rows[len(spans) :]),
            whole,
        )
        for part, spans, rows, whole in zip(parts, within, encoded.sentences, encoded.passages, strict=True)
    ]


def _table(read: Sequence[tuple[_Part, Kept, Sequence[Span]]], asked: Vectors) -> tuple[list[Candidate], Sentences]:
    """The candidates and what is known of each, less each sentence that overlaps one before it in its article."""
    found: list[Candidate] = []
    rows: list[Vectors] = []
    matches: list[NDArray[np.float32]] = []
    passage: list[int] = []
    for number, (part, kept, words) in enumerate(read):
        best = _best(kept, part.start, words, asked)
        for span, row, matched in zip(kept.spans, kept.sentences, best, strict=True):
            start, end = trimmed(part.article.text, span)
            fresh = not found or found[-1].article.id != part.article.id or found[-1].end <= start
            if start < end and fresh:
                found.append(Candidate(part.article, start, end, part.passage, part.evidence))
                rows.append(row)
                matches.append(matched)
                passage.append(number)
    width = read[0][1].passage.shape[0] if read else 0
    return found, Sentences(
        texts=tuple(each.article.text[each.start : each.end] for each in found),
        pooled=np.array(rows, np.float32).reshape(len(found), width),
        follows=np.array([i > 0 and _touch(found[i - 1], each) for i, each in enumerate(found)], np.bool_),
        passage=np.array(passage, np.intp),
        passages=np.array([kept.passage for _, kept, _ in read], np.float32).reshape(len(read), width),
        titles=tuple(part.article.title for part, _, _ in read),
        matches=np.array(matches, np.float32).reshape(len(found), len(asked)),
    )


def _touch(one: Candidate, two: Candidate) -> bool:
    """Whether nothing but white space stands between the two, one in front of two."""
    same = one.article.id == two.article.id and one.end <= two.start
    return same and not one.article.text[one.end : two.start].strip()
