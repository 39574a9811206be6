"""A local index moved to a shared database: its articles copied, its files kept, and shown to find the same."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import URL

from index.catalogue import Catalogue
from index.copying import OnCopied, compare_catalogues, copy_catalogue
from index.database import database_url, shown
from index.errors import IndexBusyError, IndexDamagedError, SettingError
from index.ledger import note_encoder
from index.manifest import read_manifest, write_manifest
from index.opened import OpenIndex, open_index
from index.ports import Encoder

SAMPLE = 50
"""How many passages are asked for before and after."""

LEAST = 0.95
"""Which share of the hits must be the same; between files all are, an engine may order equal scores otherwise."""

_HITS, _ASKED = 10, 300


@dataclass(frozen=True, slots=True)
class Migrated:
    """What was moved to where; `same` is the share of the first ten hits that were the same after as before."""

    place: str
    articles: int
    passages: int
    queries: int
    same: float


def migrate(
    folder: Path, database: str, *, encoder: Encoder | None = None, cache: Path | None = None, on_copied: OnCopied
) -> Migrated:
    """Copy the index in a folder into an empty PostgreSQL database, which the folder follows from then on.

    No vector is made anew. What was cut short goes on where it was. `catalogue.sqlite` stays behind, as it is.
    Raises IndexMissingError, IndexBusyError, ServerAwayError, SettingError where the database holds other articles,
    and IndexDamagedError where the copy is not what it was made from.
    """
    url = database_url(database)
    _check_unmoved(folder, url)
    source = open_index(folder, encoder=encoder, create=False, cache=cache)
    try:
        if not source.catalogue.count()[0]:
            raise SettingError(f"there are no articles in {folder}; add them to the database itself")
        target = Catalogue(url)
        try:
            with source.builder.holding():
                copy_catalogue(source.catalogue, target, on_copied)
                if target.sequence() != source.catalogue.sequence():
                    raise SettingError(
                        f"{shown(url)} has been written to since it was made of {folder}; it is moved"
                    )
                articles = compare_catalogues(source.catalogue, target)
                if target.built_with() is None:
                    note_encoder(target, source.encoder)
                queries = _sample(source)
                before = [_hits(source, query) for query in queries]
            _adopt(folder, source.catalogue, target)
        finally:
            target.close()
        passages = source.catalogue.count()[1]
    finally:
        source.close()
    moved = open_index(folder, encoder=encoder or source.encoder, database=database)
    try:
        after = [_hits(moved, query) for query in queries]
    finally:
        moved.close()
    wanted = sum(map(len, before))
    found = sum(len(set(one) & set(other)) for one, other in zip(before, after, strict=True))
    same = found / wanted if wanted else 1.0
    if same < LEAST:
        raise IndexDamagedError(
            f"of the hits of {len(queries)} passages {same:.1%} are the same in {shown(url)}, expected at least "
            f"{LEAST:.0%}; nothing is lost, {folder / 'catalogue.sqlite'} is as it was"
        )
    return Migrated(shown(url), articles, passages, len(queries), same)


def _check_unmoved(folder: Path, url: URL) -> None:
    """Raises SettingError where the folder follows the database already."""
    manifest, target = read_manifest(folder), Catalogue(url)
    name = target.name
    target.close()
    if manifest and manifest.catalogue == name:
        raise SettingError(f"{folder} has been moved to {shown(url)}; nothing is left to do")


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
