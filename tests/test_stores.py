"""The promises of every vector store, and of the sentence and word files beside it, over generations."""

from __future__ import annotations

import json
import random
from contextlib import nullcontext
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from numpy.typing import NDArray

from index.generation import damaged_files, generation_folder, next_generation
from index.inside import Inside, Rows, packed, unpacked, word_signs
from index.lexical import LexicalIndex, Words, write_words
from index.manifest import Manifest, read_manifest, write_manifest
from index.ports import Vectors, VectorStore
from index.stores.faiss import FaissStore
from index.stores.faiss_segment import EXACT_UP_TO
from index.stores.segments import numbers, to_merge
from index.stores.sentences import SentenceStore
from index.stores.writing import write_segment
from index.tending import Tender


def unit_rows(n: int, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((n, 32))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def insides(rows: Vectors) -> list[Rows]:
    """Passages of one sentence each."""
    return [packed(Inside(row[None, :], row[None, :])) for row in rows]


class Faiss:
    """Writes generations of a FAISS store, as a build does, and merges large files after each."""

    recall = 1.0

    def __init__(self, folder: Path, exact_up_to: int = EXACT_UP_TO) -> None:
        self.folder = folder
        self.exact_up_to = exact_up_to
        self.tender = Tender(folder, nullcontext, lambda: None, exact_up_to)
        write_manifest(folder, Manifest("small", "0", 32))
        self.store = FaissStore([], np.empty(0, np.int64))

    @property
    def manifest(self) -> Manifest:
        found = read_manifest(self.folder)
        assert found is not None
        return found

    @property
    def place(self) -> Path:
        return generation_folder(self.folder, self.manifest.generation)

    def write(self, ids: list[int], vectors: Vectors, gone: list[int]) -> FaissStore:
        manifest = self.manifest
        with next_generation(self.folder, manifest, 0) as place:
            write_segment(place, ids, vectors, insides(vectors), gone, self.exact_up_to)
        self.tender.tend()
        self.store = FaissStore.open(self.place, self.store)
        return self.store


class FaissWithLists(Faiss):
    """The same, with a threshold so low that all but the smallest files are searched by their lists."""

    recall = 0.97

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, exact_up_to=40)


@pytest.fixture(params=[Faiss, FaissWithLists])
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


def test_one_small_file_among_equal_ones_keeps_none_of_them_from_being_merged(writer: Faiss) -> None:
    writer.write([0], unit_rows(1), [])
    rows = unit_rows(20 * 8)
    for at in range(20):
        ids = list(range(1 + at * 8, 9 + at * 8))
        store = writer.write(ids, rows[at * 8 : at * 8 + 8], [])
    assert len(store) == 161
    assert len(numbers(writer.place)) <= 4


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
    assert to_merge(writer.place, sealed=True, exact_up_to=writer.exact_up_to) == []
    exact = np.stack([held[i].astype(np.float16).astype(np.float32) for i in ids])
    reached = []
    for query in unit_rows(20, seed=2):
        scores = {i: float(score) for i, score in zip(ids, exact @ query, strict=True)}
        best = sorted(ids, key=lambda i: -scores[i])[:10]
        found = store.search(query, 10)
        assert [i for i, _ in found] == sorted((i for i, _ in found), key=lambda i: -scores[i])
        assert [s for _, s in found] == pytest.approx([scores[i] for i, _ in found], abs=1e-5)
        reached.append(len({i for i, _ in found} & set(best)) / 10)
        few = np.array(chance.sample(ids, 30), np.int64)
        assert {i for i, _ in store.search(query, 5, np.sort(few))} == set(
            sorted(few.tolist(), key=lambda i: -scores[i])[:5]
        )
    assert np.mean(reached) >= writer.recall
    assert len(list(writer.place.glob("*.faiss"))) <= 6
    sentences = SentenceStore.open(writer.place)
    for i in ids:
        kept = sentences.rows(i)
        assert kept is not None
        assert float((unpacked(kept, 1).sentences @ held[i]).item()) == pytest.approx(1, abs=1e-3)


def test_a_large_file_says_what_recall_it_was_tuned_to(tmp_path: Path) -> None:
    writer = FaissWithLists(tmp_path)
    writer.write(list(range(1, 401)), unit_rows(400), [])
    (tuning,) = writer.place.glob("*.json")
    told = json.loads(tuning.read_text("utf-8"))
    assert told["lists"] == 40
    assert 1 <= told["probes"] <= 40
    assert min(told["recall@10"], told["recall@100"]) >= 0.97


