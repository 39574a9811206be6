"""`migrate` copies an index into PostgreSQL whole, encodes nothing, goes on where it was cut short, and proves it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import update

from index import (
    Article,
    EncoderMismatchError,
    IndexBusyError,
    IndexDamagedError,
    ServerAwayError,
    SettingError,
    migrate,
    open_index,
)
from index.catalogue import Catalogue
from index.copying import compare_catalogues, copied_tables, copy_catalogue
from index.database import database_url
from index.tables import articles
from tests.conftest import article
from tests.postgres import Postgres
from tests.small_encoder import SmallEncoder

WORDS = [
    "gecko",
    "wall",
    "night",
    "rain",
    "river",
    "bridge",
    "tower",
    "harbour",
    "winter",
    "coffee",
    "market",
    "garden",
    "engine",
    "violin",
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of many articles, one of them in its second version, the last of them gone again."""
    index = open_index(tmp_path / "local", encoder=SmallEncoder())
    many = [
        article(
            f"The {one} is near the {other}. Nobody knows why {one} {number} is there.", f"/{one}/{number}", one
        )
        for number, one in enumerate(WORDS)
        for other in WORDS[:3]
    ]
    index.builder.put(many[::3])
    index.builder.put([article("The gecko left the wall.", "/gecko/0", "gecko")])
    index.builder.put([article("Gone.", "/gone")])
    index.builder.remove(["/gone"])
    index.close()
    return tmp_path / "local"


@pytest.fixture
def database(postgres: Postgres) -> str:
    return postgres.new_database()


def untold(_: int, __: int) -> None:
    """Nobody wants to know."""


class Stopped(Exception):
    """The copying is cut short."""


def test_an_index_is_moved_whole_and_encodes_nothing(folder: Path, database: str) -> None:
    encoder = SmallEncoder()
    before = open_index(folder, encoder=encoder)
    last = max(before.catalogue.passage_ids())
    hits = [hit.passage for hit in before.retriever.search("gecko wall", 5)]
    before.close()
    told: list[tuple[int, int]] = []
    moved = migrate(folder, database, encoder=encoder, on_copied=lambda rows, total: told.append((rows, total)))
    assert (moved.articles, moved.same, "***" in moved.place) == (len(WORDS), 1.0, True)
    assert told[-1][0] == told[-1][1] > 0
    assert encoder.encoded == []
    after = open_index(folder, encoder=encoder, database=database)
    assert [hit.passage for hit in after.retriever.search("gecko wall", 5)] == hits
    assert after.catalogue.versions(hits[0].article_id) == [1, 2]
    after.builder.put([article("A new one.", "/new")])
    assert max(after.catalogue.passage_ids()) > last + 1  # the id of what is gone is not given again
    after.close()
    with pytest.raises(SettingError, match="nothing is left to do"):
        migrate(folder, database, encoder=encoder, on_copied=untold)


