"""The commands that tell how good the answers are: `evaluate`, `calibrate`, `feedback`; they parse nothing."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from bot.calibrate import calibrate as fit
from bot.calibrate import foreign_questions, labelled_questions, own_questions
from bot.evaluation import evaluate_folder
from bot.feedback import FeedbackStore, feedback_path
from bot.feedback_export import export
from bot.opened import opened
from bot.report import read_report, report_json, table_rows
from index import ReadError

_ERR = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def evaluate(options: argparse.Namespace) -> int:
    """Examine a bot on a folder of questions, or on one's own."""
    baseline = read_report(options.compare) if options.compare else None
    with Progress(console=_ERR, transient=True, disable=not _ERR.is_terminal) as bar:
        task = bar.add_task("asking", total=None)
        found = evaluate_folder(
            options.folder,
            also=options.also,
            index=options.index if options.existing else None,
            database=options.database,
            on_asked=lambda asked, questions: bar.update(task, completed=asked, total=questions),
        )
    if options.out:
        options.out.write_text(report_json(found), encoding="utf-8")
    if options.json:
        sys.stdout.write(report_json(found) + "\n")
        return 0
    headings, *rows = table_rows(found, baseline)
    table = Table(box=None, pad_edge=False, header_style="bold", title=f"{found.name}: {found.questions} questions")
    for heading in headings:
        table.add_column(heading, no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False, width=max(Console().width, 100)).print(table)
    return 0


def calibrate(options: argparse.Namespace) -> int:
    """Fit the line between answering and declining to the articles at hand, and keep it with the index."""
    with opened(options, create=False) as bot:
        questions = (
            labelled_questions(Path(options.questions))
            if options.questions
            else own_questions([bot.article(each.id) for each in bot.articles(limit=1_000)]) + foreign_questions()
        )
        found = fit(questions, lambda question: bot.ask(question, interpret=False).confidence, options.coverage)
        bot.keep_calibration(found)
    sys.stdout.write(
        found.to_json() + "\n"
        if options.json
        else f"answers from a probability of {found.threshold:.3f} on: of {found.positives} questions that the "
        f"articles answer {found.coverage:.0%} are answered, of {found.negatives} that they "
        f"do not {found.false_answers:.0%}\n"
    )
    return 0


def feedback(options: argparse.Namespace) -> int:
    """Write what people thought of answers as questions to be examined on."""
    path = feedback_path(replace(options.settings, index=options.index))
    if not path.is_file():
        raise ReadError(str(path), "there is no feedback yet; it is given under each answer on the chat page")
    found = export(FeedbackStore(path).all())
    if options.out:
        options.out.write_text(found.to_jsonl(), encoding="utf-8")
    else:
        sys.stdout.write(found.to_jsonl())
    _ERR.print(f"{len(found.rows):,} questions from {path}")
    for reason, times in sorted(found.left_out.items()):
        _ERR.print(f"left out {times:,}: {reason}")
    if options.out and found.rows:
        _ERR.print(f"examine the bot on them: python -m bot evaluate {options.out} --existing")
    return 0
