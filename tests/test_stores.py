"""The promises of every vector store, and of the sentence and word files beside it, over generations."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.generation import damaged_files, generation_folder, next_generation
from index.lexical import LexicalIndex, Words, write_words
from index.manifest import Manifest, read_manifest
from index.ports import Vectors, VectorStore
from index.stores.faiss import FaissStore, write_vectors
from index.stores.sentences import SentenceStore, write_sentences


def unit_rows(n: int, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((n, 32))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


class Faiss:
    """Writes generations of a FAISS store, as a build does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = Manifest("small", "0", 32)

    def write(self, ids: list[int], vectors: Vectors, gone: list[int]) -> VectorStore:
        with next_generation(self.folder, self.manifest, 0) as place:
            write_vectors(place, self.manifest.generation + 1, ids, vectors, gone)
        found = read_manifest(self.folder)
        assert found is not None
        self.manifest = found
        return FaissStore.open(generation_folder(self.folder, self.manifest.generation))


@pytest.fixture(params=[Faiss])
def writer(request: pytest.FixtureRequest, tmp_path: Path) -> Faiss:
    made = request.param(tmp_path)
    assert isinstance(made, Faiss)
    return made


NOTHING = np.zeros((0, 32), np.float32)


def test_the_nearest_come_first_and_equal_ones_by_id(writer: Faiss) -> None:
    rows = unit_rows(3)
    store = writer.write([7, 5, 9], np.stack([rows[0], rows[0], rows[1]]), [])
    ranking = store.search(rows[0], 3)
    assert [i for i, _ in ranking] == [5, 7, 9]
    assert ranking[0][1] == pytest.approx(1, abs=1e-3)
    assert ranking[2][1] == pytest.approx(float(rows[0] @ rows[1]), abs=1e-3)


def test_a_vector_is_given_back_by_its_id(writer: Faiss) -> None:
    rows = unit_rows(30)
    writer.write([20, 10, 30], rows[:3], [])
    store = writer.write([11, 5], rows[3:5], [20])
    assert [i for i in range(40) if store.vector(i) is not None and i != 20] == [5, 10, 11, 30]
    found = store.vector(10)
    assert found is not None
    assert found == pytest.approx(rows[1], abs=1e-3)


def test_an_empty_store_finds_nothing(writer: Faiss) -> None:
    store = writer.write([], NOTHING, [])
    assert (len(store), store.search(unit_rows(1)[0], 5), store.ids().tolist()) == (0, [], [])


def test_only_what_is_allowed_is_found(writer: Faiss) -> None:
    rows = unit_rows(6)
    store = writer.write([1, 2, 3, 4, 5, 6], rows, [2])
    assert {i for i, _ in store.search(rows[0], 6, np.array([1, 2, 4], np.int64))} == {1, 4}
    assert store.search(rows[0], 6, np.array([], np.int64)) == []


def test_many_small_writes_find_what_one_large_write_finds(writer: Faiss) -> None:
    rows = unit_rows(300)
    chance = random.Random(1)
    held: dict[int, NDArray[np.float32]] = {}
    at = 0
    store: VectorStore = writer.write([], NOTHING, [])
    while at < len(rows):
        many = min(chance.randint(1, 25), len(rows) - at)
        gone = chance.sample(sorted(held), min(len(held), chance.randint(0, 8)))
        ids = list(range(at, at + many))
        store = writer.write(ids, rows[at : at + many], gone)
        held.update(zip(ids, rows[at : at + many], strict=True))
        for each in gone:
            del held[each]
        at += many
    assert store.ids().tolist() == sorted(held)
    assert len(store) == len(held)
    ids = sorted(held)
    exact = np.stack([held[i].astype(np.float16).astype(np.float32) for i in ids])
    for query in unit_rows(20, seed=2):
        scores = exact @ query
        best = sorted(range(len(ids)), key=lambda row: -scores[row])[:10]
        found = store.search(query, 10)
        assert [i for i, _ in found] == [ids[row] for row in best]
        assert [s for _, s in found] == pytest.approx([float(scores[row]) for row in best], abs=1e-5)
    assert len(list(generation_folder(writer.folder, writer.manifest.generation).glob("*.faiss"))) <= 6


