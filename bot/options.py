"""What may be written behind `python -m bot`: commands, options and their help; nothing is done here."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

import index
from bot.feedback_options import feedback_options
from bot.migration import migration_options
from bot.ray_options import add_ray, add_workers
from bot.settings import Settings
from bot.slack_options import slack_options
from bot.store_options import store_options
from bot.watch_options import add_watch, add_watch_of_serve
from index import SettingError

_ABOUT = """\
Ask your articles, get their exact words.

  python -m bot add articles/                  take in a folder (what is unchanged is left alone)
  python -m bot ask "Where is the LEAF built?"  quote what answers, word for word, or say that nothing does
  python -m bot watch articles/                keep it in step by itself, as feeds and mail folders, too
  python -m bot serve                          open the chat in a browser
"""
_CODES = """\
exit codes: 0 done · 1 the articles do not answer (ask), or something was skipped (add, sync) · 2 wrong use ·
3 it could not be done, and the message says why and what mends it"""


def parser(settings: Settings) -> argparse.ArgumentParser:
    """The parser of all commands; `settings`, from the environment, are the defaults."""
    whole = argparse.ArgumentParser(
        prog="python -m bot",
        description=_ABOUT,
        epilog=_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND")
    shared = _shared(settings)
    _articles(commands, shared)
    _questions(commands, shared)
    _examining(commands, shared)
    add_watch(commands, shared)
    _care(commands, shared)
    migration_options(commands, shared)
    slack_options(commands, shared)
    _serving(commands, shared, settings)
    return whole


Commands = argparse._SubParsersAction  # argparse names the type of add_subparsers() nowhere else


def _shared(settings: Settings) -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--index", type=Path, default=settings.index, metavar="PATH", help="the index (default: %(default)s)"
    )
    shared.add_argument(
        "--model",
        default=settings.model,
        metavar="NAME_OR_FOLDER",
        help="a sentence-transformers model that is on this machine (default: the one the index was built with)",
    )
    shared.add_argument(
        "--backend",
        choices=("auto", "openvino", "torch"),
        default=settings.backend,
        help="what runs the model (default: %(default)s, OpenVINO where the model can be converted for it)",
    )
    shared.add_argument(
        "--device", default=settings.device, help="where torch runs the model, such as cuda (default: %(default)s)"
    )
    shared.add_argument(
        "--reranker",
        default=settings.reranker,
        metavar="FOLDER",
        help="a cross-encoder that reorders the first hits",
    )
    store_options(shared, settings)
    shared.set_defaults(cache=settings.cache)
    shared.add_argument("--json", action="store_true", help="print JSON for programs instead of text for people")
    return shared


def _articles(commands: Commands[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    add = commands.add_parser("add", parents=[shared], help="take in files, folders, pages and feeds")
    add.add_argument(
        "sources", nargs="+", metavar="SOURCE", help="a file, a folder, the URL of a page, feed or sitemap, or -"
    )
    add.add_argument("--allow-private", action="store_true", help="fetch from this machine and its network, too")
    _columns(add)
    add_workers(add)
    add_ray(add)
    sync = commands.add_parser(
        "sync", parents=[shared], help="make the index agree with a folder or a feed: add, update, drop"
    )
    sync.add_argument(
        "source", metavar="SOURCE", help="a folder, or the URL of a feed or sitemap, of which nothing is dropped"
    )
    sync.add_argument("--allow-private", action="store_true", help="fetch from this machine and its network, too")
    _columns(sync)
    add_workers(sync)
    remove = commands.add_parser("remove", parents=[shared], help="take articles out")
    remove.add_argument("names", nargs="+", metavar="NAME", help="an article's id or origin, or a file or folder")
    listing = commands.add_parser("list", parents=[shared], help="show what there is, latest published first")
    listing.add_argument(
        "query", nargs="?", default="", help="only those with this in title, source, author or origin"
    )
    listing.add_argument("--limit", type=_positive, default=100, metavar="N", help="at most (default: %(default)s)")


def _columns(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--columns",
        type=_mapping,
        default={},
        metavar="FIELD=COLUMN,...",
        help="what a table calls its columns, as in title=headline,text=body,published=date; remembered for each file",
    )


def _mapping(text: str) -> dict[str, str]:
    try:
        return index.parse_columns(text)
    except SettingError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _questions(commands: Commands[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    ask = commands.add_parser("ask", parents=[shared], help="ask a question, get exact quotes or an honest no")
    ask.add_argument("question")
    ask.add_argument(
        "-k", type=_positive, default=5, metavar="N", help="at most this many quotes (default: %(default)s)"
    )
    ask.add_argument(
        "--source", action="append", default=[], metavar="NAME", help="only from this source; repeatable"
    )
    ask.add_argument(
        "--author", action="append", default=[], metavar="NAME", help="only by this author; repeatable"
    )
    ask.add_argument(
        "--language", action="append", default=[], metavar="CODE", help="only in this one (en, German); repeatable"
    )
    ask.add_argument("--after", type=_day, metavar="DAY", help="published on this day (2024-03-01) or later")
    ask.add_argument("--before", type=_day, metavar="DAY", help="published before this day")
    ask.add_argument(
        "--history", action="append", default=[], metavar="QUESTION", help="asked before it; repeatable"
    )
    ask.add_argument(
        "--slack-webhook", default="", metavar="URL", help="post the answer to this incoming webhook, too"
    )
    ask.add_argument(
        "--literal", action="store_true", help="take the question as it stands: no filters in its words"
    )


def _examining(commands: Commands[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    evaluate = commands.add_parser("evaluate", parents=[shared], help="measure ranking, quoting and declining")
    evaluate.add_argument(
        "folder", type=Path, help="a BEIR folder, or a JSONL file of {question, article or quote}"
    )
    evaluate.add_argument(
        "--also", action="append", default=[], type=Path, metavar="FOLDER", help="more articles beside"
    )
    evaluate.add_argument("--existing", action="store_true", help="ask the index at --index instead of a new one")
    evaluate.add_argument("--out", type=Path, metavar="FILE", help="write the report as JSON, for --compare")
    evaluate.add_argument(
        "--compare", type=Path, metavar="FILE", help="show what it gains over this earlier report"
    )
    calibrate = commands.add_parser(
        "calibrate", parents=[shared], help="fit the line between answering and declining"
    )
    calibrate.add_argument("--questions", metavar="FILE", help="your own, a JSONL of {question, answered}")
    calibrate.add_argument(
        "--coverage", type=float, default=0.9, help="share of answerable ones to answer (%(default)s)"
    )
    feedback_options(commands, shared)


def _care(commands: Commands[argparse.ArgumentParser], shared: argparse.ArgumentParser) -> None:
    commands.add_parser("verify", parents=[shared], help="check every article and file against its digest")
    commands.add_parser(
        "rebuild", parents=[shared], help="encode every article anew, for instance with another --model"
    )


def _serving(
    commands: Commands[argparse.ArgumentParser], shared: argparse.ArgumentParser, settings: Settings
) -> None:
    serve = commands.add_parser(
        "serve", parents=[shared], help="open the chat, the REST interface and Slack's routes"
    )
    serve.add_argument("--host", default=settings.host, help="address to listen on (default: %(default)s)")
    serve.add_argument(
        "--port", type=_port, default=settings.port, help="0 takes a free one (default: %(default)s)"
    )
    serve.add_argument(
        "--auth", default="", metavar="NAME:PASSWORD", help="ask everyone for this (or PULLQUOTE_AUTH)"
    )
    serve.add_argument(
        "--insecure", action="store_true", default=settings.insecure, help="beyond loopback, no login"
    )
    serve.add_argument(
        "--allow-host",
        action="append",
        default=list(settings.hosts),
        metavar="NAME",
        help="a host name that browsers may call it by; repeatable",
    )
    serve.add_argument(
        "--read-only", action="store_true", default=settings.read_only, help="nobody brings in or removes articles"
    )
    serve.add_argument(
        "--upload-limit",
        type=_positive,
        default=settings.upload_limit,
        metavar="MB",
        help="the most that one request brings in (default: %(default)s)",
    )
    serve.add_argument(
        "--allow-private",
        action="store_true",
        default=settings.allow_private,
        help="addresses given on the page and to --watch may lead to this machine and its network",
    )
    add_watch_of_serve(serve, settings)
    serve.add_argument("--samples", action="store_true", help=argparse.SUPPRESS)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 100_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 100000")
    return int(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65_535):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port, 0 to 65535")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day such as 2024-03-01") from None