def test_many_allowed_ids_are_searched_as_exactly_as_few(writer: Faiss) -> None:
    rows = unit_rows(2_000)
    store = writer.write(list(range(1, 2_001)), rows, [])
    allowed = np.arange(1, 2_001, 2, dtype=np.int64)
    for query in unit_rows(10, seed=4):
        scores = rows[::2].astype(np.float16).astype(np.float32) @ query
        best = [int(allowed[row]) for row in np.argsort(-scores)[:10]]
        assert [i for i, _ in store.search(query, 10, allowed)] == best


def test_files_that_did_not_change_are_shared_and_not_read_again(tmp_path: Path) -> None:
    writer = Faiss(tmp_path)
    first = writer.write(list(range(1, 9_001)), unit_rows(9_000), [])
    second = writer.write([9_001], unit_rows(1), [5])
    assert second.segments[0] is first.segments[0]
    assert (len(first), len(second)) == (9_000, 9_000)


def test_searches_go_on_while_files_are_added_and_merged(tmp_path: Path) -> None:
    writer = FaissWithLists(tmp_path)
    rows = unit_rows(600)
    writer.write([1], rows[:1], [])
    going, faults = Event(), []

    def search() -> None:
        while not going.is_set():
            held = len(writer.store)
            found = writer.store.search(rows[0], 5)
            if not found or found[0][0] != 1 or held < 1:
                faults.append(found)

    readers = [Thread(target=search) for _ in range(3)]
    for reader in readers:
        reader.start()
    for at in range(1, 600, 37):
        writer.write(list(range(at + 1, min(at + 37, 600) + 1)), rows[at : at + 37], [])
    going.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert len(writer.store) == 600


def test_a_generation_that_is_open_does_not_change_when_the_next_is_written(writer: Faiss) -> None:
    rows = unit_rows(8)
    first = writer.write([1, 2, 3, 4], rows[:4], [])
    before = first.search(rows[0], 4)
    writer.write([5, 6, 7, 8], rows[4:], [1, 2])
    assert first.search(rows[0], 4) == before


def test_sentences_and_words_come_back_as_they_are_kept(tmp_path: Path) -> None:
    held = {i: Inside(unit_rows(1 + i % 5, seed=i), unit_rows(i % 19, seed=i + 100)) for i in range(1, 60)}
    for ids in [list(range(1, 30)), [31, 30], list(range(32, 60))]:
        whole = np.concatenate([held[i].sentences[:1] for i in ids])
        write_segment(tmp_path, ids, whole, [packed(held[i]) for i in ids], gone={3} if 32 in ids else set())
    store = SentenceStore.open(tmp_path)
    for i, inside in held.items():
        rows = store.rows(i)
        if i != 3:
            assert rows is not None
            found = unpacked(rows, len(inside.sentences))
            cosines = (found.sentences * inside.sentences).sum(axis=1)
            assert cosines == pytest.approx(np.ones(len(inside.sentences)), abs=1e-3)
            assert np.array_equal(found.words[: len(inside.words)], word_signs(inside.words))
            assert 0 <= len(found.words) - len(inside.words) < 8
    assert store.rows(999) is None


def test_the_sign_of_each_number_tells_how_near_two_words_are() -> None:
    draw = np.random.default_rng(0)
    near = draw.standard_normal((300, 384))
    far = near + draw.standard_normal((300, 384)) * draw.uniform(0.1, 3, (300, 1))
    one, other = (rows / np.linalg.norm(rows, axis=1, keepdims=True) for rows in (near, far))
    signs = word_signs(np.asarray(other, np.float32))
    errors = np.abs((one * signs).sum(axis=1) * np.sqrt(np.pi / 2) - (one * other).sum(axis=1))
    assert (float(errors.max()) < 0.15, float(errors.mean()) < 0.04) == (True, True)


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
        write_segment(place, [1, 2], unit_rows(2), insides(unit_rows(2)), [])
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
        write_segment(place, [1], unit_rows(1), insides(unit_rows(1)), [])
    before = read_manifest(tmp_path)
    assert before is not None

    def fill_the_disk() -> None:
        with next_generation(tmp_path, before, 2) as place:
            write_segment(place, [2], unit_rows(1), insides(unit_rows(1)), [])
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fill_the_disk()
    assert read_manifest(tmp_path) == before
    assert damaged_files(tmp_path, before) == []
    assert [path.name for path in (tmp_path / "generations").iterdir()] == ["00000001"]
