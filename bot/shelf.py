"""The articles of a bot: what there is, and what comes and goes; nothing is asked here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import index
from bot.settings import silence_ray
from index import Article, ArticleSummary, OpenIndex, ReadError, Sort, Standing

if TYPE_CHECKING:
    from index import AddReport, Columns, Looked, OnProgress, Pace, Remark, Watched, Watcher

OnLook = Callable[["Looked"], None]
OnRemark = Callable[["Remark"], None]
OnSkip = Callable[[ReadError], None]
OnWritten = Callable[[int], None]


def _unheard(_: int) -> None:
    """For those who do not want to hear of progress."""


class Shelf:
    """The articles of one open index; safe to use from many threads."""

    def __init__(self, index: OpenIndex) -> None:
        self._index = index

    def add(
        self,
        *sources: str | Path,
        on_skip: OnSkip | None = None,
        on_progress: OnProgress | None = None,
        allow_private: bool = False,
        columns: Columns | None = None,
        workers: int = 0,
        ray: str | None = None,
        device: str = "cpu",
    ) -> AddReport:
        """Take in files, folders, pages, feeds and sitemaps; what is there already, word for word, is left alone.

        URLs lead to the open internet only, unless `allow_private`. `columns` says what a table's columns are
        called where it is not as we call them: `{"title": "headline", "text": "story"}`. `workers` files
        are read at once, as many as suit the machine if 0. `ray` is the address of a Ray cluster, HOST:PORT, whose
        cores (or GPUs, where `device` is cuda) encode; if it is empty, Ray runs on this machine alone. Raises
        ReadError for a source that does not exist, IndexBusyError while another process writes, ClusterError
        where Ray or its cluster cannot be had.
        """
        with ExitStack() as cluster:
            spread = None
            if ray is not None:
                silence_ray()
                spread = cluster.enter_context(index.spread_over(ray, self._index.encoder, device))
            return index.add(
                self._index.builder,
                sources,
                on_skip,
                on_progress,
                allow_private=allow_private,
                columns=columns,
                workers=workers,
                spread=spread,
            )

    def put(self, *articles: Article, on_written: OnWritten | None = None) -> AddReport:
        """Take in articles that are at hand, such as a posted text; each needs an `origin` of its own.

        `on_written` is told, batch by batch, how many more passages can be found from now on.
        """
        taken = [replace(each, id="", version=1) for each in articles]
        outcomes = self._index.builder.put(taken, on_written or _unheard)
        return index.AddReport(outcomes["added"], outcomes["updated"], outcomes["unchanged"])

    def sync(
        self,
        source: str | Path,
        on_skip: OnSkip | None = None,
        on_progress: OnProgress | None = None,
        allow_private: bool = False,
        columns: Columns | None = None,
        workers: int = 0,
    ) -> AddReport:
        """Make the index agree with a folder: add what came, update what changed, drop what is gone from it.

        Of a feed nothing is dropped: what it no longer lists is still an article.
        """
        return index.sync(
            self._index.builder,
            source,
            on_skip,
            on_progress,
            allow_private=allow_private,
            columns=columns,
            workers=workers,
        )

    def remove(self, *names: str) -> int:
        """Take out articles named by id, origin, file or folder; the number of articles.

        Raises ArticleMissingError, and takes nothing out, when one of the names fits no article.
        """
        return self._index.builder.remove(names)

    def watcher(
        self, on_look: OnLook, on_remark: OnRemark, *, pace: Pace | None = None, stop: Event | None = None
    ) -> Watcher:
        """What keeps the sources on this index's list in step, once it is run; close it in the end.

        Searching goes on meanwhile. `on_look` is told of every look at a source.
        """
        return index.Watcher(self._index.builder, self._index.folder, on_look, on_remark, pace=pace, stop=stop)

    def watched(self) -> list[Watched]:
        """The sources that are kept in step, by name, with what became of the last look at each."""
        if not index.WatchList.are_there(self._index.folder):
            return []
        kept = index.WatchList(self._index.folder)
        try:
            return kept.all()
        finally:
            kept.close()

    @property
    def folder(self) -> Path:
        """Where the index is."""
        return self._index.folder

    def article(self, article_id: str, version: int | None = None) -> Article:
        """An article, in an earlier version if asked; raises ArticleMissingError when there is none."""
        return self._index.catalogue.article(article_id, version)

    def versions(self, article_id: str) -> list[int]:
        """The numbers of an article's versions, oldest first."""
        return self._index.catalogue.versions(article_id)

    def history(self, article_id: str) -> list[ArticleSummary]:
        """All versions of an article, the current one last; raises ArticleMissingError when there is none."""
        return index.history(self._index.catalogue, article_id)

    def standing(self, *origins: str) -> dict[str, Standing]:
        """The articles that these origins lead to; origins that are not known are left out."""
        return index.standing(self._index.catalogue, origins)

    def articles(
        self, *, query: str = "", offset: int = 0, limit: int = 100, sort: Sort = "published"
    ) -> list[ArticleSummary]:
        """What there is, latest published first; `query` keeps those with it in title, source, author or origin.

        Another `sort` is "title", "source" or "added", the latest added first.
        """
        return self._index.catalogue.summaries(query=query, offset=offset, limit=limit, sort=sort)

    def matching(self, query: str) -> int:
        """How many articles `articles` would give for a query."""
        return self._index.catalogue.matching(query)

    def sources(self) -> list[tuple[str, int]]:
        """The sources and how many articles are from each, most first."""
        return self._index.catalogue.names("source")

    def authors(self) -> list[tuple[str, int]]:
        """The authors and how many articles are by each, most first."""
        return self._index.catalogue.names("author")

    @property
    def article_count(self) -> int:
        """How many articles there are."""
        return self._index.catalogue.count()[0]

    @property
    def passage_count(self) -> int:
        """How many passages there are."""
        return self._index.catalogue.count()[1]

    @property
    def generation(self) -> int:
        """Grows with every write; answers of one generation do not change."""
        return self._index.catalogue.sequence()
