"""Hits, or any text, into the quotes that answer a question, or into none; ranks no articles, adds no words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.answer import Quote
from bot.candidates import Candidate, from_hits, from_text, readable
from bot.confidence import answer_judge, answer_probability, signals
from bot.echo import distinct, fold
from bot.features import NAMES, Asked, Sentences, features
from bot.judge import load_judge
from bot.spans import runs
from bot.widen import widened
from bot.words import Idf, idf_within, stems
from index import Article, Encoder, Hit, Kept, Span, Vectors, load_encoder


@dataclass(frozen=True, slots=True)
class Chosen:
    """The quotes that answer, best first, or none; `confidence` is the probability (0..1) that they do.

    `nearest` is the likeliest quote whether or not it is given, None where there were no words to quote.
    """

    quotes: tuple[Quote, ...] = ()
    confidence: float = 0.0
    nearest: Quote | None = None


def choose(
    question: str,
    hits: Sequence[Hit],
    encoder: Encoder,
    k: int = 5,
    *,
    idf: Idf | None = None,
    question_vector: Vectors | None = None,
    kept: Mapping[int, Kept] | None = None,
    threshold: float | None = None,
) -> Chosen:
    """At most `k` quotes out of the hits, or none when it is less likely than `threshold` that they answer.

    `idf` tells how rare a stem is in the collection, by default in the hits. `question_vector` `(d,)`, and
    what is `kept` of passages by their ids, save encoding again what was encoded before. Without hits there is
    nothing to quote. No two quotes share a character of an article.
    """
    found, of = from_hits(hits, encoder, question, kept)
    if not found or not question.strip():
        return Chosen()
    vector = encoder.encode_queries([readable(question)])[0] if question_vector is None else question_vector
    lowest = answer_judge(in_index=True).threshold if threshold is None else threshold
    quotes, confidence = _judged(_asked(question, vector, of, idf), found, of, in_index=True)
    folded = fold(sorted(quotes, key=lambda quote: -quote.score))
    if confidence < lowest:
        return Chosen((), confidence, folded[0])
    row = {(each.article.id, each.start): i for i, each in enumerate(found)}
    # A passage that is split anew may begin a sentence elsewhere; then any row will do, it only orders quotes.
    begins = of.pooled[[row.get((quote.article.id, quote.start), 0) for quote in folded]]
    return Chosen(tuple(distinct(folded, begins, k)), confidence, folded[0])


def quote_from(
    question: str, text: str, *, title: str = "", encoder: Encoder | None = None, threshold: float | None = None
) -> list[Quote]:
    """The quotes of `text` that answer the question, in the order of the text; none when it does not answer.

    The text may be of any length and is in no index; each quote's range counts its characters as given.
    The default encoder is loaded by the first call that brings none.
    """
    encoder = encoder or _default_encoder()
    found, of = from_text(Article(title, text), encoder, question)
    if not found or not question.strip():
        return []
    lowest = answer_judge(in_index=False).threshold if threshold is None else threshold
    asked = _asked(question, encoder.encode_queries([readable(question)])[0], of, None)
    quotes, confidence = _judged(asked, found, of, in_index=False)
    return quotes if confidence >= lowest else []


@cache
def _default_encoder() -> Encoder:
    return load_encoder()


def _asked(question: str, vector: Vectors, of: Sentences, idf: Idf | None) -> Asked:
    return Asked(question, vector, tuple(stems(question)), idf or idf_within(map(stems, of.texts)))


def _judged(
    asked: Asked, found: Sequence[Candidate], of: Sentences, *, in_index: bool
) -> tuple[list[Quote], float]:
    """The runs of sentences worth quoting, at least one, in the order of the candidates; the confidence in them.

    A run out of an index is read without its text, so it says whom it speaks of where the sentence before it does.
    """
    rows = features(asked, of)
    judge = load_judge("sentence", NAMES)
    p = judge(rows)
    ranges = runs(p.tolist(), of.follows.tolist(), judge.threshold, judge.threshold / 2)
    if not ranges:
        top = int(p.argmax())
        ranges = [(top, top + 1)]
    if in_index:
        ranges = widened(asked.text, ranges, found, of.follows.tolist())
    quotes = [_quote(found, span, float(p[slice(*span)].max())) for span in ranges]
    return quotes, answer_probability(signals(rows, p), in_index=in_index)


def _quote(found: Sequence[Candidate], rows: Span, probability: float) -> Quote:
    first, last = found[rows[0]], found[rows[1] - 1]
    return Quote(
        first.article, first.start, last.end, probability, probability, first.passage, dict(first.evidence)
    )
