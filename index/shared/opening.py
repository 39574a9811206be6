"""A shared index put together: what follows the catalogue, what feeds Milvus, and what is searched."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from index.catalogue import Catalogue
from index.errors import IndexDamagedError
from index.inside import Rows
from index.lexical import analyzed
from index.ports import Encoder, Vectors
from index.shared.feeder import Feeder, put
from index.shared.filling import EXACT_UP_TO, Filling
from index.shared.follower import Made, SharedFollower, check_shared_encoder
from index.shared.milvus import Milvus
from index.shared.tables import particulars
from index.shared.view import SharedViews
from index.snapshot import Snapshot, open_snapshot

_logger = logging.getLogger(__name__)


class Shared(NamedTuple):
    """The parts of an index that is searched in Milvus."""

    follower: SharedFollower
    feeder: Feeder
    views: SharedViews


def shared_encoder(catalogue: Catalogue) -> str:
    """The name of the encoder that a shared index was built with; empty before anything was."""
    with catalogue.engine.connect() as connection:
        return particulars(connection).get("encoder", "")


def made_in_files(folder: Path) -> Made:
    """What an index of files has made, opened when it is first asked; nothing where its files are damaged."""

    @cache
    def snapshot() -> Snapshot | None:
        try:
            return open_snapshot(folder)
        except IndexDamagedError as error:
            _logger.warning("passages are encoded anew: %s", error)
            return None

    def made(ids: Sequence[int]) -> Mapping[int, tuple[Vectors, Rows]]:
        files = snapshot()
        return files.kept(ids) if files else {}

    return made


def open_shared(
    folder: Path,
    catalogue: Catalogue,
    encoder: Encoder,
    uri: str,
    token: str = "",
    *,
    anew: bool = False,
    made: Made | None = None,
    exact_up_to: int = EXACT_UP_TO,
) -> Shared:
    """The parts, with Milvus being fed; it need not be there yet. What is `made` of passages is not made again.

    Raises SettingError for an address that is none, EncoderMismatchError for another encoder unless all of it is
    to be encoded `anew`.
    """
    milvus = Milvus(uri, token)
    if not anew:
        with catalogue.engine.connect() as connection:
            check_shared_encoder(particulars(connection), encoder)
    analyze = analyzed()

    def fill(name: str, ids: list[int]) -> object:
        return put(catalogue, milvus, name, ids, analyze)

    filling = Filling(catalogue, milvus, fill, exact_up_to=exact_up_to)
    feeder = Feeder(folder, catalogue, milvus, analyze, filling)
    views = SharedViews(catalogue, milvus, analyze, feeder.stop)
    filling.on_change = views.refresh
    return Shared(SharedFollower(catalogue, encoder, analyze, made), feeder, views)


def keep_vectors(
    catalogue: Catalogue,
    encoder: Encoder,
    made: Made,
    on_kept: Callable[[int, int], None],
) -> None:
    """Keep vectors that were made for an index of files, and have Milvus told; only what is not made is encoded."""
    SharedFollower(catalogue, encoder, analyzed(), made).mend(lambda _: None, on_encoded=on_kept)
