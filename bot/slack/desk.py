"""What everything in the Slack app works with: the bot, its memory, its workers; it answers nobody itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from bot.answer import Answer
from bot.feedback import FeedbackStore, QuoteMark, feedback_path, store_of
from bot.settings import Settings
from bot.slack import claims, memory
from bot.slack.claims import Claims
from bot.slack.database import Database
from bot.slack.memory import Kept, Memory
from bot.slack.pool import Lanes, Pool
from index import ArticleSummary

log = logging.getLogger("pullquote.slack")

BUSY = "I have more questions than I can answer at the moment. Please ask again in a minute."
BROKEN = "Something went wrong on my side, and I could not answer. Please ask again."


class Answering(Protocol):
    """What the Slack app needs of a Bot."""

    @property
    def generation(self) -> int: ...

    @property
    def article_count(self) -> int: ...

    @property
    def passage_count(self) -> int: ...

    def ask(
        self,
        question: str,
        k: int = 5,
        *,
        history: Sequence[str | tuple[str, str]] = (),
        sources: Sequence[str] = (),
        interpret: bool = True,
    ) -> Answer: ...

    def articles(self, *, query: str = "", offset: int = 0, limit: int = 100) -> list[ArticleSummary]: ...

    def sources(self) -> list[tuple[str, int]]: ...


GetBot = Callable[[], Answering]
"""The bot; raises a PullquoteError that can be shown while it is still being opened."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done at once. `workers` answer, `places` questions may wait or be under way."""

    workers: int = 4
    places: int = 200
    post_seconds: float = 1.0
    """Slack wants about one message a second in a channel."""
    senders: int = 8


@dataclass(frozen=True, slots=True)
class Desk:
    """The Slack app's bot, memory and workers.

    `voice` posts to channels, a lane each; `side` does what has no pace to keep: reactions, forms, responses.
    """

    bot: GetBot
    claims: Claims
    memory: Memory
    feedback: FeedbackStore
    pool: Pool
    voice: Lanes
    side: Lanes
    channels: frozenset[str] = frozenset()
    _databases: tuple[Database, ...] = field(default=(), repr=False)

    @classmethod
    def open(
        cls, bot: GetBot, settings: Settings, pace: Pace | None = None, clock: Callable[[], float] = time.time
    ) -> Desk:
        """A desk whose memory is in the store of these settings."""
        pace = pace or Pace()
        folder = store_of(settings)
        passing = Database(folder / "passing.sqlite", f"{claims.SCHEMA};{memory.PASSING_SCHEMA}", durable=False)
        lasting = Database(folder / "channels.sqlite", memory.LASTING_SCHEMA, durable=True)
        return cls(
            bot=bot,
            claims=Claims(passing, clock),
            memory=Memory(passing, lasting, clock),
            feedback=FeedbackStore(feedback_path(settings)),
            pool=Pool(pace.workers, pace.places, "slack-answer"),
            voice=Lanes(pace.post_seconds, pace.senders, "slack-voice"),
            side=Lanes(0.0, pace.senders, "slack-side"),
            channels=frozenset(settings.slack_channels),
            _databases=(passing, lasting),
        )

    def may_answer_in(self, channel: str) -> bool:
        """Whether the operator lets the bot speak in a channel; direct messages are always open."""
        return not self.channels or channel in self.channels or channel.startswith("D")

    def ask(
        self,
        question: str,
        k: int,
        *,
        history: Sequence[tuple[str, str]] = (),
        sources: Sequence[str] = (),
        interpret: bool = True,
    ) -> Answer:
        """The bot's answer, a near miss included only from the sources that a channel may see."""
        answer = self.bot().ask(question, k, history=history, sources=sources, interpret=interpret)
        allowed = {source.casefold() for source in sources}
        if allowed and answer.nearest and answer.nearest.article.source.casefold() not in allowed:
            return replace(answer, nearest=None, notes=())
        return answer

    def keep(self, answer: Answer, asked: Kept) -> str:
        """The key for the buttons of an answer to what `asked` says."""
        marks = tuple(QuoteMark.of(quote) for quote in answer.quotes)
        kept = Kept(
            asked.question,
            asked.history,
            asked.sources,
            marks,
            self.bot().generation,
            asked.thread,
            asked.interpret,
        )
        return self.memory.keep(kept)

    def close(self) -> None:
        """Finish what was begun, then let go of everything."""
        self.pool.close()
        self.voice.close()
        self.side.close()
        for database in self._databases:
            database.close()
