"""Building is incremental, one process at a time, and mends itself."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import (
    AddReport,
    EncoderMismatchError,
    IndexBusyError,
    IndexDamagedError,
    IndexMissingError,
    OpenIndex,
    Progress,
    ReadError,
    add,
    open_index,
    sync,
)
from index.generation import damaged_files, generation_folder
from index.manifest import NAME, read_manifest, write_manifest
from index.snapshot import Snapshot
from tests.conftest import article
from tests.small_encoder import SmallEncoder

Write = Callable[[str, str], Path]


def found(index: OpenIndex, query: str) -> list[str]:
    return [hit.article.title for hit in index.retriever.search(query, 9) if "lexical" in hit.evidence]


def is_whole(index: OpenIndex) -> bool:
    """Every store holds exactly the passages of the catalogue, and every file is as it was written."""
    snapshot = index.retriever.snapshot
    assert isinstance(snapshot, Snapshot)
    wanted = index.catalogue.passage_ids()
    return (
        np.array_equal(snapshot.vectors.ids(), wanted)
        and np.array_equal(snapshot.words.ids(), wanted)
        and all(snapshot.sentences.rows(int(i)) is not None for i in wanted)
        and damaged_files(index.folder, snapshot.manifest) == []
        and snapshot.manifest.sequence == index.catalogue.sequence()
    )


def test_an_unchanged_folder_is_not_embedded_again(opened: OpenIndex, encoder: SmallEncoder, write: Write) -> None:
    write("a.txt", "Apples\n\nApples are red.")
    folder = write("sub/b.txt", "Plums\n\nPlums are blue.").parent.parent
    assert add(opened.builder, [folder]) == AddReport(added=2)
    embedded = list(encoder.encoded)
    assert add(opened.builder, [folder, folder / "a.txt"]) == AddReport(unchanged=2)
    write("a.txt", "Apples\n\nApples are green.")
    assert add(opened.builder, [folder]) == AddReport(updated=1, unchanged=1)
    assert encoder.encoded[len(embedded) :] == ["Apples are green."]
    assert found(opened, "red") == []
    assert found(opened, "green") == ["Apples"]
    assert is_whole(opened)


def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_in(opened: OpenIndex, write: Write) -> None:
    folder = write("good.txt", "Good\n\nIt is good.").parent
    (folder / "bad.txt").write_bytes(b"\x00\x01\x02" * 100)
    told: list[ReadError] = []
    report = add(opened.builder, [folder], told.append)
    assert report.added == 1
    assert [Path(error.source).name for error in report.skipped] == ["bad.txt"]
    assert told == list(report.skipped)


def test_sync_adds_changes_and_drops_what_is_gone(opened: OpenIndex, write: Write, tmp_path: Path) -> None:
    first = write("a.txt", "Apples\n\nApples are red.")
    write("b.txt", "Plums\n\nPlums are blue.")
    outside = tmp_path / "outside.txt"
    outside.write_text("Figs\n\nFigs are brown.")
    add(opened.builder, [outside])
    assert sync(opened.builder, first.parent) == AddReport(added=2)
    first.unlink()
    write("b.txt", "Plums\n\nPlums are purple.")
    write("c.txt", "Pears\n\nPears are yellow.")
    assert sync(opened.builder, first.parent) == AddReport(added=1, updated=1, removed=1)
    assert sorted(s.title for s in opened.catalogue.summaries()) == ["Figs", "Pears", "Plums"]
    assert sync(opened.builder, first.parent) == AddReport(unchanged=2)
    assert is_whole(opened)


def test_sync_keeps_what_is_there_but_cannot_be_read_now(opened: OpenIndex, write: Write) -> None:
    path = write("a.txt", "Apples\n\nApples are red.")
    add(opened.builder, [path.parent])
    path.write_bytes(b"\x00\x01" * 99)
    report = sync(opened.builder, path.parent)
    assert (report.removed, len(report.skipped)) == (0, 1)
    assert found(opened, "red") == ["Apples"]


def test_sync_keeps_a_file_that_is_replaced_while_its_folder_is_listed(
    opened: OpenIndex, write: Write, tmp_path: Path
) -> None:
    first, aside = write("a.txt", "Apples\n\nApples are red."), tmp_path / "aside.txt"
    replaced, last = write("fruit/b.txt", "Plums\n\nPlums are blue."), write("z.txt", "Figs\n\nFigs are brown.")
    ignored = write("fruit/c.txt", "Pears\n\nPears are yellow.")
    assert sync(opened.builder, first.parent).added == 4
    write(".botignore", "c.txt\n")

    def may_read(path: Path) -> bool:
        if path.name == first.name:
            replaced.rename(aside)
        elif path.name == last.name:  # by now the folder of the other has been listed
            aside.rename(replaced)
        return True

    assert sync(opened.builder, first.parent, may_read=may_read).removed == 1
    assert sorted(each.title for each in opened.catalogue.summaries()) == ["Apples", "Figs", "Plums"]
    assert ignored.exists()


def test_sync_of_a_file_that_moved_keeps_its_article(
    opened: OpenIndex, encoder: SmallEncoder, write: Write
) -> None:
    path = write("a.txt", "Apples\n\nApples are red.")
    add(opened.builder, [path.parent])
    (before,) = opened.catalogue.summaries()
    path.rename(path.with_name("z.txt"))
    assert sync(opened.builder, path.parent) == AddReport(unchanged=1)
    (after,) = opened.catalogue.summaries()
    assert after == replace(before, origin=str(path.with_name("z.txt").resolve()))
    assert len(encoder.encoded) == 1


def test_saving_and_opening_changes_nothing(opened: OpenIndex, write: Write) -> None:
    for n in range(30):
        write(f"{n}.txt", f"Title {n}\n\nFruit number {n} is ripe. Word{n} and word{n + 1}.\n\nMore on {n}.")
    add(opened.builder, [opened.folder.parent / "articles"])
    queries = ["fruit", "word7", "ripe number 12", "nothing of it"]
    before = [opened.retriever.search(query, 10) for query in queries]
    again = open_index(opened.folder, encoder=SmallEncoder())
    assert [again.retriever.search(query, 10) for query in queries] == before
    again.close()


@pytest.mark.parametrize("damage", ["flip", "cut", "delete"])
def test_damaged_files_are_made_again_on_open(opened: OpenIndex, write: Write, damage: str) -> None:
    write("a.txt", "Apples\n\nApples are red.")
    add(opened.builder, [write("b.txt", "Plums\n\nPlums are blue.").parent])
    opened.close()
    manifest = read_manifest(opened.folder)
    assert manifest is not None
    for name in manifest.files:
        path = generation_folder(opened.folder, manifest.generation) / name
        whole = path.read_bytes()
        if damage == "delete":
            path.unlink()
        else:
            path.write_bytes(
                whole[:-1] if damage == "cut" else bytes([whole[0] ^ 4]) + whole[1:]
            ) if whole else None
    index = open_index(opened.folder, encoder=SmallEncoder())
    assert is_whole(index)
    assert found(index, "red") == ["Apples"]
    index.close()


def test_damaged_words_are_made_again_without_encoding(opened: OpenIndex, write: Write) -> None:
    add(opened.builder, [write("a.txt", "Apples\n\nApples are red.").parent])
    opened.close()
    manifest = read_manifest(opened.folder)
    assert manifest is not None
    next(generation_folder(opened.folder, manifest.generation).glob("lexical/*.term")).unlink()
    encoder = SmallEncoder()
    index = open_index(opened.folder, encoder=encoder)
    assert (found(index, "red"), encoder.encoded) == (["Apples"], [])
    index.close()


@pytest.mark.parametrize("content", [None, "not JSON", '{"format": 99}', json.dumps({"encoder": "x"})])
def test_a_lost_manifest_is_made_again_from_the_catalogue(
    opened: OpenIndex, write: Write, content: str | None
) -> None:
    add(opened.builder, [write("a.txt", "Apples\n\nApples are red.").parent])
    opened.close()
    path = opened.folder / NAME
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    index = open_index(opened.folder, encoder=SmallEncoder())
    assert is_whole(index)
    assert found(index, "red") == ["Apples"]
    index.close()


def test_an_index_behind_its_catalogue_catches_up_before_the_next_write(opened: OpenIndex, write: Write) -> None:
    add(opened.builder, [write("a.txt", "Apples\n\nApples are red.").parent])
    behind = read_manifest(opened.folder)
    assert behind is not None
    kept = generation_folder(opened.folder, behind.generation)
    add(opened.builder, [write("b.txt", "Plums\n\nPlums are blue.")])
    assert kept.is_dir()
    write_manifest(opened.folder, behind)  # as if the second run had died just before its end
    add(opened.builder, [write("c.txt", "Pears\n\nPears are yellow.")])
    assert found(opened, "blue") == ["Plums"]
    assert is_whole(opened)


def test_a_second_process_that_writes_is_told_so_and_searching_goes_on(opened: OpenIndex, write: Write) -> None:
    add(opened.builder, [write("a.txt", "Apples\n\nApples are red.").parent])
    code = (
        "import sys; from filelock import FileLock\n"
        "with FileLock(sys.argv[1]): print('held', flush=True); sys.stdin.read()"
    )
    held = subprocess.Popen(
        [sys.executable, "-c", code, str(opened.folder / "write.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert held.stdin is not None
    assert held.stdout is not None
    try:
        assert held.stdout.readline() == "held\n"
        with pytest.raises(IndexBusyError, match="another process is writing"):
            opened.builder.put([article("Plums are blue.")])
        second = open_index(opened.folder, encoder=SmallEncoder())
        assert found(second, "red") == ["Apples"]
        second.close()
    finally:
        held.stdin.close()
        held.wait(10)
        held.stdout.close()
    opened.builder.put([article("Plums are blue.", title="Plums")])
    assert found(opened, "blue") == ["Plums"]


def test_what_another_process_adds_is_found_without_opening_again(opened: OpenIndex, write: Write) -> None:
    other = open_index(opened.folder, encoder=SmallEncoder())
    add(other.builder, [write("a.txt", "Apples\n\nApples are red.")])
    assert found(opened, "red") == ["Apples"]
    other.builder.remove([str(write("a.txt", ""))])
    assert found(opened, "red") == []
    other.close()


def test_searching_from_many_threads_while_articles_come_and_go(opened: OpenIndex) -> None:
    opened.builder.put([article(f"Apple number {n} is red.", origin=f"/{n}", title="Apples") for n in range(20)])
    stop = threading.Event()
    failures: list[BaseException] = []

    def search() -> None:
        try:
            while not stop.is_set():
                hits = opened.retriever.search("red apple", 5)
                assert len(hits) == 5
                assert all(hit.text.startswith("Apple number") for hit in hits)
        except BaseException as error:  # noqa: BLE001  # handed to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(15):
        opened.builder.put(
            [article(f"Apple number {n} is redder, {i}.", origin=f"/{n}", title="Apples") for i in (n,)]
        )
        opened.builder.put([article("Apple number 99 is new.", origin="/99", title="Apples")])
        opened.builder.remove(["/99"])
    stop.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert is_whole(opened)


def test_an_index_refuses_another_encoder_and_says_how_to_change_it(opened: OpenIndex, write: Write) -> None:
    add(opened.builder, [write("a.txt", "Apples\n\nApples are red.")])
    opened.close()
    other = SmallEncoder()
    other.name, other.digest = "other", "0" * 64
    with pytest.raises(
        EncoderMismatchError, match=r"built with small .* not with other .* rebuild .* --model other"
    ):
        open_index(opened.folder, encoder=other)
    anew = open_index(opened.folder, encoder=other, anew=True)
    assert found(anew, "red") == ["Apples"]
    assert is_whole(anew)
    anew.close()
    with pytest.raises(EncoderMismatchError, match="built with other"):
        open_index(opened.folder, encoder=SmallEncoder())


def test_a_place_that_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="python -m bot add"):
        open_index(tmp_path / "none", encoder=SmallEncoder(), create=False)
    (tmp_path / "photo.jpg").touch()
    with pytest.raises(IndexMissingError, match="is there and is no index"):
        open_index(tmp_path, encoder=SmallEncoder())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["photo.jpg"]


def test_progress_ends_at_all_of_it(opened: OpenIndex, write: Write) -> None:
    size = sum(write(f"{n}.txt", f"Title {n}\n\nText {n}.").stat().st_size for n in range(3))
    steps: list[Progress] = []
    add(opened.builder, [opened.folder.parent / "articles"], on_progress=steps.append)
    assert steps[-1] == Progress(3, 3, size, size, 3, 3, 3, 0, steps[-1].seconds)
    assert all(step.bytes_read <= step.bytes_found for step in steps)


def test_a_tampered_article_stops_nothing_but_itself(opened: OpenIndex) -> None:
    opened.builder.put([article("One apple.", origin="/a"), article("Two plums.", origin="/b")])
    from sqlalchemy import text as sql

    with opened.catalogue.engine.begin() as connection:
        connection.execute(sql("UPDATE articles SET text = 'None at all' WHERE origin = '/a'"))
    with pytest.raises(IndexDamagedError):
        opened.retriever.search("apple", 1)
    opened.builder.remove(["/a"])
    assert [hit.text for hit in opened.retriever.search("plums", 1)] == ["Two plums."]
