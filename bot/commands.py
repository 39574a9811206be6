"""What each command does: options in, text or JSON out, and an exit code back; it parses nothing."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.bot import Bot
from bot.opened import opened
from bot.outgoing import post_answer
from bot.render import answer_record, long_date
from bot.render.escape import terminal
from bot.render.listing import summary_record
from bot.render.plain import answer as plain_answer
from bot.shelf import OnSkip
from index import Rebuilding

if TYPE_CHECKING:
    from rich.console import Console

    from index import AddReport, OnProgress

DONE, PARTLY, FAILED, INTERRUPTED = 0, 1, 3, 130


def add(options: argparse.Namespace) -> int:
    """Take in files and folders."""
    with opened(options) as bot:
        return _taken_in(
            options,
            lambda skip, step: bot.add(
                *options.sources,
                on_skip=skip,
                on_progress=step,
                allow_private=options.allow_private,
                columns=options.columns,
                workers=options.workers,
                ray=options.ray,
                device=options.device,
            ),
        )


def sync(options: argparse.Namespace) -> int:
    """Make the index agree with a folder or a feed."""
    with opened(options) as bot:
        return _taken_in(
            options,
            lambda skip, step: bot.sync(
                options.source, skip, step, options.allow_private, options.columns, options.workers
            ),
        )


def remove(options: argparse.Namespace) -> int:
    """Take articles out."""
    with opened(options, create=False) as bot:
        removed = bot.remove(*options.names)
    _say(options, {"removed": removed}, f"removed {removed}")
    return DONE


def show(options: argparse.Namespace) -> int:
    """List what there is."""
    with opened(options, create=False) as bot:
        listed = bot.articles(query=options.query, limit=options.limit)
        total = bot.article_count
    if options.json:
        for each in listed:
            _out(json.dumps({**summary_record(each), "origin": each.origin}, ensure_ascii=False))
        return DONE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("ID", "PUBLISHED", "SOURCE", "TITLE"):
        table.add_column(heading, no_wrap=heading == "ID", overflow="fold")
    for each in listed:
        day = long_date(each.published) if each.published else ""
        table.add_row(*(Text(terminal(cell)) for cell in (each.id, day, each.source, each.title)))
    Console(highlight=False).print(table)
    _out(f"{len(listed):,} of {total:,} articles")
    return DONE


def ask(options: argparse.Namespace) -> int:
    """Answer one question."""
    with opened(options, create=False, eager=True) as bot:
        answer = bot.ask(
            options.question,
            options.k,
            history=options.history,
            sources=options.source,
            authors=options.author,
            after=options.after,
            before=options.before,
            languages=options.language,
            interpret=not options.literal,
        )
    if options.slack_webhook:
        post_answer(answer, options.slack_webhook)
    width = min(shutil.get_terminal_size().columns, 100)
    _say(options, answer_record(answer), plain_answer(answer, width))
    return DONE if answer else PARTLY


def verify(options: argparse.Namespace) -> int:
    """Check every article and every file against its digest."""
    with opened(options, create=False) as bot:
        faults = bot.verify()
        checked = bot.article_count
    record = {"articles": checked, "faults": faults}
    _say(
        options,
        record,
        "\n".join(faults) or f"{checked:,} articles and the files of the index are as they were written",
    )
    return FAILED if faults else DONE


def rebuild(options: argparse.Namespace) -> int:
    """Encode every article anew, and tell how far that has come."""
    from bot.outcome import rebuilt_line, rebuilt_record
    from bot.progress import Bar, Lines

    steps = [Rebuilding(0, 0, 0, 0, 0.0)]

    def told(tell: Callable[[Rebuilding], None], step: Rebuilding) -> None:
        steps[0] = step
        tell(step)

    try:
        with Bar(_err()) as bar:
            tell = Lines(_event).rebuilding if options.json else bar.rebuilding
            opened(options, create=False, anew=True, on_step=lambda step: told(tell, step)).close()
    except KeyboardInterrupt:
        _err().print("stopped; the same command goes on from what is encoded, any other encodes the rest first")
        return INTERRUPTED
    if options.json:
        _event(rebuilt_record(steps[0]))
    else:
        _out(rebuilt_line(steps[0]))
    return DONE


def serve(options: argparse.Namespace) -> int:
    """Serve the web app until it is interrupted."""
    from bot.progress import Bar
    from bot.watching import Watching
    from bot.web import serve as serve_web

    settings = options.settings
    samples = Path(__file__).parent.parent / "docs" / "articles" if options.samples else None

    watching = Watching(settings.watch, lambda line: _err().print(line), settings.allow_private)

    def prepare(bot: Bot) -> None:
        if samples and samples.is_dir() and not bot.article_count:
            _err().print(f"Bringing in the sample articles of {samples.parent.name}/{samples.name} …")
            with Bar(_err()) as bar:
                report = bot.add(samples, on_progress=bar)
            _err().print(f"{report.added} articles are in. Add your own: python -m bot add FOLDER")
        if not options.no_watch:
            watching.start(bot)

    _err().print("Loading …")
    serve_web(
        settings,
        prepare=prepare,
        on_listening=lambda address: _err().print(f"Pullquote is at {address}"),
        before_close=watching.stop,
    )
    return DONE


@cache
def _err() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


def _taken_in(options: argparse.Namespace, run: Callable[[OnSkip, OnProgress], AddReport]) -> int:
    """Run `add` or `sync`, tell how far it has come, and at the end what became of it."""
    from bot.outcome import report_line, report_record, report_table
    from bot.progress import Bar, Lines

    if options.json:
        report = run(
            lambda error: _event({"event": "skipped", "source": error.source, "reason": error.reason}),
            Lines(_event),
        )
        for note in report.notes:
            _event({"event": "note", "text": note})
        _event(report_record(report))
    else:
        with Bar(_err()) as bar:
            report = run(lambda error: _err().print(f"skipped {terminal(str(error))}", style="yellow"), bar)
        for note in report.notes:
            _err().print(terminal(note), style="yellow")
        _out(report_line(report))
        for part in report_table(report):  # beside what a script wants to read
            _err().print(part)
    if report.was_stopped:
        _err().print("stopped; what is in is kept, and the same command goes on from here")
        return INTERRUPTED
    return PARTLY if report.skipped else DONE


def _event(record: Mapping[str, object]) -> None:
    _out(json.dumps(record, ensure_ascii=False))


def _say(options: argparse.Namespace, record: object, text: str) -> None:
    _out(json.dumps(record, ensure_ascii=False, indent=1) if options.json else text)


def _out(line: str) -> None:
    # Not print(): a lone surrogate or a terminal without Unicode must not end a run half-way.
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()
