"""What may be written behind `python -m bot watch`, and the options of `serve` that have to do with it."""

from __future__ import annotations

import argparse

from bot.settings import Settings
from index import SettingError

_ABOUT = """\
Keep sources in step by themselves, until Ctrl-C.

  python -m bot watch articles/ https://example.com/feed   put these on the list, and watch all that is on it
  python -m bot watch --mail ~/Mail/newsletters            a maildir, or a folder of .eml and .mbox files
  python -m bot watch                                      watch what is on the list already
  python -m bot watch --list                               what is on it, when it was looked at, what came of it
  python -m bot watch --add https://example.com --every 6h put it on the list and end; whoever watches picks it up
  python -m bot watch --remove articles/                   take it off; its articles stay
  python -m bot watch --once                               one look at whatever is due, for cron

A file of a folder is read once two looks, 2 seconds apart, have found it unchanged, so that none is read half-written;
what is gone from the folder is dropped. Websites are asked every hour, or as rarely as they ask for, and not more
often than every 5 minutes. The list is kept with the index.
"""


def add_watch(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Add the command."""
    watch = commands.add_parser(
        "watch",
        parents=[shared],
        help="keep folders, feeds, pages, sitemaps and mail in step by themselves",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    watch.add_argument(
        "sources", nargs="*", metavar="SOURCE", help="a file, a folder, or the URL of a page, feed or sitemap"
    )
    what = watch.add_mutually_exclusive_group()
    what.add_argument("--list", action="store_true", help="show the list and end")
    what.add_argument("--add", action="store_true", help="put the sources on the list and end")
    what.add_argument("--remove", action="store_true", help="take the sources off the list and end")
    what.add_argument("--once", action="store_true", help="look once at whatever is due and end")
    watch.add_argument(
        "--every", type=_span, metavar="SPAN", help="how often to look: 30m, 6h, 1d (default: 1h; folders 15m)"
    )
    watch.add_argument("--mail", action="store_true", help="the sources hold e-mails: each is read once, and kept")
    watch.add_argument(
        "--move-failed", action="store_true", help="move e-mails that cannot be read to a folder named failed"
    )
    watch.add_argument("--allow-private", action="store_true", help="fetch from this machine and its network, too")


def add_watch_of_serve(serve: argparse.ArgumentParser, settings: Settings) -> None:
    """Add the options of `serve`."""
    serve.add_argument(
        "--watch",
        action="append",
        default=list(settings.watch),
        metavar="SOURCE",
        help="put this on the list of what is kept in step (see: watch --help); repeatable",
    )
    serve.add_argument("--no-watch", action="store_true", help="leave keeping in step to another process")


def _span(text: str) -> float:
    from index import every_of  # which no other command needs

    try:
        return every_of(text)
    except SettingError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
