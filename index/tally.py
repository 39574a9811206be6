"""How far a run over articles has come, and what became of them in the end; it runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from index.arrivals import Look
from index.errors import ReadError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: `passages` can be found by now, `encoded` have been read by the encoder.

    Sizes are in bytes and seconds. What was found grows until `is_counted`, because files are counted while
    the first of them are being read.
    """

    files_read: int
    files_found: int
    bytes_read: int
    bytes_found: int
    passages: int
    encoded: int = 0
    articles: int = 0
    skipped: int = 0
    seconds: float = 0.0
    is_counted: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of everything of one kind, such as `.pdf`."""

    files: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of the articles of one run; `skipped` says what could not be read, and why.

    `notes` are sentences for the person who ran it. A run that `was_stopped` by Ctrl-C keeps what it had
    taken in by then, and the next one goes on from there. `looks` say of each
    URL that was asked for what it is; `kinds` are by extension, `web` for what was fetched.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[ReadError, ...] = ()
    notes: tuple[str, ...] = ()
    was_stopped: bool = False
    looks: tuple[Look, ...] = ()
    passages: int = field(default=0, compare=False)
    seconds: float = field(default=0.0, compare=False)
    kinds: Mapping[str, Tally] = field(default_factory=dict, compare=False)


OnProgress = Callable[[Progress], None]
