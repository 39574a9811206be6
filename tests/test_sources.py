"""Files in one stream: in order whatever the number of readers, passed over when unchanged, poison named."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import AddReport, OpenIndex, add, open_index, sync
from index.catalogue import Catalogue
from index.marks import Marks
from index.seen import Seen
from index.snapshot import Snapshot
from index.sources import FileEnd, said_by_files, workers_for
from tests.small_encoder import SmallEncoder
from tests.small_pdf import small_pdf

Write = Callable[[str, str], Path]


def everything(index: OpenIndex) -> list[object]:
    """All that an index holds: articles, passages and the vectors of both kinds."""
    snapshot = index.retriever.snapshot
    assert isinstance(snapshot, Snapshot)
    ids = index.catalogue.passage_ids().tolist()
    articles = index.catalogue.articles(index.catalogue.all_articles())
    vectors = [snapshot.vectors.vector(i) for i in ids]
    insides = [snapshot.sentences.rows(i) for i in ids]
    return [
        articles,
        index.catalogue.passages(ids),
        [None if each is None else each.tolist() for each in (*vectors, *insides)],
        snapshot.words.ids().tolist(),
    ]


def test_what_is_taken_in_does_not_depend_on_the_number_of_readers(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sources._FILES", 3)
    for at in range(40):
        write(f"{at % 7}/{at:02}.txt", f"Title {at}\n\nFruit {at} is ripe. It is sweet.\n\nMore on {at}.")
    for at in range(3):
        (tmp_path / "articles" / f"{at}.pdf").write_bytes(small_pdf([[(72, 700, 10, f"Page of pear {at}.")]]))
    held = []
    for workers in (1, 5):
        index = open_index(tmp_path / f"{workers}.index", encoder=SmallEncoder())
        assert add(index.builder, [tmp_path / "articles"], workers=workers) == AddReport(added=43)
        held.append(everything(index))
        index.close()
    assert held[0] == held[1]


def test_a_copy_in_the_same_run_is_encoded_once(opened: OpenIndex, encoder: SmallEncoder, write: Write) -> None:
    for at in range(9):
        folder = write(f"{at}/same.txt", "Apples\n\nApples are red.").parent.parent
    assert add(opened.builder, [folder]) == AddReport(added=1, unchanged=8)
    assert encoder.encoded == ["Apples are red."]


def test_files_come_in_the_order_of_their_paths_with_their_ends(tmp_path: Path, write: Write) -> None:
    paths = [write(name, f"About {name}.") for name in ("a.txt", "b.txt", "c.txt")]
    os.utime(paths[1], (1, 1))
    seen = Seen(Catalogue(tmp_path / "catalogue.sqlite").engine)
    said = list(said_by_files(paths, seen, 2))
    ends = [each for each in said if isinstance(each, FileEnd)]
    assert [each.path.name for each in ends] == ["a.txt", "b.txt", "c.txt"]
    seen.note_files({end.path: end.reading for end in ends if end.reading})
    again = [each for each in said_by_files(paths, seen, 2) if isinstance(each, FileEnd)]
    assert [each.unchanged for each in again] == [None, 1, None]  # the others may still change within their stamp


def test_many_articles_that_are_gone_are_found_a_few_at_a_time(
    opened: OpenIndex, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.catalogue._MOST_IDS", 4)
    monkeypatch.setattr("index.intake._FORGOTTEN_TOGETHER", 3)
    paths = [write(f"{at:02}.txt", f"About {at}.") for at in range(21)]
    beside = write("../articles-too/a.txt", "About a.")
    add(opened.builder, [paths[0].parent, beside])
    for path in paths[5:]:
        path.unlink()
    assert sync(opened.builder, paths[0].parent) == AddReport(unchanged=5, removed=16)
    assert opened.catalogue.count()[0] == 6


def test_a_million_origins_take_eight_bytes_each() -> None:
    marks = Marks()
    for at in range(1000):
        marks.add(f"/articles/{at}.txt")
    assert "/articles/999.txt" in marks
    assert "/articles/1000.txt" not in marks


def test_there_are_two_readers_at_least_and_as_many_as_are_asked_for() -> None:
    assert workers_for(7) == 7
    assert 2 <= workers_for(0) <= 8


def test_unchanged_files_are_listed_and_not_opened(opened: OpenIndex, encoder: SmallEncoder, write: Write) -> None:
    hour = time.time() - 3600
    for at in range(700):
        os.utime(write(f"{at:03}.txt", f"About {at}."), (hour, hour))
    folder = opened.folder.parent / "articles"
    assert add(opened.builder, [folder]).added == 700
    kinds = sync(opened.builder, folder).kinds
    assert (kinds[".txt"].files, kinds[".txt"].unchanged) == (700, 700)
    assert len(encoder.encoded) == 700
