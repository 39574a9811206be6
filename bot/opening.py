"""A Bot that opens in the background while the server already listens."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.bot import Bot
from index import PullquoteError


class StillOpeningError(PullquoteError):
    """The index is not open yet; the same request will do in a moment."""


class Opening:
    """A Bot to come. `start` opens it in a thread; `bot()` gives it, or says why not.

    `prepare` runs in the same thread once the bot answers, to bring in first articles. What either of them
    raises is kept as `failure`, told to whoever asks, and handed to `on_failure`. `before_close` ends what still
    uses the bot.
    """

    def __init__(
        self,
        open_bot: Callable[[], Bot],
        prepare: Callable[[Bot], None] | None = None,
        on_failure: Callable[[], None] | None = None,
        before_close: Callable[[], None] | None = None,
    ) -> None:
        self._open, self._prepare, self._on_failure = open_bot, prepare, on_failure
        self._before_close = before_close
        self._bot: Bot | None = None
        self.failure: PullquoteError | None = None
        self._thread: threading.Thread | None = None

    @classmethod
    def done(cls, bot: Bot) -> Opening:
        """One that has been opened already; whoever opened the bot closes it."""
        opening = cls(lambda: bot)
        opening._bot = bot
        return opening

    def start(self) -> None:
        """Begin to open; does nothing where that has begun or is done."""
        if self._thread is None and self._bot is None:
            self._thread = threading.Thread(target=self._run, name="opening", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        try:
            self._bot = self._open()
            if self._prepare is not None:
                self._prepare(self._bot)
        except PullquoteError as error:
            self.failure = error
            if self._on_failure is not None:
                self._on_failure()

    @property
    def is_ready(self) -> bool:
        """True once the bot answers questions."""
        return self._bot is not None

    def bot(self) -> Bot:
        """The open bot. Raises StillOpeningError before that, or what opening raised."""
        if self._bot is not None:
            return self._bot
        if self.failure is not None:
            raise self.failure
        raise StillOpeningError("The index is still being opened; try again in a moment.")

    def close(self) -> None:
        """Wait for the opening to end, then close the bot that it opened."""
        if self._thread is not None:
            self._thread.join()
            if self._before_close is not None:
                self._before_close()
            if self._bot is not None:
                self._bot.close()