def test_a_copy_that_was_cut_short_goes_on_and_is_not_opened_before(
    folder: Path, database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("index.copying._LONG", 5)
    monkeypatch.setattr("index.copying._SAID", {"articles": 5, "versions": 5})
    monkeypatch.setattr("index.copying._SHORT", 5)

    def stop(rows: int, total: int) -> None:
        if rows >= total // 2:
            raise Stopped

    with pytest.raises(Stopped):
        migrate(folder, database, encoder=SmallEncoder(), on_copied=stop)
    with pytest.raises(IndexBusyError, match="python -m bot migrate"):
        open_index(tmp_path / "other", encoder=SmallEncoder(), database=database)
    told: list[int] = []
    migrate(folder, database, encoder=SmallEncoder(), on_copied=lambda rows, total: told.append(rows))
    assert told[0] >= told[-1] // 2


def test_what_changed_since_a_copy_was_cut_short_is_in_the_next_one(folder: Path, database: str) -> None:
    def stop(rows: int, total: int) -> None:
        if rows:
            raise Stopped

    with pytest.raises(Stopped):
        migrate(folder, database, encoder=SmallEncoder(), on_copied=stop)
    index = open_index(folder, encoder=SmallEncoder())
    index.builder.put([article("The violin is new.", "/violin/13", "violin")])
    index.close()
    migrate(folder, database, encoder=SmallEncoder(), on_copied=untold)
    moved = open_index(folder, encoder=SmallEncoder(), database=database)
    assert moved.retriever.search("violin new", 1)[0].text == "The violin is new."
    moved.close()


def test_a_database_with_other_articles_is_left_alone(folder: Path, database: str, tmp_path: Path) -> None:
    other = open_index(tmp_path / "other", encoder=SmallEncoder(), database=database)
    other.builder.put([Article("Mine", "Mine.", origin="/mine")])
    other.close()
    with pytest.raises(SettingError, match="holds articles already"):
        migrate(folder, database, encoder=SmallEncoder(), on_copied=untold)


def test_a_copy_that_differs_in_one_letter_is_noticed(folder: Path, database: str) -> None:
    source, target = Catalogue(folder / "catalogue.sqlite"), Catalogue(database_url(database))
    copy_catalogue(source, target, untold)
    assert compare_catalogues(source, target) == len(WORDS)
    assert "passages" in {table.name for table in copied_tables()}
    with target.engine.begin() as connection:
        connection.execute(update(articles).where(articles.c.title == "rain").values(author="Somebody"))
    with pytest.raises(IndexDamagedError, match="articles differ"):
        compare_catalogues(source, target)
    source.close()
    target.close()


@pytest.mark.parametrize("is_shared", [False, True])
def test_vectors_are_moved_to_milvus_and_none_is_made_anew(folder: Path, database: str, is_shared: bool) -> None:
    encoder, uri = SmallEncoder(), str(folder.parent / "milvus.db")
    address = database if is_shared else ""
    moved = migrate(folder, address, store="milvus", milvus_uri=uri, encoder=encoder, on_copied=untold)
    assert moved.same >= 0.95
    assert encoder.encoded == []
    after = open_index(folder, encoder=encoder, create=False, database=address, store="milvus", milvus_uri=uri)
    assert after.retriever.search("gecko wall", 1)[0].text == "The gecko left the wall."
    after.close()


def test_a_move_to_a_milvus_that_is_away_is_told_and_goes_on_once_it_is_there(folder: Path, database: str) -> None:
    away, uri = "http://127.0.0.1:9", str(folder.parent / "milvus.db")
    encoder = SmallEncoder()
    with pytest.raises(ServerAwayError, match="does not answer just now"):
        migrate(folder, database, store="milvus", milvus_uri=away, encoder=encoder, on_copied=untold)
    moved = migrate(folder, database, store="milvus", milvus_uri=uri, encoder=encoder, on_copied=untold)
    assert (moved.articles, moved.same >= 0.95) == (len(WORDS), True)
    assert encoder.encoded == []


def test_an_index_of_files_that_is_opened_with_milvus_encodes_nothing_again(folder: Path) -> None:
    where = {"store": "milvus", "milvus_uri": str(folder.parent / "milvus.db")}
    with pytest.raises(EncoderMismatchError, match="was built with small"):
        open_index(folder, encoder=Other(), **where)  # type: ignore[arg-type]  # both are texts
    encoder = SmallEncoder()
    opened = open_index(folder, encoder=encoder, **where)  # type: ignore[arg-type]
    assert opened.retriever.search("gecko wall", 1)[0].text == "The gecko left the wall."
    ids = opened.catalogue.passage_ids().tolist()
    assert list(opened.retriever.snapshot.kept(ids)) == ids
    assert encoder.encoded == []
    opened.builder.put([article("A new one.", "/new")])
    assert [text for text in encoder.encoded if "new" not in text] == []
    opened.close()


def test_what_files_of_an_index_have_lost_is_encoded_again_for_milvus(folder: Path) -> None:
    for file in (folder / "generations").rglob("vectors*"):
        file.write_bytes(b"not what was written")
    encoder = SmallEncoder()
    uri = str(folder.parent / "milvus.db")
    opened = open_index(folder, encoder=encoder, store="milvus", milvus_uri=uri)
    assert len(encoder.encoded) == len(opened.catalogue.passage_ids())
    opened.close()


class Other(SmallEncoder):
    """Another model, by its weights."""

    name = "other"
    digest = hashlib.sha256(b"other").hexdigest()
