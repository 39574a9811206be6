"""What is told of articles that are brought in: how far it has come, and what became of each; values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from index import Standing

Outcome = Literal["added", "updated", "unchanged", "skipped"]


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one article; `article` is where it stands now."""

    outcome: Outcome
    article: Standing


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one item: how many of its articles were added, updated and unchanged, and what was left out.

    `articles` are the first thousand of them. `notes` are sentences on what was left out, and why.
    """

    name: str
    counts: Mapping[Outcome, int]
    articles: Sequence[Became] = ()
    notes: Sequence[str] = ()

    @property
    def outcome(self) -> Outcome:
        """The one word for it: "skipped" only where no article came of it."""
        told: tuple[Outcome, ...] = ("added", "updated", "unchanged")
        return next((each for each in told if self.counts.get(each)), "skipped")


@dataclass(frozen=True, slots=True)
class Step:
    """How far it has come. `left` is an estimate in seconds, None while there is nothing to go by."""

    name: str
    items_done: int
    items: int
    passages: int
    seconds: float
    left: float | None = None
    is_waiting: bool = False

    @property
    def rate(self) -> float:
        """Passages a second."""
        return self.passages / self.seconds if self.seconds > 0 else 0.0
