"""The catalogue's database is brought to the tables of today, whatever it was, and loses nothing by it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, text

from index import Article, IndexDamagedError, OpenIndex, open_index
from index.catalogue import Catalogue
from index.database import database_url, open_database
from index.migrations import HEAD
from index.shared.kept import kept_ids
from index.shared.tables import corpus, kept, shared_tables
from index.tables import tables
from tests.postgres import Postgres
from tests.small_encoder import SmallEncoder

EVERY: Any = [tables, shared_tables]  # Any: Alembic says that it takes one, and takes several

# What a catalogue was before languages, hours and Alembic, as its own `.schema` told it.
_OLD = """
CREATE TABLE state (name VARCHAR NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (name));
CREATE TABLE articles (id VARCHAR(32) NOT NULL, version INTEGER NOT NULL, origin TEXT NOT NULL,
  source_key TEXT NOT NULL, author_key TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
  digest VARCHAR(64) NOT NULL, source TEXT NOT NULL, author TEXT NOT NULL, url TEXT NOT NULL, published DATE,
  added_at INTEGER NOT NULL, PRIMARY KEY (id));
CREATE TABLE versions (article_id VARCHAR(32) NOT NULL, version INTEGER NOT NULL, title TEXT NOT NULL,
  text TEXT NOT NULL, digest VARCHAR(64) NOT NULL, source TEXT NOT NULL, author TEXT NOT NULL, url TEXT NOT NULL,
  published DATE, added_at INTEGER NOT NULL, PRIMARY KEY (article_id, version),
  FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE);
CREATE TABLE origins (origin TEXT NOT NULL, article_id VARCHAR(32) NOT NULL, PRIMARY KEY (origin),
  FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE);
CREATE TABLE passages (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, article_id VARCHAR(32) NOT NULL,
  start INTEGER NOT NULL, "end" INTEGER NOT NULL, sentence_ends TEXT NOT NULL,
  FOREIGN KEY(article_id) REFERENCES articles (id) ON DELETE CASCADE);
CREATE TABLE files (path TEXT NOT NULL, size INTEGER NOT NULL, changed INTEGER NOT NULL, articles INTEGER NOT NULL,
  reading INTEGER NOT NULL, PRIMARY KEY (path));
"""


def old_catalogue(path: Path) -> Article:
    """A catalogue of long ago with one article, the fifth that it ever held."""
    article = Article("A title", "One. Two.", id="cafe", origin="/a.txt")
    with sqlite3.connect(path) as database:
        database.executescript(_OLD)
        database.executemany("INSERT INTO state VALUES (?, ?)", [("schema", 1), ("sequence", 7)])
        said = (
            "cafe",
            1,
            "/a.txt",
            "",
            "",
            "A title",
            "One. Two.",
            article.digest,
            "",
            "",
            "",
            None,
            1_700_000_000,
        )
        database.execute(f"INSERT INTO articles VALUES ({', '.join('?' * len(said))})", said)
        database.execute("INSERT INTO origins VALUES ('/a.txt', 'cafe')")
        database.execute("INSERT INTO passages VALUES (5, 'cafe', 0, 9, '4 9')")
    database.close()
    return article


def test_the_steps_lead_to_the_tables_of_today(tmp_path: Path) -> None:
    steps = ScriptDirectory(str(Path(__file__).parent.parent / "index" / "migrations"))
    assert steps.get_current_head() == HEAD
    old_catalogue(tmp_path / "old.sqlite")
    for name in ("new.sqlite", "old.sqlite"):
        engine = open_database(tmp_path / name)
        with engine.connect() as connection:
            there = MigrationContext.configure(connection, opts={"compare_type": False})
            assert compare_metadata(there, EVERY) == [], name
        engine.dispose()


def test_an_index_from_before_the_steps_is_taken_over_whole(tmp_path: Path) -> None:
    article = old_catalogue(tmp_path / "catalogue.sqlite")
    index = open_index(tmp_path, encoder=SmallEncoder())
    assert index.catalogue.article("cafe") == article
    assert index.catalogue.passage_ids().tolist() == [5]
    assert index.catalogue.sequence() == 7
    index.builder.put([Article("B", "Three. Four.", origin="/b.txt")])
    assert index.catalogue.passage_ids().tolist() == [5, 6]
    assert {hit.article.title for hit in index.retriever.search("one two three", 5)} == {"A title", "B"}
    index.close()


@pytest.mark.parametrize("is_shared", [False, True])
@pytest.mark.parametrize("was_fed", [False, True])
def test_an_index_from_before_milvus_tables_had_a_step_is_taken_over_whole(
    tmp_path: Path, postgres: Postgres, is_shared: bool, was_fed: bool
) -> None:
    place = database_url(postgres.new_database()) if is_shared else tmp_path / "catalogue.sqlite"
    engine = open_database(place)
    with engine.begin() as connection:
        shared_tables.drop_all(connection)
        if was_fed:
            shared_tables.create_all(connection)  # as it used to be done, in whatever database
            connection.execute(insert(corpus), {"name": "encoder", "value": "small"})
            connection.execute(insert(kept), {"passage_id": 7, "vector": b"", "inside": b""})
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    engine = open_database(place)
    with engine.connect() as connection:
        there = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(there, EVERY) == []
    assert kept_ids(engine).tolist() == [7] * was_fed
    engine.dispose()


def test_a_catalogue_keeps_its_name(tmp_path: Path) -> None:
    names = set()
    for _ in range(2):
        catalogue = Catalogue(tmp_path / "catalogue.sqlite")
        names.add(catalogue.name)
        catalogue.close()
    other = Catalogue(tmp_path / "other.sqlite")
    names.add(other.name)
    other.close()
    assert len(names) == 2


def test_many_may_open_a_new_or_an_old_database_at_once(tmp_path: Path) -> None:
    old_catalogue(tmp_path / "old.sqlite")
    for name in ("new.sqlite", "old.sqlite"):
        with ThreadPoolExecutor(8) as threads:
            for engine in threads.map(open_database, [tmp_path / name] * 8):
                engine.dispose()


def test_a_database_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    open_database(tmp_path / "catalogue.sqlite").dispose()
    with sqlite3.connect(tmp_path / "catalogue.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(IndexDamagedError, match="later version of Pullquote"):
        open_database(tmp_path / "catalogue.sqlite")


def test_a_database_of_today_is_opened_without_looking_for_steps(opened: OpenIndex) -> None:
    code = f"""
import sys
from pathlib import Path
from index.database import database_url, open_database
open_database(Path({str(opened.folder / "catalogue.sqlite")!r})).dispose()
print([name for name in ("alembic", "psycopg") if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_name_that_no_database_can_hold_finds_nothing(opened: OpenIndex) -> None:
    opened.builder.put([Article("A title", "One. Two.", origin="/a.txt")])
    assert opened.catalogue.summaries(query="A\0title") == []
    assert opened.catalogue.articles(["\0"]) == {}
