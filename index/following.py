"""A thread that brings what another machine wrote to a shared catalogue into this machine's files."""

from __future__ import annotations

import logging
from threading import Event, Thread

from index.builder import Builder
from index.catalogue import Catalogue
from index.errors import IndexBusyError, PullquoteError, ServerAwayError

EVERY = 1.0
"""Seconds between two looks, each of them one number asked of the database."""

_logger = logging.getLogger(__name__)


class Following:
    """Follows a catalogue from `start` until `stop`; an outage of its server is waited out."""

    def __init__(self, catalogue: Catalogue, builder: Builder) -> None:
        self._catalogue = catalogue
        self._builder = builder
        self._stopped = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to follow."""
        self._thread = Thread(target=self._run, name="following", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Follow no longer; waits for what is being brought in."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        known = -1
        while not self._stopped.wait(EVERY):
            try:
                now = self._catalogue.sequence()
                if now != known:
                    self._builder.mend()
                    known = now
            except (ServerAwayError, IndexBusyError):
                continue  # whoever writes to the files brings them up to date as well
            except PullquoteError as error:
                known = now  # until something else is written, it would go wrong in the same way
                _logger.error("what other machines wrote cannot be found here: %s", error)
