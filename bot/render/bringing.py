"""What became of articles that were brought in, as values that JSON can carry; and the form to bring them by."""

from __future__ import annotations

from typing_extensions import TypedDict

from bot.brought import Brought, Step


class BecameRecord(TypedDict):
    """An article and what became of it: `added`, `updated` or `unchanged`; `link` is its page in this app."""

    outcome: str
    id: str
    title: str
    version: int
    link: str


class BroughtRecord(TypedDict):
    """What became of a file, an address or a text. `outcome` is `skipped` only where no article came of it.

    `counts` has the number of articles by outcome, `articles` the first thousand of them, and `notes` a
    sentence for whatever was left out.
    """

    name: str
    outcome: str
    counts: dict[str, int]
    articles: list[BecameRecord]
    notes: list[str]


class StepRecord(TypedDict):
    """How far a run has come; `seconds_left` is null while there is nothing to estimate it by."""

    at: str
    waiting: bool
    done: int
    of: int
    passages: int
    passages_a_second: float
    seconds: float
    seconds_left: float | None


def brought_record(brought: Brought) -> BroughtRecord:
    """What became of one item, as a BroughtRecord."""
    return {
        "name": brought.name,
        "outcome": brought.outcome,
        "counts": {outcome: number for outcome, number in brought.counts.items() if number},
        "articles": [
            {
                "outcome": each.outcome,
                "id": each.article.id,
                "title": each.article.title,
                "version": each.article.version,
                "link": f"/articles/{each.article.id}",
            }
            for each in brought.articles
        ],
        "notes": list(brought.notes),
    }


def step_record(step: Step) -> StepRecord:
    """One step, as a StepRecord."""
    return {
        "at": step.name,
        "waiting": step.is_waiting,
        "done": step.items_done,
        "of": step.items,
        "passages": step.passages,
        "passages_a_second": round(step.rate, 1),
        "seconds": round(step.seconds, 1),
        "seconds_left": None if step.left is None else round(step.left, 1),
    }
