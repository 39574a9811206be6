"""BM25 from postings in the database, in step with the passages to the transaction; the same formula as tantivy's.

score = sum of idf (k1 + 1) f / (f + k1 (1 - b + b l / average)), k1 = 1.2, b = .75 (Robertson and Zaragoza, The
Probabilistic Relevance Framework, 2009), with l rounded down to 4 bits as Lucene and tantivy keep it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from math import log

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Double, Engine, case, cast, delete, func, insert, select

from index.lexical import MOST_WORDS
from index.ports import Allowed, Ranking
from index.shared.kept import AT_ONCE, portions
from index.shared.tables import lengths, postings

K1, B = 1.2, 0.75
# So many allowed ids go into a statement; more are picked out of the whole ranking.
_MOST_ALLOWED = 5_000


def rounded(length: int) -> int:
    """A length as BM25 takes it: its first 4 bits from 40 on."""
    if length < 40:
        return length
    beyond = length - 24
    shift = beyond.bit_length() - 4
    return 24 + (beyond >> shift << shift)


def keep_words(connection: Connection, words: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Have passages found by these terms."""
    rows: list[dict[str, str | int]] = []
    for passage_id, terms in words:
        norm = rounded(len(terms))
        rows += [
            {"term": term, "passage_id": passage_id, "count": count, "norm": norm}
            for term, count in Counter(terms).items()
        ]
    for at in range(0, len(rows), AT_ONCE * 10):
        connection.execute(insert(postings), rows[at : at + AT_ONCE * 10])
    for at in range(0, len(words), AT_ONCE):
        part = words[at : at + AT_ONCE]
        connection.execute(insert(lengths), [{"passage_id": i, "length": len(terms)} for i, terms in part])


def drop_words(connection: Connection, gone: Collection[int]) -> None:
    """Have these passages found by their words no longer."""
    for part in portions(gone):
        connection.execute(delete(postings).where(postings.c.passage_id.in_(part)))
        connection.execute(delete(lengths).where(lengths.c.passage_id.in_(part)))


class DatabaseWords:
    """The words of all passages, as the database has them; an `index.ports.WordStore`.

    What it has counted once it takes to be so still: there is one for each state of the catalogue.
    """

    def __init__(self, engine: Engine, analyze: Callable[[str], list[str]]) -> None:
        self._engine = engine
        self._analyze = analyze
        self._held: dict[str, int] = {}

    def terms(self, text: str) -> list[str]:
        """See `index.ports.WordStore`."""
        return self._analyze(text)

    def ids(self) -> NDArray[np.int64]:
        """The ids of all passages held, ascending."""
        with self._engine.connect() as connection:
            ids = connection.execute(select(lengths.c.passage_id).order_by(lengths.c.passage_id)).scalars()
            return np.fromiter(ids, np.int64)

    def idf(self, term: str, beyond: int = 0) -> float:
        """See `index.lexical.LexicalIndex.idf`."""
        self._count([term])
        held = self._held[term]
        return log(1 + (self._size[0] + beyond - held + 0.5) / (held + 0.5))

    def search(self, query: str, k: int, allowed: Allowed | None = None) -> Ranking:
        """The k passages with the highest BM25 score above 0; equal scores by ascending id."""
        words = list(dict.fromkeys(self.terms(query)[:MOST_WORDS]))
        passages, average = self._size
        if not words or not passages or (allowed is not None and not len(allowed)):
            return []
        self._count(words)
        weights = case({word: self.idf(word) * (K1 + 1) for word in words}, value=postings.c.term)
        count = cast(postings.c.count, Double)
        score = func.sum(weights * count / (count + K1 * (1 - B) + K1 * B / average * postings.c.norm))
        wanted = select(postings.c.passage_id, score.label("score")).where(postings.c.term.in_(words))
        is_few = allowed is not None and len(allowed) <= _MOST_ALLOWED
        if allowed is not None and is_few:
            wanted = wanted.where(postings.c.passage_id.in_(allowed.tolist()))
        wanted = wanted.group_by(postings.c.passage_id).order_by(score.desc(), postings.c.passage_id)
        with self._engine.connect() as connection:
            rows = connection.execute(wanted if allowed is not None and not is_few else wanted.limit(k)).all()
        found = [(int(i), float(s)) for i, s in rows]
        if allowed is not None and not is_few:
            found = [
                pair for pair, is_in in zip(found, np.isin([i for i, _ in found], allowed), strict=True) if is_in
            ]
        return found[:k]

    @cached_property
    def _size(self) -> tuple[int, float]:
        """How many passages there are, and how many terms each has on average."""
        with self._engine.connect() as connection:
            counted = select(func.count(), func.coalesce(func.sum(lengths.c.length), 0)).select_from(lengths)
            passages, terms = connection.execute(counted).one()
        return int(passages), int(terms) / max(int(passages), 1)

    def _count(self, terms: Collection[str]) -> None:
        """Find out how many passages hold each term."""
        unknown = [term for term in terms if term not in self._held]
        if not unknown:
            return
        counted = (
            select(postings.c.term, func.count()).where(postings.c.term.in_(unknown)).group_by(postings.c.term)
        )
        with self._engine.connect() as connection:
            found = {str(term): int(many) for term, many in connection.execute(counted)}
        self._held.update({term: found.get(term, 0) for term in unknown})
