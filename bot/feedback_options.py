"""What may be written behind `python -m bot feedback`; nothing is done here."""

from __future__ import annotations

import argparse
from pathlib import Path

_WHAT = """\
Write what was said under answers as a file of questions, one JSON object a line.

  said under quotes        becomes
  Helpful                  a question with the articles and the words that answer it
  Wrong quote              these words left out of it
  said of a decline
  Rightly declined         a question that no article answers
  The articles do answer   a question that should be answered, by which words is unknown

What does not tell which answer would be right is left out, and counted. The same verdicts given in Slack count."""
_THEN = """\
python -m bot feedback export -o mine.jsonl
python -m bot evaluate mine.jsonl --existing      how well the bot does on what people asked
python -m bot calibrate --questions mine.jsonl    fit the line between answering and declining to it"""


def feedback_options(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],  # which argparse names nowhere else
    shared: argparse.ArgumentParser,
) -> None:
    """Add the command with its options."""
    feedback = commands.add_parser("feedback", help="what people thought of answers, as questions to evaluate on")
    what = feedback.add_subparsers(dest="what", required=True, metavar="WHAT")
    export = what.add_parser(
        "export",
        parents=[shared],
        help="write a JSONL file that evaluate and calibrate read",
        description=_WHAT,
        epilog=_THEN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("-o", "--out", type=Path, metavar="FILE", help="the file to write (default: the terminal)")
