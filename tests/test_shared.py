"""An index that is searched in Milvus finds what files would find, and loses nothing however Milvus fares."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select

from bot import Bot
from index import Article, Filters, OpenIndex, ServerAwayError, SettingError, Vectors, open_index, verify
from index.catalogue import Catalogue
from index.lexical import LexicalIndex, Words, analyzed, write_words
from index.shared.address import check_uri
from index.shared.kept import kept_ids, vectors_of
from index.shared.milvus import Milvus
from index.shared.opening import Shared, open_shared
from index.shared.postings import DatabaseWords, rounded
from index.shared.tables import outbox
from index.shared.view import AWAY, FILLING, SharedView
from tests.milvus_server import MilvusServer
from tests.postgres import Postgres
from tests.small_encoder import SmallEncoder

_WORDS = [
    "battery",
    "leaf",
    "car",
    "sun",
    "wind",
    "water",
    "power",
    "plant",
    "engine",
    "road",
    "city",
    "bridge",
    "apple",
    "plum",
    "tree",
    "river",
    "stone",
    "cloud",
]
_QUESTIONS = ("battery car", "river stone cloud", "sun wind water power", "a plum tree in the city")
_OUTAGE = 3.0

Kept = tuple[NDArray[np.int64], Vectors]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MilvusServer]:
    """One server for all tests, each of which has collections of its own."""
    server = MilvusServer(tmp_path_factory.mktemp("milvus"))
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture(params=["lite", "server"])
def uri(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where Milvus is: in a file, and on a server."""
    if request.param == "lite":
        return str(tmp_path / "lite.db")
    return str(request.getfixturevalue("server").uri)


def _articles(many: int, seed: int = 1, start: int = 0) -> list[Article]:
    chosen = random.Random(seed)
    return [
        Article(
            f"Title {number}",
            " ".join(" ".join(chosen.choices(_WORDS, k=8)).capitalize() + "." for _ in range(12)),
            f"Source {number % 3}",
            origin=f"/articles/{number}",
        )
        for number in range(start, start + many)
    ]


@contextmanager
def _opened(folder: Path, uri: str = "") -> Iterator[OpenIndex]:
    store = {"store": "milvus", "milvus_uri": uri} if uri else {}
    index = open_index(folder, encoder=SmallEncoder(), **store)  # type: ignore[arg-type]  # both are texts
    try:
        yield index
    finally:
        index.close()


def _found(index: OpenIndex, filters: Filters | None = None) -> list[list[tuple[int, float]]]:
    return [
        [(hit.passage.id, round(hit.score, 3)) for hit in index.retriever.search(each, 10, filters)]
        for each in _QUESTIONS
    ]


def _nearest(index: OpenIndex) -> list[list[tuple[int, float]]]:
    """What is nearest by meaning, of what the catalogue still has."""
    rank, there = index.retriever.rankers()["dense"], set(index.catalogue.passage_ids().tolist())
    encoded = [[pair for pair in rank(each, 30, None) if pair[0] in there][:10] for each in _QUESTIONS]
    return [[(i, round(score, 5)) for i, score in ranking] for ranking in encoded]


def _view(index: OpenIndex) -> SharedView:
    view = index.retriever.snapshot
    assert isinstance(view, SharedView)
    return view


def _until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.1)


def _is_fed(index: OpenIndex) -> bool:
    """Whether Milvus has all of it, so that nothing is searched beside it any more."""
    view = _view(index)
    collection, milvus = view.vectors.collection, view.vectors.milvus
    with index.catalogue.engine.connect() as connection:
        waiting = connection.execute(select(outbox.c.id).where(outbox.c.fed_at.is_(None))).first()
    if waiting or collection is None or milvus.is_away:
        return False
    return milvus.count(collection.name) == index.catalogue.count()[1]


def _in_milvus(index: OpenIndex, question: str, allowed: NDArray[np.int64] | None = None) -> list[int]:
    """What Milvus itself finds, without what is searched beside it."""
    view = _view(index)
    assert view.vectors.collection is not None
    vector = SmallEncoder().encode_queries([question])[0]
    return [i for i, _ in view.vectors.milvus.nearest(view.vectors.collection, vector, 10, allowed)]


