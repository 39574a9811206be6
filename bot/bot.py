"""The Python API: an index that is open, and the way from a question to an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, Self

from bot.answer import Answer, Sort
from bot.calibrate import Calibration, keep, kept_threshold
from bot.conversation import Turn
from bot.onward import Onward
from bot.order import ordered
from bot.quote import choose
from bot.reading import Reading, checked, read_question
from bot.recall import Recall, key_of
from bot.shelf import Shelf
from index import (
    Encoder,
    Filters,
    Hit,
    OnRebuild,
    OpenIndex,
    Reranker,
    ServerAwayError,
    language_codes,
    open_index,
    untold,
    verify,
)

# How many passages the quotes are chosen from.
CANDIDATES = 10


_REMEMBERED = (
    "The database of the articles does not answer just now; this is what was answered to the same question before."
)

P = ParamSpec("P")


def _recalled(ask: Callable[Concatenate[Bot, P], Answer]) -> Callable[Concatenate[Bot, P], Answer]:
    """The method with a memory: what is asked again in the same words and with the same options is not sought again."""

    @wraps(ask)
    def recalled(bot: Bot, /, *asked: P.args, **options: P.kwargs) -> Answer:
        key = key_of([asked, options])
        try:
            return bot._recall.answer(bot._state(), key, lambda: ask(bot, *asked, **options))
        except ServerAwayError:
            remembered = bot._recall.last(key)
            if remembered is None:
                raise
            return replace(remembered, notes=(*remembered.notes, _REMEMBERED))

    return recalled


class Bot(Shelf, Onward):
    """Answers questions from one index, in the articles' own words. Safe to use from many threads.

    Searching never waits for adding. Close it, or use it as a context manager.
    """

    def __init__(
        self,
        index: OpenIndex,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        reranker: Reranker | None = None,
    ) -> None:
        super().__init__(index)
        self._clock = clock
        self._reranker = reranker
        self._threshold = kept_threshold(index.folder)
        self._recall = Recall()

    @classmethod
    def open(
        cls,
        path: str | Path = "articles.index",
        *,
        model: str = "",
        encoder: Encoder | None = None,
        create: bool = True,
        anew: bool = False,
        backend: str = "auto",
        device: str = "cpu",
        cache: Path | None = None,
        reranker: str = "",
        eager: bool = False,
        on_step: OnRebuild = untold,
        database: str = "",
        store: str = "faiss",
        milvus_uri: str = "",
        milvus_token: str = "",
    ) -> Bot:
        """A bot over the index at `path`, which is made there when it is missing and `create` is set.

        `model` is the name or folder of a sentence-transformers model (all-MiniLM-L6-v2 when empty), `encoder`
        one of your own. An index is opened with the one it was built with, unless all of it is to be encoded `anew`.
        `backend` ("auto", "openvino" or "torch") runs the model, on torch's `device`; a copy converted for
        OpenVINO is kept in `cache`, the user's cache folder when None. `reranker` is the folder of a
        cross-encoder that puts the first hits in a new order, which takes about a second a question. `eager` begins
        to load the model at once, for a question that is about to come; else the first question loads it. `on_step`
        is told how far building `anew` has come, as a Rebuilding. `database` (`postgresql://user:password@host/name`)
        holds the articles in place of the folder. `store` is "faiss" or "milvus", the one at `milvus_uri`, see
        `index.open_index`.
        Raises IndexMissingError, ModelError, EncoderMismatchError, SettingError, IndexBusyError or ServerAwayError.
        """
        ordering = Reranker(reranker, device) if reranker else None
        index = open_index(
            path,
            model=model,
            encoder=encoder,
            create=create,
            anew=anew,
            backend=backend,
            device=device,
            cache=cache,
            eager=eager,
            on_step=on_step,
            database=database,
            store=store,
            milvus_uri=milvus_uri,
            milvus_token=milvus_token,
        )
        return cls(index, reranker=ordering)

    @_recalled
    def ask(
        self,
        question: str,
        k: int = 5,
        *,
        history: Sequence[str | Turn] = (),
        sources: Sequence[str] = (),
        authors: Sequence[str] = (),
        after: date | None = None,
        before: date | None = None,
        languages: Sequence[str] = (),
        interpret: bool = True,
        sort: Sort = "best",
    ) -> Answer:
        """At most k quotes that answer the question, best first; an Answer that is False when the articles do not.

        `history` holds what was asked before, oldest first, each a question or a (question, quoted text)
        pair; it is used only where the question leans on it. Articles must be from one of the `sources`,
        `authors` and `languages` (ISO 639-1 codes, or their English names), if any are given, and have
        `after <= published < before`. Filters in the question's own words are added to these, unless `interpret`
        is False, which also leaves the history out. `sort` shows the same quotes by day of publication instead,
        "newest" or "oldest" first.
        Raises QuestionError for a question that is empty or longer than 2,000 characters.
        """
        given = Filters(tuple(sources), tuple(authors), after, before, language_codes(languages))
        asked = checked(question)
        reading = (
            read_question(asked, history, given, self._index, self._clock().date())
            if interpret
            else Reading.literal(asked, given)
        )
        notice = self._index.retriever.notice()
        hits = self._found(reading, reading.filters)
        notes: tuple[str, ...] = ()
        is_beyond_filters = not hits and bool(reading.filters)
        if is_beyond_filters:
            notes = ("No article passes these filters; this is the nearest passage among the others.",)
            hits = self._found(reading, Filters())
        if notice := notice or self._index.retriever.notice():
            notes = (*notes, notice)
        kept = self._index.retriever.kept([hit.passage for hit in hits])
        with self._index.retriever.in_turn():
            chosen = choose(
                reading.query,
                hits,
                self._index.encoder,
                k,
                idf=self._index.retriever.idf,
                kept=kept,
                threshold=self._threshold,
            )
        return Answer(
            question,
            () if is_beyond_filters else ordered(chosen.quotes, sort),
            0.0 if is_beyond_filters else chosen.confidence,
            chosen.nearest if is_beyond_filters or not chosen.quotes else None,
            reading.read_as,
            reading.filters,
            notes,
            given,
            sort,
            interpret,
        )

    def _state(self) -> tuple[object, ...]:
        """What an answer depends on beside what is asked: the articles, the vectors, the threshold and the day."""
        today = self._clock().date().toordinal()
        return (self._index.catalogue.sequence(), self._index.retriever.snapshot, self._threshold or 0.0, today)

    def _found(self, reading: Reading, filters: Filters) -> list[Hit]:
        if self._reranker is None:
            return self._index.retriever.search_blend(reading.queries, CANDIDATES, filters)
        many = self._index.retriever.search_blend(reading.queries, 2 * CANDIDATES, filters)
        return self._reranker(reading.query, many)[:CANDIDATES]

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        sources: Sequence[str] = (),
        authors: Sequence[str] = (),
        after: date | None = None,
        before: date | None = None,
        languages: Sequence[str] = (),
    ) -> list[Hit]:
        """The k best passages, best first, each with its article; nothing is declined and nothing interpreted."""
        filters = Filters(tuple(sources), tuple(authors), after, before, language_codes(languages))
        return self._index.retriever.search(checked(question), k, filters)

    def keep_calibration(self, calibration: Calibration) -> None:
        """Answer from this threshold on, now and whenever the index is opened again."""
        keep(calibration, self._index.folder)
        self._threshold = calibration.threshold

    def verify(self) -> list[str]:
        """What is not as it was written, a sentence each: articles, files, and passages that cannot be found."""
        return verify(self._index)

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