def test_a_generation_that_is_open_does_not_change_when_the_next_is_written(writer: Faiss) -> None:
    rows = unit_rows(8)
    first = writer.write([1, 2, 3, 4], rows[:4], [])
    before = first.search(rows[0], 4)
    writer.write([5, 6, 7, 8], rows[4:], [1, 2])
    assert first.search(rows[0], 4) == before


def test_sentence_vectors_come_back_within_a_byte(tmp_path: Path) -> None:
    held = {i: unit_rows(1 + i % 5, seed=i) for i in range(1, 60)}
    for number, ids in enumerate([list(range(1, 30)), [31, 30], list(range(32, 60))], start=1):
        write_sentences(tmp_path, number, ids, [held[i] for i in ids], gone={3} if number == 3 else set())
    store = SentenceStore.open(tmp_path)
    for i, vectors in held.items():
        found = store.vectors(i)
        if i != 3:
            assert found is not None
            assert (found * vectors).sum(axis=1) == pytest.approx(np.ones(len(vectors)), abs=1e-3)
    assert store.vectors(999) is None


def test_words_are_found_by_their_stems_and_stop_words_are_not(tmp_path: Path) -> None:
    write_words(tmp_path, [Words(1, "The partnership was announced."), Words(2, "Nothing here.")], [])
    index = LexicalIndex(tmp_path)
    assert [i for i, _ in index.search("announcing partnerships", 5)] == [1]
    assert index.search("the was", 5) == []
    assert index.search("", 5) == []
    assert index.search('text:* AND (")~1^ OR', 5) == []


def test_bm25_is_what_its_formula_says(tmp_path: Path) -> None:
    texts = ["apple banana", "apple apple cherry plum", "plum"]
    write_words(tmp_path, [Words(i, text) for i, text in enumerate(texts, start=1)], [])
    index = LexicalIndex(tmp_path)
    # idf = ln(1 + (3 - 2 + .5) / (2 + .5)) = ln 1.6; the mean length is 7/3 words.
    idf = float(np.log(1.6))
    assert index.idf("appl") == pytest.approx(idf)
    expected = {
        1: idf * 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 2 / (7 / 3))),
        2: idf * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 4 / (7 / 3))),
    }
    assert dict(index.search("apple", 5)) == pytest.approx(expected, rel=1e-4)


def test_words_that_went_are_not_found_and_filters_do_not_change_scores(tmp_path: Path) -> None:
    write_words(tmp_path, [Words(i, "apple pie") for i in range(1, 6)], [])
    write_words(tmp_path, [Words(6, "apple pie")], [2])
    index = LexicalIndex(tmp_path)
    assert index.ids().tolist() == [1, 3, 4, 5, 6]
    everything = dict(index.search("apple", 9))
    assert index.search("apple", 9, np.array([2, 3, 6], np.int64)) == [(3, everything[3]), (6, everything[6])]


def test_a_single_flipped_bit_in_any_file_is_seen_before_it_is_loaded(tmp_path: Path) -> None:
    with next_generation(tmp_path, Manifest("small", "0", 32), 1) as place:
        write_vectors(place, 1, [1, 2], unit_rows(2), [])
        write_sentences(place, 1, [1, 2], [unit_rows(2), unit_rows(3)], [])
        write_words(place, [Words(1, "apple"), Words(2, "plum")], [])
    manifest = read_manifest(tmp_path)
    assert manifest is not None
    assert damaged_files(tmp_path, manifest) == []
    chance = random.Random(3)
    for name in manifest.files:
        path = generation_folder(tmp_path, 1) / name
        whole = path.read_bytes()
        if not whole:
            continue
        broken = bytearray(whole)
        broken[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(broken)
        assert damaged_files(tmp_path, manifest) == [name]
        path.write_bytes(whole)


def test_a_generation_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    with next_generation(tmp_path, Manifest("small", "0", 32), 1) as place:
        write_vectors(place, 1, [1], unit_rows(1), [])
    before = read_manifest(tmp_path)
    assert before is not None

    def fill_the_disk() -> None:
        with next_generation(tmp_path, before, 2) as place:
            write_vectors(place, 2, [2], unit_rows(1), [])
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fill_the_disk()
    assert read_manifest(tmp_path) == before
    assert damaged_files(tmp_path, before) == []
    assert [path.name for path in (tmp_path / "generations").iterdir()] == ["00000001"]
