"""How articles enter, change and leave the catalogue: one transaction a batch, and nothing else writes to it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from index.article import Article, Passage, Span
from index.catalogue import Catalogue
from index.origin import file_of, is_web
from index.ports import Encoder
from index.tables import about, articles, files, hints, iso, origins, pages, passages, state, versions
from index.upsert import upsert
from index.verdict import Outcome, known_from, reads_otherwise, verdict

Splitter = Callable[[Article], Sequence[Sequence[Span]]]
"""An article -> its passages, each the sentence spans it is made of."""


@dataclass(slots=True)
class Batch:
    """One open transaction; `fresh` are the passages that came in it, each with its article, `gone` the ids that went.

    `wrote` is False while nothing differs from before. `sequence` is the catalogue's when it began; another machine
    that would write waits for it from then on.
    """

    connection: Connection
    clock: Callable[[], float]
    sequence: int = 0
    before_commit: Callable[[], None] = lambda: None
    fresh: list[tuple[Passage, Article]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    wrote: bool = False

    def commit(self) -> None:
        """Keep all of it, from now on."""
        if self.wrote:
            self.before_commit()
            self.connection.execute(update(state).where(state.c.name == "sequence").values(value=state.c.value + 1))
        self.connection.commit()

    def is_news(self, article: Article) -> bool:
        """Whether taking in the article would bring new passages; nothing is written."""
        outcome, row = verdict(self.connection, article, known_from(self.connection, article.origin))
        return row is None or (outcome == "updated" and reads_otherwise(row, article))

    def put(self, article: Article, split: Splitter) -> Outcome:
        """Take in an article under its origin; what is already there, word for word, is left alone.

        The same words with the same particulars under another origin are a copy or a moved file: the origin
        is noted and the article stays one. So it does where a page of the same address says nearly the same, as
        its print and AMP forms do; the fullest of them is kept. A changed article becomes its own next version.
        """
        known = known_from(self.connection, article.origin)
        outcome, row = verdict(self.connection, article, known)
        if known is not None and (row is None or row.id != known.id):
            # A copy that was changed is an article of its own from now on.
            self.wrote = True
            self.connection.execute(delete(origins).where(origins.c.origin == article.origin))
            self._rename_origin(known.id, article.origin)
            known = None
        if row is None:
            self._insert(article, split)
        elif known is None:
            self.connection.execute(insert(origins), {"origin": article.origin, "article_id": row.id})
        self.wrote = self.wrote or known is None or outcome != "unchanged"
        if row is not None and outcome == "updated":
            self._replace(row, article, split)
        return outcome

    def remove(self, article_ids: Iterable[str]) -> int:
        """Take articles out with their versions and passages; the number of those that were there."""
        removed = 0
        for article_id in article_ids:
            self._forget_reading(article_id)
            self._drop_passages(article_id)
            removed += self.connection.execute(delete(articles).where(articles.c.id == article_id)).rowcount
        self.wrote = self.wrote or removed > 0
        return removed

    def forget_origins(self, gone: Iterable[str]) -> int:
        """Take out these origins, and the articles that came from nowhere else; the number of articles taken."""
        orphans: list[str] = []
        for origin in gone:
            article_id = self.connection.execute(
                delete(origins).where(origins.c.origin == origin).returning(origins.c.article_id)
            ).scalar()
            self.wrote = self.wrote or article_id is not None
            self.connection.execute(delete(files).where(files.c.path == str(file_of(origin))))
            if article_id is not None and not self._rename_origin(article_id, origin):
                orphans.append(article_id)
        return self.remove(orphans)

    def split_anew(self, everything: Iterable[Article], split: Splitter) -> None:
        """Replace the passages of these articles, all of which are to be encoded anew."""
        for article in everything:
            self.connection.execute(delete(passages).where(passages.c.article_id == article.id))
            self._insert_passages(article, split(article))
            self.fresh.clear()
            self.wrote = True

    def _forget_reading(self, article_id: str) -> None:
        """Let the next run read the article's places anew, as it would for an article that never was there."""
        of = select(origins.c.origin).where(origins.c.article_id == article_id)
        places = self.connection.execute(of).scalars().all()
        read = [str(file_of(origin)) for origin in places]
        self.connection.execute(delete(files).where(files.c.path.in_(read)))
        if any(is_web(origin) for origin in places):
            # A feed that says it is unchanged would hide its entries; to ask for a page once more is cheap.
            self.connection.execute(delete(pages))
            self.connection.execute(delete(hints))

    def _first(self, query: Any) -> Row[Any] | None:
        return self.connection.execute(query).first()

    def _rename_origin(self, article_id: str, gone: str) -> bool:
        """Name another origin for an article whose named one is gone; False when it has no other."""
        other = self.connection.execute(
            select(origins.c.origin).where(origins.c.article_id == article_id).order_by(origins.c.origin).limit(1)
        ).scalar()
        if other is None:
            return False
        self.connection.execute(
            update(articles).where(articles.c.id == article_id, articles.c.origin == gone).values(origin=other)
        )
        return True

    def _insert(self, article: Article, split: Splitter) -> None:
        article = replace(article, id=self._new_id(article.origin))
        row = {"id": article.id, "version": 1, "origin": article.origin, **self._row(article)}
        self.connection.execute(insert(articles), row)
        self.connection.execute(insert(origins), {"origin": article.origin, "article_id": article.id})
        self._insert_passages(article, split(article))

    def _replace(self, known: Row[Any], article: Article, split: Splitter) -> None:
        kept = [column.name for column in versions.c if column.name != "article_id"]
        before = select(articles.c.id, *(articles.c[name] for name in kept)).where(articles.c.id == known.id)
        self.connection.execute(insert(versions).from_select(["article_id", *kept], before))
        self.connection.execute(
            update(articles)
            .where(articles.c.id == known.id)
            .values(version=known.version + 1, origin=article.origin, **self._row(article))
        )
        # The title stands in front of every passage that is embedded; a new author or date moves no vector.
        if reads_otherwise(known, article):
            self._drop_passages(known.id)
            self._insert_passages(replace(article, id=known.id, version=known.version + 1), split(article))

    def _new_id(self, origin: str) -> str:
        """A short id from the origin, another one when an article that moved away still has it."""
        for attempt in count():
            salted = f"{origin}\n{attempt}" if attempt else origin
            article_id = hashlib.sha256(salted.encode("utf-8")).hexdigest()[:16]
            if self._first(select(articles.c.id).where(articles.c.id == article_id)) is None:
                return article_id
        raise AssertionError("unreachable")

    def _row(self, article: Article) -> dict[str, object]:
        return {
            "title": article.title,
            "text": article.text,
            "digest": article.digest,
            "source": article.source,
            "author": article.author,
            "url": article.url,
            "published": article.published,
            "published_at": iso(article.published_at),
            "dated_by": article.dated_by,
            "language": article.language,
            "pages": " ".join(f"{start}:{page}" for start, page in article.pages),
            "source_key": article.source.casefold(),
            "author_key": article.author.casefold(),
            "added_at": int(self.clock()),
        }

    def _insert_passages(self, article: Article, split: Sequence[Sequence[Span]]) -> None:
        rows = [
            {
                "article_id": article.id,
                "start": spans[0][0],
                "end": spans[-1][1],
                "sentence_ends": " ".join(str(end - spans[0][0]) for _, end in spans),
            }
            for spans in split
        ]
        if rows:
            # Sorted, because ids must not depend on how many rows the database takes at once.
            came = insert(passages).returning(passages.c.id, sort_by_parameter_order=True)
            ids = self.connection.execute(came, rows).scalars()
            self.fresh += (
                (Passage(int(i), article.id, spans[0][0], spans[-1][1], tuple(spans)), article)
                for i, spans in zip(ids, split, strict=True)
            )

    def _drop_passages(self, article_id: str) -> None:
        dropped = delete(passages).where(passages.c.article_id == article_id).returning(passages.c.id)
        self.gone += self.connection.execute(dropped).scalars()


@contextmanager
def writing(
    catalogue: Catalogue, before_commit: Callable[[], None] = lambda: None, clock: Callable[[], float] = time.time
) -> Iterator[Batch]:
    """A transaction over the catalogue: all of it is kept, or, after an exception before its commit, none of it.

    `before_commit` may raise, where there is no right to write any more.
    """
    with catalogue.engine.connect() as connection:
        at = select(state.c.value).where(state.c.name == "sequence").with_for_update()
        batch = Batch(connection, clock, int(connection.execute(at).scalar_one()), before_commit)
        yield batch
        if connection.in_transaction():
            batch.commit()


def note_encoder(catalogue: Catalogue, encoder: Encoder) -> None:
    """Have every machine that opens the catalogue take this encoder."""
    said = {"encoder": encoder.name, "encoder_digest": encoder.digest, "dimension": str(encoder.dimension)}
    with catalogue.engine.begin() as connection:
        upsert(connection, about, [{"name": name, "value": value} for name, value in said.items()])


@contextmanager
def looking(catalogue: Catalogue) -> Iterator[Batch]:
    """A transaction that is only looked with: nothing of it is kept."""
    with catalogue.engine.connect() as connection:
        yield Batch(connection, time.time)
