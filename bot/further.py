"""On from a quote: more of its article for the question, and what other articles say that is near to it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bot.answer import Quote
from bot.candidates import readable
from bot.contribution import passage_at
from bot.echo import is_echo
from bot.quote import choose
from index import Article, Hit, Kept, OpenIndex, Passage, Span, trimmed

# How many passages are looked through. A neighbour less near than this shares a topic at the most.
_PASSAGES = 24
_NEIGHBOURS = 60
_NEAR = 0.3


def more_from(question: str, article: Article, start: int, end: int, index: OpenIndex, k: int = 6) -> list[Quote]:
    """At most k further quotes of the same article for the question, none of which touches `start <= i < end`.

    First come those that could answer, likeliest first, then the sentences nearest to the question. Whatever
    the article has is shown: nothing is declined here.
    """
    passages = {each.id: each for each in index.catalogue.passages_of(article.id)}
    allowed = np.array(sorted(passages), np.int64)
    ranking = index.retriever.rankers()["dense"](question, _PASSAGES, allowed)
    hits = [Hit(article, passages[i], score, {"dense": score}) for i, score in ranking if i in passages]
    kept = index.retriever.kept([hit.passage for hit in hits])
    chosen = choose(question, hits, index.encoder, k + 1, idf=index.retriever.idf, kept=kept, threshold=0.0)
    found: list[Quote] = []
    for each in (*chosen.quotes, *_nearest(question, hits, index)):
        if len(found) < k and all(each.end <= a or b <= each.start for a, b in [(start, end), *_spans(found)]):
            found.append(each)
    return found


def more_like(article: Article, start: int, end: int, index: OpenIndex, k: int = 6) -> list[Quote]:
    """At most k sentences of other articles nearest in meaning to the quote, the nearest first, one an article.

    An article that carries the quote's own words, or nearly, says nothing further and is left out. `score` and
    the evidence "dense" are the cosine of the sentence with the quote. Raises ArticleMissingError where the
    range touches no passage.
    """
    passage_at(index, article, start, end)
    quote = readable(article.text[start:end])
    ranking = index.retriever.cosines([quote])[0][:_NEIGHBOURS]
    passages = index.catalogue.passages([i for i, _ in ranking])
    articles = index.catalogue.articles({each.article_id for each in passages.values()} - {article.id})
    near = [passages[i] for i, _ in ranking if i in passages and passages[i].article_id in articles]
    best: dict[str, Quote] = {}
    echoing: set[str] = set()
    for each in _sentences(quote, near, articles, index):
        held = best.get(each.article.id)
        if is_echo(each.text, quote):
            echoing.add(each.article.id)
        elif each.score >= _NEAR and (held is None or each.score > held.score):
            best[each.article.id] = each
    kept = [each for name, each in best.items() if name not in echoing]
    return sorted(kept, key=lambda each: -each.score)[:k]


def _nearest(question: str, hits: list[Hit], index: OpenIndex) -> list[Quote]:
    """The sentences of the hits, nearest to the question first."""
    articles = {hit.article.id: hit.article for hit in hits}
    every = _sentences(readable(question), [hit.passage for hit in hits], articles, index)
    return sorted(every, key=lambda each: -each.score)


def _sentences(
    query: str, passages: list[Passage], articles: dict[str, Article], index: OpenIndex
) -> Iterator[Quote]:
    """Every sentence of the passages that holds a word, with its cosine to the query."""
    vector = index.encoder.encode_queries([query])[0]
    kept: dict[int, Kept] = index.retriever.kept(passages)
    for passage in passages:
        if passage.id not in kept:
            continue
        article = articles[passage.article_id]
        for span, cosine in zip(kept[passage.id].spans, kept[passage.id].sentences @ vector, strict=True):
            start, end = trimmed(article.text, span)
            if start < end:
                yield Quote(article, start, end, float(cosine), passage=passage, evidence={"dense": float(cosine)})


def _spans(quotes: list[Quote]) -> list[Span]:
    return [(each.start, each.end) for each in quotes]
