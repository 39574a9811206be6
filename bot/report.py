"""What an examination found: scores by question, figures over all, and what one run gains over another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.measures import Place, auroc, false_answer_rate, word_overlap
from index import (
    STANDARD_MEASURES,
    Difference,
    Estimate,
    Judged,
    ReadError,
    compare,
    estimate,
    judge,
    judged_questions,
    mean,
)

COVERAGE = 0.9


@dataclass(frozen=True, slots=True)
class Report:
    """What an examination found.

    `scores`: measure -> question id -> score, for measures that every question has of its own. `figures`:
    measures of all questions together, which have no interval. Both hold larger for better, but for rates of
    false answers.
    """

    name: str
    articles: int
    questions: int
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)

    def estimates(self) -> dict[str, Estimate]:
        """The mean of each measure over its questions, with a 95 % bootstrap interval."""
        return {name: estimate(list(of.values())) for name, of in self.scores.items()}

    def against(self, baseline: Report) -> dict[str, Difference]:
        """What this run gains over another, by measure, on the questions that both were judged on."""
        found: dict[str, Difference] = {}
        for name, of in self.scores.items():
            both = [question for question in of if question in baseline.scores.get(name, {})]
            if both:
                found[name] = compare([of[q] for q in both], [baseline.scores[name][q] for q in both])
        return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question got: articles by digest, best first, words quoted, those of the first quote, confidence."""

    ranked: list[str]
    quoted: set[Place]
    first: set[Place]
    chosen: set[Place]
    confidence: float


def report(name: str, articles: int, asked: Sequence[Judged], outcomes: Mapping[str, Outcome]) -> Report:
    """The measures of all outcomes; a question without one counts as unanswered."""
    nothing = Outcome([], set(), set(), set(), 0.0)
    of = {each.id: outcomes.get(each.id, nothing) for each in asked}
    qrels = {each.id: each.relevant for each in asked}
    run = {question: outcome.ranked for question, outcome in of.items()}
    scores: dict[str, dict[str, float]] = {}
    judged = judged_questions(qrels)
    if judged:
        for measure, values in judge(qrels, run, STANDARD_MEASURES).items():
            scores[measure] = dict(zip(judged, values, strict=True))
        followed = {each.id for each in asked if each.history}
        if following := {q: score for q, score in scores["nDCG@5"].items() if q in followed}:
            scores["follow-ups: nDCG@5"] = following
    figures = {**_quoting(asked, of, scores), **_declining(asked, of)}
    return Report(name, articles, len(asked), scores, figures)


def _quoting(
    asked: Sequence[Judged], of: Mapping[str, Outcome], scores: dict[str, dict[str, float]]
) -> dict[str, float]:
    """Figures on the words quoted; what each question has of its own goes into `scores`."""
    chosen = [each.id for each in asked if each.quotes]
    if not chosen:
        return {}
    scores["first quote is in the chosen words"] = {
        q: float(2 * len(of[q].first & of[q].chosen) >= max(len(of[q].first), 1)) for q in chosen
    }
    quotable = [each.id for each in asked if each.quotes is not None]
    overlap = word_overlap([of[q].quoted for q in quotable], [of[q].chosen for q in quotable])
    return {f"quoted words: {name}": value for name, value in overlap._asdict().items()}


def _declining(asked: Sequence[Judged], of: Mapping[str, Outcome]) -> dict[str, float]:
    figures: dict[str, float] = {}
    yes = [of[each.id] for each in asked if each.answerable]
    no = [of[each.id] for each in asked if each.answerable is False]
    for name, group in (("answered, of the answerable", yes), ("answered, of the unanswerable", no)):
        if group:
            figures[name] = mean([float(bool(each.quoted)) for each in group])
    if yes and no:
        sure, unsure = [each.confidence for each in yes], [each.confidence for each in no]
        figures["answerable: AUROC"] = auroc(sure, unsure)
        figures[f"false answers when {COVERAGE:.0%} are answered"] = false_answer_rate(sure, unsure, COVERAGE)
    return figures


def report_json(found: Report) -> str:
    """A report as JSON, from which `read_report` makes the same one again."""
    summary = {
        name: {"mean": of.mean, "low": of.low, "high": of.high, "questions": len(found.scores[name])}
        for name, of in found.estimates().items()
    }
    whole = {
        "name": found.name,
        "articles": found.articles,
        "questions": found.questions,
        "measures": summary,
        "figures": found.figures,
        "scores": found.scores,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def read_report(file: Path) -> Report:
    """The report that was written to a file as JSON; raises ReadError when it is not one."""
    try:
        said = json.loads(file.read_text("utf-8"))
        return Report(said["name"], said["articles"], said["questions"], said["scores"], said["figures"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(
            str(file), f"is no report ({type(error).__name__}); expected what `evaluate --json` wrote"
        ) from error


def table_rows(found: Report, baseline: Report | None = None) -> list[tuple[str, ...]]:
    """A report as rows of text under their headings, for any table; what it gains over a baseline behind.

    `p` is the chance that two equally good runs would differ as much.
    """
    rows: list[tuple[str, ...]] = [("measure", "questions", "mean", "95 %")]
    for name, of in found.estimates().items():
        rows.append((name, str(len(found.scores[name])), f"{of.mean:.3f}", f"{of.low:.3f} to {of.high:.3f}"))
    rows += [(name, "", f"{value:.3f}", "") for name, value in found.figures.items()]
    if baseline is None:
        return rows
    gains = found.against(baseline)
    wider: list[tuple[str, ...]] = [(*rows[0], "gain", "p", "better", "worse")]
    for row in rows[1:]:
        if gain := gains.get(row[0]):
            wider.append((*row, f"{gain.gain.mean:+.3f}", f"{gain.p:.3f}", str(gain.better), str(gain.worse)))
        elif row[0] in baseline.figures:
            wider.append((*row, f"{found.figures[row[0]] - baseline.figures[row[0]]:+.3f}", "", "", ""))
        else:
            wider.append((*row, "", "", "", ""))
    return wider
