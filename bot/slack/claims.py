"""Who takes a question: each is answered once, however often and under whatever names Slack delivers it."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.slack.database import Database

SCHEMA = "CREATE TABLE IF NOT EXISTS claims (key TEXT PRIMARY KEY, expires REAL NOT NULL) WITHOUT ROWID"

KEEP_SECONDS = 25 * 3600
"""Slack tries a delivery again after seconds, 1 and 5 minutes, and with Delayed Events hourly for a day."""

_SWEEP_EVERY = 500


class Claims:
    """Keys that have been taken, shared by all workers through a Database.

    A retry is not told by its header but by what it carries: when the first delivery was lost on its way, the
    retry is the only copy, and its keys are still free.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self._taken = 0

    def claim(self, *keys: str, seconds: float = KEEP_SECONDS) -> bool:
        """True when every key was free: now all are taken. False when any was taken: none of them changes."""
        now = self._clock()
        with self._database.writing() as rows:
            self._taken += 1
            if self._taken % _SWEEP_EVERY == 0:
                rows.execute("DELETE FROM claims WHERE expires <= ?", (now,))
            marks = ", ".join("?" * len(keys))
            taken = f"SELECT 1 FROM claims WHERE key IN ({marks}) AND expires > ?"
            if rows.execute(taken, (*keys, now)).fetchone():
                return False
            rows.executemany("INSERT OR REPLACE INTO claims VALUES (?, ?)", [(key, now + seconds) for key in keys])
            return True

    def release(self, *keys: str) -> None:
        """Free these keys again, because what they stand for was not done."""
        with self._database.writing() as rows:
            rows.executemany("DELETE FROM claims WHERE key = ?", [(key,) for key in keys])
