"""The options of where articles are kept and passages found: the index folder, PostgreSQL, Milvus."""

from __future__ import annotations

import argparse

from bot.settings import Settings
from index import STORES


def store_options(shared: argparse.ArgumentParser, settings: Settings) -> None:
    """Add them; the token comes from the environment only."""
    shared.add_argument(
        "--database",
        default=settings.database,
        metavar="URL",
        help="postgresql://USER:PASSWORD@HOST/NAME, which holds the articles in place of the index (docs/scaling.md)",
    )
    shared.add_argument(
        "--store",
        choices=STORES,
        default=settings.store,
        help="what finds passages: files in the index, or Milvus (default: %(default)s)",
    )
    shared.add_argument(
        "--milvus-uri",
        default=settings.milvus_uri,
        metavar="URI",
        help="where Milvus is: http://HOST:19530, or the path of a file.db for Milvus Lite",
    )
    shared.set_defaults(milvus_token=settings.milvus_token)
