"""What each word of a question contributed to a quote, by its letters and by its meaning; chooses no quote.

It is worked out when somebody asks for it, never while a question is answered: it reads the passage once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.candidates import readable
from bot.words import is_stop_word, stem
from index import Article, ArticleMissingError, OpenIndex, Passage, Span, word_spans

WORDS = 24
"""How many words of a question are looked at, at most."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One word of a question.

    `lexical` is the word's BM25 score in the quote's passage, title included: the sum over all words is the
    passage's own lexical score, `idf * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / mean length))` each with
    k1 = 1.2 and b = .75, and 0 where the word does not stand there. `share` (0..1) is its part of that sum.
    `meaning` is its best cosine with a word of the quote, both read in their surroundings, and `nearest` that word.
    """

    word: str
    lexical: float
    share: float
    meaning: float
    nearest: str


def contributions(question: str, article: Article, start: int, end: int, index: OpenIndex) -> list[Contribution]:
    """Each telling word of the question once, in its order; every word where none is telling.

    The quote is `start <= i < end` of the article. Raises ArticleMissingError where that range touches no
    passage of the article.
    """
    passage = passage_at(index, article, start, end)
    question = readable(question)
    asked = _asked(question)
    scores = [_bm25(question[first:last], passage, index) for first, last in asked]
    total = sum(scores) or 1.0
    meanings = _meanings(question, asked, article, passage, (start, end), index)
    return [
        Contribution(question[first:last], score, score / total, meaning, nearest)
        for (first, last), score, (meaning, nearest) in zip(asked, scores, meanings, strict=True)
    ]


def passage_at(index: OpenIndex, article: Article, start: int, end: int) -> Passage:
    """The passage that holds most of a range; raises ArticleMissingError where none holds any of it."""

    def held(passage: Passage) -> int:
        return min(end, passage.end) - max(start, passage.start)

    best = max(index.catalogue.passages_of(article.id), key=held, default=None)
    if best is None or held(best) <= 0:
        raise ArticleMissingError(
            f"there are no words at {start} to {end} of article {article.id!r}, expected a range within its "
            f"{len(article.text):,} characters; open the article and follow the link of one of its quotes"
        )
    return best


def _asked(question: str) -> list[Span]:
    """Where the telling words of the question stand, each stem once."""
    spans = word_spans(question)
    telling = [span for span in spans if not is_stop_word(question[slice(*span)].lower())] or spans
    return list({stem(question[slice(*span)].lower()): span for span in reversed(telling)}.values())[::-1][:WORDS]


def _bm25(word: str, passage: Passage, index: OpenIndex) -> float:
    """The score of one word alone in one passage: BM25 adds up over words, so this is the word's own part."""
    found = index.retriever.rankers()["lexical"](word, 1, np.array([passage.id], np.int64))
    return found[0][1] if found else 0.0


def _meanings(
    question: str, asked: Sequence[Span], article: Article, passage: Passage, quote: Span, index: OpenIndex
) -> list[tuple[float, str]]:
    """For each asked word its best cosine with a word of the quote, and that word."""
    text = readable(article.text[passage.start : passage.end])
    first, last = quote[0] - passage.start, quote[1] - passage.start
    inside = [(start, end) for start, end in word_spans(text) if first <= start and end <= last]
    words = [span for span in inside if not is_stop_word(text[slice(*span)].lower())] or inside
    if not words:
        return [(0.0, "")] * len(asked)
    rows = index.encoder.encode_passages([readable(article.title)], [text], [words]).sentences[0]
    spans = word_spans(question)
    read = index.encoder.read_queries([question]).sentences[0]  # remembered from the answer
    cosines = read[[spans.index(span) for span in asked]] @ rows.T
    best = cosines.argmax(axis=1)
    return [(float(row[at]), text[slice(*words[at])]) for row, at in zip(cosines, best, strict=True)]
