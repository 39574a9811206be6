"""Opening a bot as options or settings say: the same for every command and every face."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.bot import Bot
from bot.settings import Settings
from index import OnRebuild, untold


def opened(
    chosen: Settings | argparse.Namespace,
    *,
    create: bool = True,
    anew: bool = False,
    eager: bool = False,
    on_step: OnRebuild = untold,
) -> Bot:
    """The bot over the index that is chosen, wherever its articles and vectors are; see `Bot.open`."""
    return Bot.open(
        chosen.index,
        database=chosen.database,
        model=chosen.model,
        create=create,
        anew=anew,
        backend=chosen.backend,
        device=chosen.device,
        cache=None if chosen.cache == Path() else chosen.cache,
        reranker=chosen.reranker,
        eager=eager,
        on_step=on_step,
        store=chosen.store,
        milvus_uri=chosen.milvus_uri,
        milvus_token=chosen.milvus_token,
    )
