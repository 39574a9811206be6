"""A local index moved to a shared database: its articles copied, its files kept, and shown to find the same."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import URL

from index.catalogue import Catalogue
from index.copying import OnCopied, compare_catalogues, copy_catalogue
from index.database import database_url, shown
from index.errors import IndexBusyError, IndexDamagedError, ServerAwayError, SettingError
from index.ledger import note_encoder
from index.manifest import read_manifest, write_manifest
from index.opened import OpenIndex, open_index
from index.ports import Encoder
from index.shared.opening import keep_vectors
from index.shared.view import SharedView

SAMPLE = 50
"""How many passages are asked for before and after."""

LEAST = 0.95
"""Which share of the hits must be the same; between files all are, an engine may order equal scores otherwise."""

_HITS, _ASKED = 10, 300
_GLANCE = 0.2


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was moved to where; `same` is the share of the first ten hits that were the same after as before."""

    place: str
    articles: int
    passages: int
    queries: int
    same: float


def migrate(
    folder: Path,
    database: str = "",
    *,
    store: str = "faiss",
    milvus_uri: str = "",
    milvus_token: str = "",
    encoder: Encoder | None = None,
    cache: Path | None = None,
    on_copied: OnCopied,
) -> Migrated:
    """Copy the index in a folder into an empty PostgreSQL database, its vectors to Milvus, or both.

    The folder follows the database from then on. No vector is made anew. What was cut short goes on where it was.
    `catalogue.sqlite` stays behind, as it is. Raises IndexMissingError, IndexBusyError, ServerAwayError, SettingError
    where the database holds other articles, and IndexDamagedError where the copy is not what it was made from.
    """
    url = database_url(database) if database else None
    is_there = url is not None and _is_moved(folder, url)
    if store == "faiss" and (url is None or is_there):
        raise SettingError(f"{folder} is where it shall be; nothing is left to do")
    source = open_index(folder, encoder=encoder, create=False, cache=cache, database=database if is_there else "")
    target = source.catalogue if url is None or is_there else Catalogue(url)
    place = " and ".join(each for each in (shown(url) if url else "", milvus_uri) if each)
    try:
        articles, passages = source.catalogue.count()
        if not articles:
            raise SettingError(f"there are no articles in {folder}; add them where they are to be")
        with source.builder.holding():
            if target is not source.catalogue:
                copy_catalogue(source.catalogue, target, on_copied)
                if target.sequence() != source.catalogue.sequence():
                    raise SettingError(f"{place} has been written to since it was made of {folder}; it is moved")
                compare_catalogues(source.catalogue, target)
                if target.built_with() is None:
                    note_encoder(target, source.encoder)
            if store == "milvus":
                keep_vectors(target, source.encoder, source.retriever.snapshot.kept, on_copied)
            queries = _sample(source)
            before = [_hits(source, query) for query in queries]
        if target is not source.catalogue:
            _adopt(folder, source.catalogue, target)
    finally:
        target.close()
        source.close()
    moved = open_index(
        folder,
        encoder=encoder or source.encoder,
        database=database,
        store=store,
        milvus_uri=milvus_uri,
        milvus_token=milvus_token,
    )
    try:
        _wait_until_fed(moved, passages, milvus_uri, on_copied)
        after = [_hits(moved, query) for query in queries]
    finally:
        moved.close()
    return Migrated(place, articles, passages, len(queries), _checked(before, after, place))


def _wait_until_fed(moved: OpenIndex, passages: int, place: str, on_fed: OnCopied) -> None:
    """Until Milvus has been told of every passage; raises ServerAwayError where it is not there."""
    while isinstance(view := moved.retriever.snapshot, SharedView) and (waiting := view.vectors.waiting()):
        if view.vectors.milvus.is_away:
            raise ServerAwayError("the engine for vectors", place, "it is not fed yet")
        on_fed(max(0, passages - waiting), passages)
        time.sleep(_GLANCE)


def _checked(before: list[list[int]], after: list[list[int]], place: str) -> float:
    """The share of the hits that are the same; raises IndexDamagedError where they are too few."""
    wanted = sum(map(len, before))
    found = sum(len(set(one) & set(other)) for one, other in zip(before, after, strict=True))
    same = found / wanted if wanted else 1.0
    if same < LEAST:
        raise IndexDamagedError(
            f"of the hits of {len(before)} passages {same:.1%} are the same in {place}, expected at least "
            f"{LEAST:.0%}; nothing is lost, the index folder's catalogue is as it was"
        )
    return same


def _is_moved(folder: Path, url: URL) -> bool:
    """Whether the folder follows the database already."""
    manifest, target = read_manifest(folder), Catalogue(url)
    name = target.name
    target.close()
    return manifest is not None and manifest.catalogue == name


def _sample(index: OpenIndex) -> list[str]:
    """Some passages, as queries; the same ones each time."""
    ids = index.catalogue.passage_ids().tolist()
    chosen = random.Random(0).sample(ids, min(SAMPLE, len(ids)))
    passages, articles = index.catalogue.passages_in_articles(chosen)
    return [articles[each.article_id].text[each.start : each.end][:_ASKED] for each in passages.values()]


def _hits(index: OpenIndex, query: str) -> list[int]:
    return [hit.passage.id for hit in index.retriever.search(query, _HITS)]


def _adopt(folder: Path, source: Catalogue, target: Catalogue) -> None:
    """Have the files of the folder, made from the source, follow the copy of it."""
    try:
        with FileLock(folder / "write.lock", timeout=0):
            manifest = read_manifest(folder)
            if manifest and source.is_named(manifest.catalogue) and manifest.sequence == target.sequence():
                write_manifest(folder, replace(manifest, catalogue=target.name))
    except Timeout as error:
        raise IndexBusyError(f"another process is writing to {folder}; migrate once more") from error
