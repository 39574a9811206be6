"""What people thought of answers, kept in one SQLite file; nothing here judges or learns."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from bot.answer import Quote
from index import SettingError

Verdict = Literal["good", "bad", "wrong quote"]
"""What is said of an answer: it helped, it did not, or one quote in it is out of place."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    answer TEXT NOT NULL, voter TEXT NOT NULL, number INTEGER NOT NULL, question TEXT NOT NULL,
    quotes TEXT NOT NULL, verdict TEXT NOT NULL, generation INTEGER NOT NULL, face TEXT NOT NULL,
    given TEXT NOT NULL, PRIMARY KEY (answer, voter, number))
"""


@dataclass(frozen=True, slots=True)
class QuoteMark:
    """Where a quote stood, and its words: enough to find it again after its article has changed."""

    article_id: str
    start: int
    end: int
    text: str

    @classmethod
    def of(cls, quote: Quote) -> QuoteMark:
        """The mark of a quote."""
        return cls(quote.article.id, quote.start, quote.end, quote.text)


@dataclass(frozen=True, slots=True)
class Feedback:
    """One verdict on one answer.

    `quotes` are those that were shown, in order; `generation` is the index's when it answered. `number` is
    the quote meant by "wrong quote", counted from 1, and 0 for the whole answer. `answer` and `voter` are
    opaque names: a second verdict of the same voter on the same thing takes the place of the first.
    """

    question: str
    quotes: tuple[QuoteMark, ...]
    verdict: Verdict
    generation: int
    given: datetime
    number: int = 0
    face: str = ""
    answer: str = ""
    voter: str = ""


class FeedbackStore:
    """Verdicts in a SQLite file, safe to use from many threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._open() as database:
            database.execute(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        # A connection for each use: verdicts are rare, and connections must not be shared between threads.
        with closing(sqlite3.connect(self._path, timeout=10)) as database, database:
            yield database

    def add(self, feedback: Feedback) -> None:
        """Keep one verdict. Raises SettingError for a verdict that does not exist."""
        if feedback.verdict not in get_args(Verdict):
            raise SettingError(f"verdict {feedback.verdict!r}, expected one of {', '.join(get_args(Verdict))}")
        quotes = [[mark.article_id, mark.start, mark.end, mark.text] for mark in feedback.quotes]
        row = (
            feedback.answer or f"{feedback.given.timestamp()} {feedback.question}",
            feedback.voter,
            feedback.number,
            feedback.question,
            json.dumps(quotes, ensure_ascii=False),
            feedback.verdict,
            feedback.generation,
            feedback.face,
            feedback.given.astimezone(UTC).isoformat(),
        )
        with self._open() as database:
            database.execute("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def all(self) -> list[Feedback]:
        """Every verdict, oldest first."""
        with self._open() as database:
            rows = database.execute("SELECT * FROM feedback ORDER BY given, rowid").fetchall()
        return [
            Feedback(
                question,
                tuple(QuoteMark(*mark) for mark in json.loads(quotes)),
                verdict,
                generation,
                datetime.fromisoformat(given),
                number,
                face,
                answer,
                voter,
            )
            for answer, voter, number, question, quotes, verdict, generation, face, given in rows
        ]
