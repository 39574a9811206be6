"""Where to draw the line between answering and declining over one's own articles; it asks, and keeps nothing."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path

from bot.measures import auroc, false_answer_rate
from bot.offtopic import OFF_TOPIC
from bot.words import is_stop_word
from index import Article, ReadError, SettingError, sentences, trimmed

COVERAGE = 0.9
_NAME = "calibration.json"

Ask = Callable[[str], float]
"""A question -> the confidence (0..1) that its quotes answer it."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question, and whether the articles answer it."""

    question: str
    answered: bool


@dataclass(frozen=True, slots=True)
class Calibration:
    """A threshold for `choose`, and what it buys.

    Of `positives` questions that the articles answer the share `coverage` is answered, of `negatives` that they
    do not, the share `false_answers`; `separation` is the AUROC of the confidence between the two.
    """

    threshold: float
    coverage: float
    false_answers: float
    separation: float
    positives: int
    negatives: int

    def to_json(self) -> str:
        """The same as a JSON object."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> Calibration:
        """What `to_json` wrote; raises SettingError for anything else."""
        try:
            kept = json.loads(text)
            return cls(
                float(kept["threshold"]),
                float(kept["coverage"]),
                float(kept["false_answers"]),
                float(kept["separation"]),
                int(kept["positives"]),
                int(kept["negatives"]),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise SettingError(
                f"the calibration cannot be read ({error}); make a new one with: python -m bot calibrate"
            ) from error


def keep(calibration: Calibration, folder: Path) -> None:
    """Write it into an index folder, in one step."""
    aside = folder / f"{_NAME}.new"
    aside.write_text(calibration.to_json(), encoding="utf-8")
    aside.replace(folder / _NAME)


def kept_threshold(folder: Path) -> float | None:
    """The threshold that was fitted to an index; None for the one that the program brings.

    Raises SettingError when what is there cannot be read.
    """
    path = folder / _NAME
    return Calibration.from_json(path.read_text("utf-8")).threshold if path.exists() else None


def calibrate(questions: Iterable[Labelled], ask: Ask, coverage: float = COVERAGE) -> Calibration:
    """The highest threshold at which at least the share `coverage` of the answered questions is still answered.

    Raises SettingError when there are not both kinds of question, or `coverage` is not in 0 < coverage <= 1.
    """
    if not 0 < coverage <= 1:
        raise SettingError(
            f"the coverage is {coverage}, expected a share above 0 and at most 1, such as {COVERAGE}"
        )
    scores: dict[bool, list[float]] = {True: [], False: []}
    for each in questions:
        scores[each.answered].append(ask(each.question))
    inside, outside = scores[True], scores[False]
    if not inside or not outside:
        raise SettingError(
            f"calibrating takes questions that the articles answer and some that they do not; there are "
            f"{len(inside)} and {len(outside)}; add articles, or label questions of both kinds"
        )
    threshold = sorted(inside, reverse=True)[max(ceil(coverage * len(inside)), 1) - 1]
    reached = sum(score >= threshold for score in inside) / len(inside)
    return Calibration(
        threshold,
        reached,
        false_answer_rate(inside, outside, coverage),
        auroc(inside, outside),
        len(inside),
        len(outside),
    )


def own_questions(articles: Sequence[Article], count: int = 100, seed: int = 0) -> list[Labelled]:
    """At most `count` questions that these articles answer, the same for the same seed.

    Each is a sentence's own words less the stop words and a third of the rest, in their order, with the words
    of the title in front of every other one: what somebody who half remembers the sentence would type.
    """
    draw = random.Random(seed)
    spans = [
        (article, start, end)
        for article in articles
        for start, end in (trimmed(article.text, span) for span in sentences(article.text))
        if 8 <= len(article.text[start:end].split()) <= 40
    ]
    made = []
    for i, (article, start, end) in enumerate(draw.sample(spans, min(count, len(spans)))):
        telling = [
            word for word in article.text[start:end].split() if not is_stop_word(word.strip(".,;:!?\"'").lower())
        ]
        kept = sorted(draw.sample(range(len(telling)), max(len(telling) * 2 // 3, 1))) if telling else []
        front = article.title.split()[:6] if i % 2 else []
        question = " ".join(front + [telling[k].strip(".,;:!?\"'") for k in kept[:10]])
        if question.strip():
            made.append(Labelled(question, True))
    return made


def foreign_questions() -> list[Labelled]:
    """Questions of many fields that a collection of articles about something else does not answer."""
    return [Labelled(question, False) for question in OFF_TOPIC]


def labelled_questions(path: Path) -> list[Labelled]:
    """The questions of a JSONL file: `{"question": ..., "answered": true | false}` a line.

    A line without `answered` counts as answered when it names an `article` or a `quote`. Raises ReadError.
    """
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            question = str(row["question"])
            found.append(Labelled(question, bool(row.get("answered", row.get("article") or row.get("quote")))))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ReadError(
                str(path), f'line {number} is not {{"question": ..., "answered": true or false}}: {error}'
            ) from error
    return found
