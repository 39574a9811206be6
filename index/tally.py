"""How far a run over articles has come, and what became of them in the end; it runs nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from index.arrivals import Look
from index.errors import ReadError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: `passages` can be found by now; sizes are in bytes."""

    files_read: int
    files_found: int
    bytes_read: int
    bytes_found: int
    passages: int


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of the articles of one run; `skipped` says what could not be read, and why.

    `notes` are sentences for the person who ran it. A run that `was_stopped` by Ctrl-C keeps what it had
    taken in by then, and the next one goes on from there. `looks` say of each URL that was asked for what it is.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[ReadError, ...] = ()
    notes: tuple[str, ...] = ()
    was_stopped: bool = False
    looks: tuple[Look, ...] = ()


OnProgress = Callable[[Progress], None]
