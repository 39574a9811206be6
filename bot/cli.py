"""`python -m bot`: parses, runs one command, and turns what went wrong into one sentence and an exit code."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot import commands, outgoing
from bot.migration import migrate
from bot.options import parser
from bot.settings import Settings
from index import PullquoteError, ServerAwayError

USAGE, FAILED, INTERRUPTED = 2, 3, 130


def _evaluate(options: argparse.Namespace) -> int:
    from bot import examining  # nobody who asks a question shall wait for what draws tables

    return examining.evaluate(options)


def _calibrate(options: argparse.Namespace) -> int:
    from bot import examining

    return examining.calibrate(options)


def _feedback(options: argparse.Namespace) -> int:
    from bot import examining

    return examining.feedback(options)


def _watch(options: argparse.Namespace) -> int:
    from bot import watching

    return watching.watch(options)


COMMANDS: Mapping[str, Callable[..., int]] = {
    "add": commands.add,
    "sync": commands.sync,
    "watch": _watch,
    "remove": commands.remove,
    "list": commands.show,
    "ask": commands.ask,
    "evaluate": _evaluate,
    "calibrate": _calibrate,
    "feedback": _feedback,
    "digest": outgoing.digest,
    "slack": outgoing.slack,
    "verify": commands.verify,
    "migrate": migrate,
    "rebuild": commands.rebuild,
    "serve": commands.serve,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code, as `--help` tells them."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    try:
        settings = Settings.from_environment()
        options = parser(settings).parse_args(arguments)
        options.settings = settings
        if options.command == "serve":
            options.settings = replace(
                settings,
                index=options.index,
                database=options.database,
                model=options.model,
                backend=options.backend,
                reranker=options.reranker,
                device=options.device,
                store=options.store,
                milvus_uri=options.milvus_uri,
                host=options.host,
                port=options.port,
                hosts=tuple(options.allow_host),
                insecure=options.insecure,
                read_only=options.read_only,
                upload_limit=options.upload_limit,
                allow_private=options.allow_private,
                watch=tuple(options.watch),
                auth=options.auth or settings.auth,
            )
        return COMMANDS[options.command](options)
    except ServerAwayError as error:
        sys.stderr.write(f"{error}\n{error.detail}\n")
        return FAILED
    except PullquoteError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; what was taken in so far is kept\n")
        return INTERRUPTED
    except BrokenPipeError:  # `… | head` has seen enough
        sys.stderr.close()
        return 0
