"""What the Slack app remembers for a while: conversations, the answers behind its buttons, channel settings."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

from bot.feedback import QuoteMark
from bot.slack.database import Database
from bot.slack.errors import ForgottenError

PASSING_SCHEMA = """
CREATE TABLE IF NOT EXISTS turns (team TEXT, channel TEXT, thread TEXT, asked REAL, question TEXT, quoted TEXT);
CREATE INDEX IF NOT EXISTS turns_of_a_thread ON turns (team, channel, thread, asked);
CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, until REAL NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID
"""
LASTING_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS channels (team TEXT, channel TEXT, settings TEXT, PRIMARY KEY (team, channel))"
)

THREAD_SECONDS = 30 * 86_400
"""A thread is a conversation for a month, and what was asked in it is forgotten after that."""

MESSAGES_SECONDS = 3_600
"""Direct messages outside threads are one conversation while no more than an hour lies between them."""

KEPT_SECONDS = 30 * 86_400
_MOST_TURNS = 5
_SWEEP_EVERY = 200

ANSWERS = ("asked", "everything", "never")
DECLINES = ("thread", "private")


class Place(NamedTuple):
    """Where a conversation is: `thread` is the ts of its first message, empty for direct messages outside one."""

    team: str
    channel: str
    thread: str


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How the bot behaves in one channel.

    `answers`: when it is "asked" (mentioned, or in its own thread), to "everything" that is a question, or
    "never". `declines`: shown in the "thread", or in "private" to whoever asked. No `sources` means all.
    """

    sources: tuple[str, ...] = ()
    quotes: int = 3
    answers: str = "asked"
    declines: str = "thread"


@dataclass(frozen=True, slots=True)
class Kept:
    """What an answer's buttons need: how to ask again, and which quotes it has."""

    question: str
    history: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    quotes: tuple[QuoteMark, ...] = ()
    generation: int = 0
    thread: str = ""
    interpret: bool = True


class Memory:
    """The Slack app's memory over two Databases: what passes, and what lasts."""

    def __init__(self, passing: Database, lasting: Database, clock: Callable[[], float] = time.time) -> None:
        self._passing, self._lasting, self._clock = passing, lasting, clock
        self._remembered = 0

    def remember(self, place: Place, question: str, quoted: str) -> None:
        """Keep one turn of a conversation."""
        now = self._clock()
        with self._passing.writing() as rows:
            self._remembered += 1
            if self._remembered % _SWEEP_EVERY == 0:
                rows.execute("DELETE FROM turns WHERE asked < ?", (now - THREAD_SECONDS,))
                rows.execute("DELETE FROM kept WHERE until < ?", (now,))
            rows.execute("INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)", (*place, now, question, quoted[:2_000]))

    def turns(self, place: Place) -> list[tuple[str, str]]:
        """The last (question, quoted text) pairs of a conversation, oldest first; empty for a new one."""
        since = self._clock() - (THREAD_SECONDS if place.thread else MESSAGES_SECONDS)
        query = "SELECT question, quoted FROM turns WHERE team = ? AND channel = ? AND thread = ? AND asked >= ?"
        found = self._passing.rows(f"{query} ORDER BY asked DESC LIMIT {_MOST_TURNS}", (*place, since))
        return [(str(question), str(quoted)) for question, quoted in reversed(found)]

    def keep(self, kept: Kept) -> str:
        """A new key under which `kept` can be found for a month."""
        key = secrets.token_urlsafe(16)
        marks = [[mark.article_id, mark.start, mark.end, mark.text] for mark in kept.quotes]
        fields = [kept.question, kept.history, kept.sources, marks, kept.generation, kept.thread, kept.interpret]
        with self._passing.writing() as rows:
            rows.execute(
                "INSERT INTO kept VALUES (?, ?, ?)", (key, self._clock() + KEPT_SECONDS, json.dumps(fields))
            )
        return key

    def find(self, key: str) -> Kept:
        """What was kept under a key. Raises ForgottenError when it is there no longer."""
        found = self._passing.rows("SELECT answer FROM kept WHERE key = ? AND until >= ?", (key, self._clock()))
        if not found:
            raise ForgottenError("This answer is too old for its buttons. Please ask again.")
        question, history, sources, marks, generation, thread, interpret = json.loads(str(found[0][0]))
        turns = tuple((asked, quoted) for asked, quoted in history)
        quotes = tuple(QuoteMark(*mark) for mark in marks)
        return Kept(question, turns, tuple(sources), quotes, generation, thread, interpret)

    def channel(self, team: str, channel: str) -> ChannelSettings:
        """A channel's settings; the standard ones when none were made."""
        found = self._lasting.rows("SELECT settings FROM channels WHERE team = ? AND channel = ?", (team, channel))
        if not found:
            return ChannelSettings()
        fields = json.loads(str(found[0][0]))
        return replace(ChannelSettings(**fields), sources=tuple(fields["sources"]))

    def set_channel(self, team: str, channel: str, settings: ChannelSettings) -> None:
        """Keep a channel's settings."""
        fields = {name: getattr(settings, name) for name in ChannelSettings.__slots__}
        with self._lasting.writing() as rows:
            rows.execute("INSERT OR REPLACE INTO channels VALUES (?, ?, ?)", (team, channel, json.dumps(fields)))
