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
from bot.settings import Settings
from index import SettingError

Verdict = Literal["good", "bad", "wrong quote", "not answered"]
"""What is said of an answer: it is right, it did not help, one quote in it is out of place, or it leaves the
question open. Of a decline "good" says that the articles do not answer, and "not answered" that they do."""

MOST = 100_000
"""How many verdicts are kept; a server that is open to all must not fill the disk."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS feedback (
    answer TEXT NOT NULL, voter TEXT NOT NULL, number INTEGER NOT NULL, question TEXT NOT NULL,
    quotes TEXT NOT NULL, verdict TEXT NOT NULL, generation INTEGER NOT NULL, face TEXT NOT NULL,
    given TEXT NOT NULL, filtered INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (answer, voter, number))
"""


def feedback_path(settings: Settings) -> Path:
    """The file of all feedback, from whichever face: in the Slack app's folder, which lies beside the index."""
    return store_of(settings) / "feedback.sqlite"


def store_of(settings: Settings) -> Path:
    """The folder of what the Slack app remembers: the one set, or one beside the index."""
    return settings.index.with_suffix(".slack") if settings.slack_store == Path() else settings.slack_store


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
    opaque names: a second verdict of the same voter on the same thing takes the place of the first. `question` is
    the one that was searched for; `filtered` tells that only some of the articles were.
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
    filtered: bool = False


class FeedbackStore:
    """Verdicts in a SQLite file, safe to use from many threads and processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._open() as database:
            database.execute(_SCHEMA)
            columns = {row[1] for row in database.execute("PRAGMA table_info(feedback)")}
            if "filtered" not in columns:  # a file from before the chat page asked
                database.execute("ALTER TABLE feedback ADD COLUMN filtered INTEGER NOT NULL DEFAULT 0")

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
            int(feedback.filtered),
        )
        with self._open() as database:
            (held,) = database.execute("SELECT COUNT(*) FROM feedback").fetchone()
            if held >= MOST:
                raise SettingError(
                    f"{self._path} holds {held:,} verdicts, which is the most that is kept; "
                    "export them (python -m bot feedback export) and move the file away"
                )
            database.execute("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def take_back(self, answer: str, voter: str, number: int = 0) -> None:
        """Forget what a voter said of an answer, or of one quote in it; nothing happens where nothing was said."""
        with self._open() as database:
            database.execute(
                "DELETE FROM feedback WHERE answer = ? AND voter = ? AND number = ?", (answer, voter, number)
            )

    def all(self) -> list[Feedback]:
        """Every verdict, oldest first."""
        with self._open() as database:
            columns = "answer, voter, number, question, quotes, verdict, generation, face, given, filtered"
            rows = database.execute(f"SELECT {columns} FROM feedback ORDER BY given, rowid").fetchall()
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
                bool(filtered),
            )
            for answer, voter, number, question, quotes, verdict, generation, face, given, filtered in rows
        ]
