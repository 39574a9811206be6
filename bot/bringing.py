"""Articles brought in through the web, one person at a time: what became of each; it knows no HTTP."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from bot.bot import Bot
from bot.brought import Became, Brought, Outcome, Step
from bot.sent import File, Item, Page, Text, articles_of, batches, size_of
from index import Article, IndexBusyError, PullquoteError, ReadError, Standing

READ_ONLY = "This server is read-only: articles are neither brought in nor removed through the web."

WAITING = 8
"""How many may wait for their turn; one more is told to come back later."""

PATIENCE = 600.0
"""How long anyone waits for a turn, in seconds."""

_LISTED = 1_000
# A passage is about this long; it is used for guessing how far a large article has come, and for nothing else.
_PASSAGE_CHARACTERS = 700


class BusyError(PullquoteError):
    """Nothing can be written just now; the same request will do later."""


class ReadOnlyError(PullquoteError):
    """Articles are neither brought in nor removed here."""


Tell = Callable[[Step | Brought], None]


class Bringing:
    """Brings articles into the bot's index and takes them out of it; people take turns."""

    def __init__(self, bot: Callable[[], Bot], *, allow_private: bool = False, read_only: bool = False) -> None:
        self._bot = bot
        self._allow_private = allow_private
        self.read_only = read_only
        self._turn = threading.Lock()
        self._waiting = threading.BoundedSemaphore(WAITING + 1)

    def bring(self, items: Sequence[Item], tell: Tell = lambda _: None) -> list[Brought]:
        """Take in every item, in order; `tell` hears of each step and of what became of each item.

        Raises ReadOnlyError; BusyError where too many wait; IndexBusyError where another process writes and
        nothing is in yet. After that the items that could not be taken in are told as skipped.
        """
        self._check_open()
        bot = self._bot()
        with self._in_turn(lambda: tell(Step("", 0, len(items), 0, 0.0, is_waiting=True))):
            run = _Run(bot, items, tell, self._allow_private)
            return [run.take(item) for item in items]

    def remove(self, article_ids: Sequence[str]) -> int:
        """Take out the articles with these ids; their number. Raises ArticleMissingError, and what `bring` raises."""
        self._check_open()
        bot = self._bot()
        for article_id in article_ids:
            bot.history(article_id)  # only an id will do here: bot.remove would take a folder's name as well
        with self._in_turn(), _said_plainly():
            return bot.remove(*dict.fromkeys(article_ids))

    def _check_open(self) -> None:
        if self.read_only:
            raise ReadOnlyError(READ_ONLY)

    @contextmanager
    def _in_turn(self, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
        if not self._waiting.acquire(blocking=False):
            raise BusyError("Too many people are bringing articles in just now; try again in a few minutes.")
        try:
            if not self._turn.acquire(blocking=False):
                on_wait()
                if not self._turn.acquire(timeout=PATIENCE):
                    raise BusyError("Somebody else is still bringing articles in; try again in a few minutes.")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._waiting.release()


class _Run:
    """One person's turn."""

    def __init__(self, bot: Bot, items: Sequence[Item], tell: Tell, allow_private: bool) -> None:
        self._bot, self._tell, self._allow_private = bot, tell, allow_private
        self._items = len(items)
        self._sizes = {id(item): size_of(item) for item in items}
        self._total = sum(self._sizes.values())
        self._started = time.monotonic()
        self._done = self._passages = 0
        self._size_done = 0.0

    def take(self, item: Item) -> Brought:
        """Take in one item, whatever it is; only a busy index or a damaged one ends the run."""
        self._step(item.name)
        try:
            with _said_plainly():
                brought = self._fetch(item) if isinstance(item, Page) else self._put(item)
        except IndexBusyError as error:
            if not self._done:
                raise
            brought = Brought(item.name, {"skipped": 1}, (), (str(error),))
        self._done += 1
        self._size_done += self._sizes[id(item)]
        self._tell(brought)
        self._step(item.name)
        return brought

    def _fetch(self, page: Page) -> Brought:
        url = page.url if re.match("https?://", page.url, re.IGNORECASE) else f"https://{page.url}"
        notes: list[str] = []
        before = self._passages

        def skip(error: ReadError) -> None:
            same = error.source in (url, page.url)
            notes.append(error.reason if same else f"{error.source} {error.reason}")

        report = self._bot.add(
            url,
            on_skip=skip,
            on_progress=lambda step: self._step(url, before + step.passages),
            allow_private=self._allow_private,
        )
        counts: dict[Outcome, int] = {
            "added": report.added,
            "updated": report.updated,
            "unchanged": report.unchanged,
            "skipped": len(notes),
        }
        if not any(counts.values()):
            counts["unchanged"] = 1
            notes.append("the server says that it has not changed since it was read last")
        outcome = Brought(url, counts).outcome
        return Brought(url, counts, [Became(outcome, each) for each in self._bot.standing(url).values()], notes)

    def _put(self, item: File | Text) -> Brought:
        notes: list[str] = []
        counts: Counter[Outcome] = Counter()
        listed: list[Became] = []
        articles = articles_of(item, notes)
        for batch in batches(articles):
            for became in self._written(item, batch):
                counts[became.outcome] += 1
                if len(listed) < _LISTED:
                    listed.append(became)
        counts["skipped"] = len(notes)
        return Brought(item.name, counts, listed, notes)

    def _written(self, item: Item, batch: Sequence[Article]) -> list[Became]:
        origins = [each.origin for each in batch]
        before = self._bot.standing(*origins)
        characters = sum(len(each.text) for each in batch)
        start = self._passages

        def written(passages: int) -> None:
            self._passages += passages
            share = (self._passages - start) * _PASSAGE_CHARACTERS / max(characters, 1)
            self._step(item.name, self._passages, min(share, 0.95) * self._sizes[id(item)])

        self._bot.put(*batch, on_written=written)
        after = self._bot.standing(*origins)
        return [Became(_outcome(before.get(each), after[each]), after[each]) for each in origins if each in after]

    def _step(self, name: str, passages: int | None = None, size: float = 0.0) -> None:
        self._passages = self._passages if passages is None else passages
        seconds = time.monotonic() - self._started
        share = (self._size_done + size) / self._total if self._total else 0.0
        left = seconds / share - seconds if share > 0 else None
        self._tell(Step(name, self._done, self._items, self._passages, seconds, left))


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn the index's own words, which name a folder of this machine, into words for anyone."""
    try:
        yield
    except IndexBusyError as error:
        raise IndexBusyError(
            "The index is busy: another process is writing to it. Wait until it has finished, then try again."
        ) from error


def _outcome(before: Standing | None, after: Standing) -> Outcome:
    if before is not None and before.id == after.id:
        return "unchanged" if before.version == after.version else "updated"
    return "unchanged" if after.is_copy else "added"
