"""The way of passages from the outbox into Milvus: in order, at least once, and the same however often."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import SQLAlchemyError

from index.catalogue import Catalogue
from index.errors import ServerAwayError
from index.shared.filling import Filling
from index.shared.follower import load, text_of
from index.shared.kept import vectors_of
from index.shared.milvus import AwayError, Milvus
from index.shared.tables import corpus, outbox, particulars

LINGER = 10.0
"""Seconds for which a passage is searched here as well after Milvus has taken it: Milvus finds it a little later, and
to have it wait for itself would cost every question a fifth of a second."""

_AT_ONCE = 500
# A file of Milvus Lite takes 40 microseconds of every question for each passage that it has not written down. Lists of
# vectors are made of what is written down together, which should be many.
_FEW_LOOSE, _MANY_LOOSE = 250, 5_000
_PAUSE = 2.0
_PATIENCE = 120.0
_logger = logging.getLogger(__name__)


class Feeder:
    """Feeds Milvus in a thread of its own: after every write, at opening, and every other second.

    Of all processes that share an index one feeds at a time. `on_change` is told when another collection is in use.
    """

    def __init__(
        self,
        folder: Path,
        catalogue: Catalogue,
        milvus: Milvus,
        analyze: Callable[[str], list[str]],
        filling: Filling,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._lock = FileLock(folder / "feed.lock", timeout=0, thread_local=False)
        self._catalogue = catalogue
        self._engine = catalogue.engine
        self._milvus = milvus
        self._analyze = analyze
        self._filling = filling
        self._clock = clock
        self._turn = Lock()
        self._wake, self._stopped = Event(), Event()
        self._is_checked = False
        self._loose = _FEW_LOOSE  # whoever had it open before may have left some
        self._thread = Thread(target=self._run, name="feeding Milvus", daemon=True)

    def begin(self) -> None:
        """Start the thread."""
        self._thread.start()

    def start(self) -> None:
        """Feed what has just been written."""
        self._wake.set()

    def finish(self) -> None:
        """Feed what there is, unless Milvus is away, and stop."""
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until and self.left() and self._fed_once():
            pass
        self.stop()

    def stop(self) -> None:
        """Stop; what is left in the outbox is fed by whoever opens the index next."""
        self._stopped.set()
        self._wake.set()
        self._thread.join()

    def left(self) -> int:
        """How many entries Milvus has not taken yet."""
        with self._engine.connect() as connection:
            counted = select(func.count()).select_from(outbox).where(outbox.c.fed_at.is_(None))
            return int(connection.execute(counted).scalar_one())

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            while not self._stopped.is_set() and self._fed_once() and self.left():
                pass
            self._wake.wait(_PAUSE)

    def _fed_once(self) -> bool:
        """Feed some of the outbox; False when it cannot be done now."""
        try:
            with self._turn, self._feeding() as may:
                if not may:
                    return False
                if self._milvus.is_away or not self._is_checked:
                    self._milvus.probe()
                    self._filling.check()
                    self._is_checked = True
                self._feed()
                self._filling.grow()
            return True
        except AwayError as error:
            _logger.debug("Milvus will be fed later: %s", error)
            self._is_checked = False
        except (SQLAlchemyError, ServerAwayError) as error:
            _logger.warning("the outbox cannot be read just now: %s", type(error).__name__)
        return False

    @contextmanager
    def _feeding(self) -> Iterator[bool]:
        """Whether this process is the one that feeds, for as long as it lasts."""
        if self._engine.dialect.name == "sqlite":
            try:
                with self._lock:
                    yield True
            except Timeout:
                yield False
            return
        with self._engine.connect() as connection:
            mine = select(corpus.c.name).where(corpus.c.name == "encoder").with_for_update(skip_locked=True)
            yield connection.execute(mine).first() is not None

    def _feed(self) -> None:
        with self._engine.connect() as connection:
            known = particulars(connection)
            of = known.get("collection", "")
            wanted = select(outbox).where(outbox.c.fed_at.is_(None)).order_by(outbox.c.id).limit(_AT_ONCE)
            entries = connection.execute(wanted).all()
        if not of:
            return
        if entries:
            last = {int(entry.passage_id): entry.kind for entry in entries}
            fresh = [i for i, kind in last.items() if kind == "put"]
            put(self._catalogue, self._milvus, of, fresh, self._analyze)
            self._loose += len(fresh)
            self._milvus.drop(of, [i for i, kind in last.items() if kind == "drop"])
            with self._engine.begin() as connection:
                fed = [int(entry.id) for entry in entries]
                connection.execute(update(outbox).where(outbox.c.id.in_(fed)).values(fed_at=self._clock()))
        is_more = len(entries) == _AT_ONCE or int(known.get("probes", 0)) > 0
        if self._loose >= (_MANY_LOOSE if is_more else _FEW_LOOSE):
            self._milvus.settle(of)
            self._loose = 0
        old = outbox.c.fed_at < self._clock() - LINGER
        with self._engine.connect() as connection:
            is_any = connection.execute(select(outbox.c.id).where(old).limit(1)).first() is not None
        if is_any:
            with self._engine.begin() as connection:
                connection.execute(delete(outbox).where(old))


def put(
    catalogue: Catalogue, milvus: Milvus, name: str, ids: list[int], analyze: Callable[[str], list[str]]
) -> NDArray[np.int64]:
    """Put those of these passages into a collection that are kept still; their ids."""
    there, vectors = vectors_of(catalogue.engine, ids)
    words = {each.passage.id: " ".join(analyze(text_of(each))) for each in load(catalogue, there.tolist())}
    is_known = np.isin(there, list(words))
    there, vectors = there[is_known], vectors[is_known]
    milvus.put(name, there, vectors, [words[i] for i in there.tolist()])
    return there