def test_the_same_is_found_as_in_files_at_once_and_once_milvus_has_it(tmp_path: Path, uri: str) -> None:
    articles = _articles(40)
    with _opened(tmp_path / "files") as files, _opened(tmp_path / "shared", uri) as shared:
        assert shared.builder.put(articles) == files.builder.put(articles)
        assert _found(shared) == _found(files)
        _until(lambda: _is_fed(shared))
        only = Filters(sources=("Source 1",))
        assert _found(shared, only) == _found(files, only)
        exact = [[i for i, _ in files.retriever.rankers()["dense"](each, 10, None)] for each in _QUESTIONS]
        _until(lambda: [_in_milvus(shared, each) for each in _QUESTIONS] == exact, 15)
        changed = [replace(each, text=f"Zebras. {each.text}") for each in articles[:3]]
        for index in (files, shared):
            index.builder.put(changed)
            index.builder.remove(["/articles/7", "/articles/8"])
        assert _nearest(shared) == _nearest(files)  # tantivy counts what was removed until it merges: BM25 differs
        assert shared.retriever.search("zebras", 9)[0].text.startswith("Zebras")
        _until(lambda: _is_fed(shared))
        assert verify(shared) == []


@pytest.mark.parametrize("farthest", [2_000, 3])
def test_filters_that_leave_more_than_an_expression_holds_are_kept_all_the_same(
    tmp_path: Path, uri: str, farthest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _opened(tmp_path / "index", uri) as index:
        index.builder.put(_articles(40))
        _until(lambda: _is_fed(index))
        only = Filters(sources=("Source 1",))
        expected = _in_milvus(index, _QUESTIONS[0], index.catalogue.allowed(only))
        monkeypatch.setattr("index.shared.milvus._MOST_ALLOWED", 5)
        monkeypatch.setattr("index.shared.milvus._FARTHEST", farthest)
        assert len(expected) == 10
        assert _in_milvus(index, _QUESTIONS[0], index.catalogue.allowed(only)) == expected


def test_a_question_that_milvus_cannot_answer_is_answered_soon_with_a_notice(
    tmp_path: Path, server: MilvusServer
) -> None:
    index = open_index(tmp_path / "index", encoder=SmallEncoder(), store="milvus", milvus_uri=server.uri)
    with Bot(index) as bot:
        index.builder.put(_articles(20))
        _until(lambda: _is_fed(index))
        assert bot.ask("battery car").notes == ()
        server.hold()
        try:
            for question in ("river stone", "battery car"):  # the second was answered before, and is told anew
                began = time.monotonic()
                answer = bot.ask(question)
                assert time.monotonic() - began < _OUTAGE
                assert AWAY in answer.notes
                assert answer.quotes or answer.nearest
            index.builder.put(_articles(5, seed=2, start=50))
            assert "/articles/52" in {hit.article.origin for hit in index.retriever.search("Title 52", 10)}
            with pytest.raises(ServerAwayError, match="does not answer just now"):
                verify(index)
        finally:
            server.go_on()
        _until(lambda: index.retriever.notice() == "" and _is_fed(index))
        assert bot.ask("river stone").notes == ()


def test_nothing_that_was_acknowledged_is_lost_when_milvus_is_killed_while_it_is_fed(
    tmp_path: Path, server: MilvusServer
) -> None:
    with _opened(tmp_path / "index", server.uri) as index:
        for at in range(6):
            index.builder.put(_articles(20, seed=at, start=20 * at))
            if at == 3:
                server.kill()
        assert len(index.retriever.search("Title 110", 10)) == 10
    with _opened(tmp_path / "index", server.uri) as index:  # without Milvus, and it opens
        assert index.catalogue.count()[0] == 120
        server.start()
        _until(lambda: _is_fed(index))
        assert verify(index) == []


def test_it_is_told_while_milvus_lacks_more_than_is_searched_beside_it(
    tmp_path: Path, uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.shared.view.MOST_TAIL", 5)
    monkeypatch.setattr("index.shared.feeder.Feeder._fed_once", lambda feeder: False)  # as if it took its time
    index = open_index(tmp_path / "index", encoder=SmallEncoder(), store="milvus", milvus_uri=uri)
    with Bot(index) as bot:
        index.builder.put(_articles(20))
        assert FILLING in bot.ask("battery car").notes
        monkeypatch.undo()
        _until(lambda: _is_fed(index))
        assert bot.ask("battery car").notes == ()


def test_what_a_writer_that_was_killed_left_in_the_outbox_is_fed_by_the_next(tmp_path: Path) -> None:
    uri = str(tmp_path / "lite.db")
    with _opened(tmp_path / "index", "http://127.0.0.1:9") as index:  # nobody is there: nothing is fed
        index.builder.put(_articles(10))
        index.builder.remove(["/articles/3"])
    with _opened(tmp_path / "index", uri) as index:
        _until(lambda: _is_fed(index))
        assert verify(index) == []
    with _opened(tmp_path / "index", uri) as index:
        assert index.retriever.search("Title 5", 1)[0].article.title == "Title 5"
        assert _in_milvus(index, "Title 5")
        assert index.retriever.notice() == ""


def test_lists_of_vectors_are_searched_once_they_find_enough(tmp_path: Path, uri: str) -> None:
    with _opened(tmp_path / "index", "http://127.0.0.1:9") as index:
        index.builder.put(_articles(150))
    with _catalogue_of(tmp_path / "index", uri, exact_up_to=200) as (index, shared):
        _until(
            lambda: bool(shared.views.current.vectors.collection and shared.views.current.vectors.collection.probes)
        )
        view = shared.views.current
        assert view.vectors.collection is not None
        ids, vectors = index
        queries = SmallEncoder().encode_queries(
            [" ".join(random.Random(i).choices(_WORDS, k=4)) for i in range(40)]
        )
        shares = []
        for query in queries:
            true = set(ids[np.argsort(-(vectors @ query), kind="stable")[:10]].tolist())
            shares.append(
                len(true & {i for i, _ in view.vectors.milvus.nearest(view.vectors.collection, query, 10)}) / 10
            )
        assert np.mean(shares) >= 0.95
        by_words = view.rankers(SmallEncoder())["lexical"]("plum tree", 10, None)
        exact = view.words.search("plum tree", 10)
        assert view.vectors.milvus.has_words == uri.endswith(".db")
        assert len({i for i, _ in by_words} & {i for i, _ in exact}) >= 8


@contextmanager
def _catalogue_of(folder: Path, uri: str, exact_up_to: int) -> Iterator[tuple[Kept, Shared]]:
    """All vectors that are kept, and the parts of a shared index that goes over to lists so soon."""
    catalogue = Catalogue(folder / "catalogue.sqlite")
    shared = open_shared(folder, catalogue, SmallEncoder(), uri, exact_up_to=exact_up_to)
    shared.feeder.begin()
    try:
        yield vectors_of(catalogue.engine, kept_ids(catalogue.engine).tolist()), shared
    finally:
        shared.views.close()
        catalogue.close()


def test_words_are_scored_in_the_database_as_they_are_in_files(tmp_path: Path) -> None:
    articles = [*_articles(30), Article("Long", " ".join(_WORDS * 40) + ".", origin="/long")]
    with _opened(tmp_path / "index", "http://127.0.0.1:9") as index:
        index.builder.put(articles)
        held = index.catalogue.passages(index.catalogue.passage_ids().tolist())
        of = index.catalogue.articles({each.article_id for each in held.values()})
        write_words(
            tmp_path,
            [
                Words(i, f"{of[p.article_id].title}\n{of[p.article_id].text[p.start : p.end]}")
                for i, p in held.items()
            ],
            [],
        )
        files, database = LexicalIndex(tmp_path), DatabaseWords(index.catalogue.engine, analyzed())
        for question in (*_QUESTIONS, "Title 7", "nothing of the kind"):
            one, other = files.search(question, 200), database.search(question, 200)
            assert dict(other) == pytest.approx(dict(one), rel=1e-4)
        some = np.array([3, 5, 8], np.int64)
        assert [i for i, _ in database.search("tree", 9, some)] == [i for i, _ in files.search("tree", 9, some)]


@pytest.mark.parametrize(("length", "kept"), [(0, 0), (39, 39), (40, 40), (41, 40), (57, 56), (63, 60), (90, 88)])
def test_lengths_are_rounded_as_tantivy_rounds_them(length: int, kept: int) -> None:
    assert rounded(length) == kept


@pytest.mark.parametrize(
    "uri", ["", "milvus:19530", "http://me:secret@host:19530", "ftp://host", "/tmp/file.sqlite"]
)
def test_an_address_that_is_none_is_refused_without_its_secrets(uri: str) -> None:
    with pytest.raises(SettingError) as refused:
        check_uri(uri)
    assert "--milvus-uri" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_a_token_is_shown_nowhere() -> None:
    milvus = Milvus("http://127.0.0.1:9", "root:hidden")
    assert "hidden" not in repr(milvus)
    milvus.close()


def test_another_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="expected one of: faiss, milvus"):
        open_index(tmp_path / "index", store="chroma")


def test_what_one_machine_writes_another_with_a_folder_of_its_own_finds_at_once(
    tmp_path: Path, postgres: Postgres, uri: str
) -> None:
    database = postgres.new_database()
    where = {"database": database, "store": "milvus"}
    away = "http://127.0.0.1:9"  # Milvus Lite is for one process: whoever comes second does without
    here = open_index(tmp_path / "here", encoder=SmallEncoder(), milvus_uri=uri, **where)  # type: ignore[arg-type]
    there = open_index(
        tmp_path / "there",
        encoder=SmallEncoder(),
        milvus_uri=uri if uri.startswith("http") else away,
        **where,  # type: ignore[arg-type]
    )
    try:
        here.builder.put(_articles(20))
        assert there.retriever.search("Title 12", 1)[0].article.title == "Title 12"
        _until(lambda: _is_fed(here))
        there.builder.put([Article("Zebras", "Zebras graze.", origin="/zebras")])
        assert here.retriever.search("zebras", 1)[0].article.title == "Zebras"
        there.builder.remove(["/zebras"])
        assert "Zebras" not in [hit.article.title for hit in here.retriever.search("zebras", 5)]
        if uri.startswith("http"):
            _until(lambda: _is_fed(there))
            assert _found(here) == _found(there)
    finally:
        there.close()
        here.close()


@contextmanager
def _worker(folder: Path, database: str, uri: str) -> Iterator[httpx.Client]:
    """A client of `serve` in a process of its own."""
    environment = {
        **os.environ,
        "PULLQUOTE_DATABASE": database,
        "PULLQUOTE_STORE": "milvus",
        "PULLQUOTE_MILVUS_URI": uri,
    }
    command = [sys.executable, "-m", "bot", "serve", "--port", "0", "--index", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stderr is not None
        try:
            said = next((line for line in process.stderr if "Pullquote is at" in line), "it ended")
            with httpx.Client(base_url=said.split()[-1], timeout=60) as client:
                _until(lambda: client.get("/health").status_code == 200)
                yield client
        finally:
            process.terminate()


def test_workers_serve_one_corpus(tmp_path: Path, postgres: Postgres, server: MilvusServer) -> None:
    database = postgres.new_database()
    text = "The lighthouse of Warnemünde was built in 1897. It is open to visitors from May to October."
    question = {"question": "When was the lighthouse of Warnemünde built?"}
    with (
        _worker(tmp_path / "one", database, server.uri) as one,
        _worker(tmp_path / "other", database, server.uri) as other,
    ):
        assert not other.post("/v1/ask", json=question).json()["answered"]
        added = one.post("/v1/articles", json={"title": "The lighthouse", "text": text})
        assert added.status_code == 200
        answer = other.post("/v1/ask", json=question).json()
        assert answer["quotes"][0]["text"].startswith("The lighthouse of Warnemünde was built in 1897.")
        article = answer["quotes"][0]["article"]["id"]
        assert other.delete(f"/v1/articles/{article}").status_code == 200
        assert not one.post("/v1/ask", json=question).json()["answered"]
