"""`migrate`: a local index moved to a shared database, told as it goes."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import index
from index import SettingError


def migration_options(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Add the command to those of the parser."""
    commands.add_parser(
        "migrate",
        parents=[shared],
        help="copy the index into a --database, to Milvus, or both, verified; nothing is encoded again",
    )


def migrate(options: argparse.Namespace) -> int:
    """Copy the index at --index into --database, and say what it holds now."""
    if not options.database and options.store == "faiss":
        raise SettingError(
            "migrate needs to know where to; expected --database postgresql://USER:PASSWORD@HOST/NAME, "
            "or --store milvus --milvus-uri URI, or both"
        )
    cache = None if options.cache == Path() else options.cache
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("copying", total=None)
        moved = index.migrate(
            options.index,
            options.database,
            store=options.store,
            milvus_uri=options.milvus_uri,
            milvus_token=options.milvus_token,
            cache=cache,
            on_copied=lambda rows, total: bar.update(task, completed=rows, total=total),
        )
    if options.json:
        record = {
            "place": moved.place, "articles": moved.articles, "passages": moved.passages,
            "queries": moved.queries, "same": round(moved.same, 4),
        }  # fmt: skip
        sys.stdout.write(json.dumps(record, indent=1) + "\n")
        return 0
    lines = [
        f"{moved.articles:,} articles and {moved.passages:,} passages are in {moved.place}, each under its digest.",
        f"{moved.queries:,} passages were asked for before and after: {moved.same:.1%} of the hits are the same.",
        "From now on, give every command the same options, or set PULLQUOTE_DATABASE, PULLQUOTE_STORE and "
        "PULLQUOTE_MILVUS_URI.",
    ]
    if options.database:
        lines.append(f"{options.index / 'catalogue.sqlite'} is no longer read; keep it until you are sure.")
    sys.stdout.write("\n".join(lines) + "\n")
    return 0
