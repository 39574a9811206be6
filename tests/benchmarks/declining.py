"""Prints how well silence is chosen, beside the best cosine: python -m tests.benchmarks.declining FOLDER.

FOLDER holds clapnq, qed and mtrag. Every question is put to a real index of ClapNQ and one of QED, and the model is
fitted in five folds by question;
MTRAG-UN it never sees: there the last two user turns are the question.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.confidence import SIGNALS
from bot.measures import auroc, false_answer_rate
from index import Article, Encoder, load_encoder, sentences, trimmed
from tests.benchmarks.quote_rows import Row, clapnq, qed
from tests.benchmarks.train_quote import (
    Floats,
    Seen,
    answer_model,
    folds,
    hit_signals,
    hit_tables,
    index_of,
    pool_tables,
    see,
    sentence_model,
)

COVERAGES = (0.9, 0.95)
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)


def mtrag(folder: Path) -> tuple[list[Row], list[Row]]:
    """The questions that are answerable or unanswerable, a question without an answer having no gold, and the pool."""
    lines = (folder / "mtrag" / "conversations.jsonl").read_text("utf-8").splitlines()
    tasks = [json.loads(line) for line in lines if line.strip()]
    pool = {each["document_id"]: each["text"].strip() for task in tasks for each in task["contexts"]}
    passages = [_row("", text, True) for text in pool.values() if text]
    asked = []
    for task in tasks:
        kind = task["answerability"][0]
        if kind in ("ANSWERABLE", "UNANSWERABLE"):
            turns = [turn["text"].strip() for turn in task["input"] if turn["speaker"] == "user"]
            asked.append(_row(" ".join(turns[-2:]), "-", kind == "ANSWERABLE"))
    return asked, passages


def _row(question: str, text: str, answered: bool) -> Row:
    cuts = tuple(trimmed(text, span) for span in sentences(text))
    return Row("mtrag", question, Article("", text), cuts, frozenset(cuts[:1] if answered else ()))


def line(title: str, score: Sequence[float], answered: NDArray[np.bool_]) -> str:
    """AUROC and the false-answer rate at each coverage."""
    inside = [s for s, a in zip(score, answered, strict=True) if a]
    outside = [s for s, a in zip(score, answered, strict=True) if not a]
    rates = "".join(f"{false_answer_rate(inside, outside, coverage):9.3f}" for coverage in COVERAGES)
    return f"{title:58}{len(inside):5}{len(outside):6}{auroc(inside, outside):8.3f}{rates}"


def cross_validated(seen: Sequence[Seen], tables: Sequence[Floats], labels: Floats) -> tuple[Floats, Floats]:
    """The confidence of every question in each index, by models that never saw it; the signals of the last of them."""
    confidence, found = np.zeros(len(tables)), np.zeros((len(tables), len(SIGNALS)))
    number = np.arange(len(tables)) % len(seen)
    for part in folds(len(seen)):
        test = np.isin(number, part)
        found = hit_signals(tables, sentence_model([each for i, each in enumerate(seen) if i not in set(part)]))
        confidence[test] = answer_model(found[~test], labels[~test])(found[test])
    return confidence, found


def measure(folder: Path, encoder: Encoder) -> list[str]:
    """The lines of the table."""
    seen = see([*clapnq(folder), *qed(folder)], encoder)
    tables, labels = pool_tables(seen, encoder)
    confidence, found = cross_validated(seen, tables, labels)
    nearest = found[:, SIGNALS.index("pooled")]
    n = len(seen)
    of_clapnq = np.array([each.row.collection == "clapnq" for each in seen] * 2)
    at_clapnq = np.arange(2 * n) < n
    right = labels > 0
    groups = {
        "ClapNQ answerable | unanswerable": at_clapnq & of_clapnq,
        "ClapNQ answerable | questions of QED": at_clapnq & (right | ~of_clapnq),
        "QED | questions of ClapNQ": ~at_clapnq & (right | of_clapnq),
    }
    lines = []
    for title, some in groups.items():
        lines.append(line(f"{title}, best sentence's cosine", nearest[some].tolist(), right[some]))
        lines.append(line(f"{title}, confidence (5 folds)", confidence[some].tolist(), right[some]))
    asked, passages = mtrag(folder)
    own = [each.row.article for each in seen if each.row.collection == "clapnq"]
    with index_of([*(each.article for each in passages), *own], encoder) as opened:
        there = hit_tables([each.question for each in asked], opened)
    judge = sentence_model(seen)
    model = answer_model(hit_signals(tables, judge), labels)
    signals = hit_signals(there, judge)
    truth = np.array([bool(each.gold) for each in asked])
    title = "MTRAG-UN answerable | unanswerable"
    lines.append(line(f"{title}, best sentence's cosine", signals[:, SIGNALS.index("pooled")].tolist(), truth))
    never = model(signals)
    lines.append(line(f"{title}, confidence (never seen)", never.tolist(), truth))
    lines.append("the share answered from a confidence of")
    for threshold in THRESHOLDS:
        shares = [
            f"{title.replace(' | ', f' {np.mean(confidence[some & right] >= threshold):.3f} | ')} "
            f"{np.mean(confidence[some & ~right] >= threshold):.3f}"
            for title, some in groups.items()
        ]
        shares.append(
            f"MTRAG-UN {np.mean(never[truth] >= threshold):.3f} | {np.mean(never[~truth] >= threshold):.3f}"
        )
        lines.append(f"{threshold:.2f}: " + ", ".join(shares))
    return lines


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    lines = measure(parser.parse_args().folder, load_encoder())
    print(f"{'':58}{'yes':>5}{'no':>6}{'AUROC':>8}" + "".join(f"{f'@{c:.0%}':>9}" for c in COVERAGES))
    print("\n".join(lines))
    print("@: the share of unanswerable questions answered when that share of the answerable ones is")


if __name__ == "__main__":
    main()
