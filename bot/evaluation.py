"""Examining a bot: a collection's questions asked the way people ask them, and what the answers were worth."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot.bot import Bot
from bot.measures import Place, find_words, places
from bot.reading import read_question
from bot.report import Outcome, Report, report
from bot.settings import QUESTION_LIMIT
from index import (
    Article,
    ArticleSummary,
    Collection,
    Encoder,
    Filters,
    Judged,
    OpenIndex,
    ReadError,
    open_index,
    read_collection,
)

# How many passages are looked at for the twenty best articles, of each of which several may be found.
_DEPTH, _ARTICLES = 100, 20

Texts = Mapping[str, str]
"""Article digest -> text."""

OnAsked = Callable[[int, int], None]
"""(questions asked, questions in all)."""


def evaluate_folder(
    path: Path,
    *,
    also: Sequence[Path] = (),
    index: Path | None = None,
    database: str = "",
    encoder: Encoder | None = None,
    on_asked: OnAsked = lambda asked, questions: None,
) -> Report:
    """The examination of a bot on the questions in a folder or file.

    The collection's own articles are indexed aside, with those of the `also` collections beside them to make
    the search harder; an `index` that is there is asked instead when one is given. Raises ReadError when
    there are no questions, IndexMissingError when there is no index at `index`.
    """
    collection = read_collection(path)
    beside = [article for other in also for article in read_collection(other).articles]
    if index is not None:
        return _examined(open_index(index, encoder=encoder, create=False, database=database), collection, on_asked)
    with tempfile.TemporaryDirectory(prefix="examined-") as aside:
        opened = open_index(Path(aside) / "articles.index", encoder=encoder)
        articles = [*collection.articles, *beside]
        # Two files may both be named a:1; an origin is an article's own.
        opened.builder.put([replace(each, origin=f"{at}:{each.origin}") for at, each in enumerate(articles)])
        if not collection.articles and path.is_dir():
            Bot(opened).add(path, on_skip=lambda error: None)
        return _examined(opened, collection, on_asked)


def _examined(opened: OpenIndex, collection: Collection, on_asked: OnAsked) -> Report:
    with Bot(opened) as bot:
        texts = {article.digest: article.text for article in collection.articles}
        asked = [_resolved(each, bot, texts) for each in collection.questions]
        outcomes: dict[str, Outcome] = {}
        for at, each in enumerate(asked, 1):
            outcomes[each.id] = _ask(each, bot, opened, texts)
            on_asked(at, len(asked))
        return report(collection.name, bot.article_count, asked, outcomes)


def _ask(each: Judged, bot: Bot, opened: OpenIndex, texts: Texts) -> Outcome:
    reading = read_question(each.question, each.history, Filters(), opened, datetime.now(UTC).date())
    hits = opened.retriever.search_blend(reading.queries, _DEPTH, reading.filters)
    ranked = list(dict.fromkeys(hit.article.digest for hit in hits))[:_ARTICLES]
    answer = bot.ask(each.question, history=each.history)
    quoted = [places(q.article.digest, q.article.text, q.start, q.end) for q in answer.quotes]
    first: set[Place] = quoted[0] if quoted else set()
    if miss := answer.nearest:  # what would have been quoted: how well it was chosen is another matter
        first = places(miss.article.digest, miss.article.text, miss.start, miss.end)
    return Outcome(ranked, set().union(*quoted), first, _chosen(each, texts), answer.confidence)


def _chosen(each: Judged, texts: Texts) -> set[Place]:
    """The words that people chose, where they stand in the articles judged relevant."""
    return {
        place
        for digest in each.relevant
        for quote in each.quotes or ()
        if (span := find_words(texts[digest], quote))
        for place in places(digest, texts[digest], *span)
    }


def _resolved(each: Judged, bot: Bot, texts: dict[str, str]) -> Judged:
    """The question with the articles that it names, or whose words it quotes, as relevant; adds their texts."""
    if each.relevant or not (each.named or each.quotes):
        return each
    found = _named(each.named, bot) if each.named else []
    if not found and each.quotes:  # the words are there still when their article was taken in anew
        quote = each.quotes[0]
        found = [h.article for h in bot.search(quote[:QUESTION_LIMIT], 20) if find_words(h.article.text, quote)]
    if not found:
        wanted = (*each.named, *(each.quotes or ()), "")[0]
        raise ReadError(
            each.id, f"no article is or holds {wanted[:80]!r}; expected an article's title, URL, file, id or words"
        )
    texts.update({article.digest: article.text for article in found})
    return replace(each, relevant={article.digest: 1 for article in found})


def _named(wanted: Sequence[str], bot: Bot) -> list[Article]:
    names = {name.casefold() for name in wanted}
    return [bot.article(each.id) for each in bot.articles(limit=1_000_000) if names & _names(each)]


def _names(summary: ArticleSummary) -> set[str]:
    names = (summary.title, summary.id, summary.url, summary.origin, Path(summary.origin).name)
    return {name.casefold() for name in names if name}
