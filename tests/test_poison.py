"""A file that makes its parser hang, die, swell or fail is named and skipped, and the next one is read."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from index import Article, ReadError, read
from index.readers.apart import apart
from tests import poison_readers
from tests.small_pdf import small_pdf

PATH = Path("/a.pdf")


def fine() -> tuple[list[Article], list[str]]:
    told: list[str] = []
    return list(apart(poison_readers.fine)(PATH, lambda error: told.append(str(error)))), told


def test_a_reader_apart_reads_and_tells_the_same_in_one_process_for_many_files() -> None:
    (article,), told = fine()
    assert (article.title, article.origin, article.pages) == ("Fine", "/a.pdf", ((0, 1),))
    assert told == ["/a.pdf: a remark"]
    assert fine()[0] == [article]  # read by the same process


def test_a_file_that_hangs_is_given_up_and_what_came_before_it_is_kept() -> None:
    began = time.monotonic()
    articles = apart(poison_readers.hangs, seconds=2)(PATH, lambda error: None)
    assert next(articles).title == "First"
    with pytest.raises(ReadError, match=r"/a\.pdf: takes more than 2 seconds to read and was given up"):
        next(articles)
    assert time.monotonic() - began < 10
    assert fine()[0]


def test_a_parser_that_dies_is_named_with_how_it_died() -> None:
    with pytest.raises(ReadError, match=r"made its parser fail \(SIGSEGV\)"):
        list(apart(poison_readers.dies)(PATH, lambda error: None))
    with pytest.raises(ReadError, match=r"made its parser fail \(exit status 1\)"):
        list(apart(poison_readers.raises)(PATH, lambda error: None))
    assert fine()[0]


def test_a_file_that_swells_is_refused() -> None:
    with pytest.raises(ReadError, match="takes more memory to read than is allowed"):
        list(apart(poison_readers.swells)(PATH, lambda error: None))
    assert fine()[0]


def test_a_parser_can_write_no_file_and_sees_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadError, match="could not write"):
        list(apart(poison_readers.writes)(tmp_path / "a.pdf", lambda error: None))
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    (article,) = apart(poison_readers.tells_secrets)(PATH, lambda error: None)
    assert "SLACK" not in article.text


def test_a_file_that_is_left_half_read_does_not_answer_for_the_next_one() -> None:
    next(apart(poison_readers.hangs)(PATH, lambda error: None))
    assert [article.title for article in fine()[0]] == ["Fine"]


def test_threads_have_a_process_each() -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(fine()[0][0].title)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["Fine"] * 3


def test_a_folder_with_a_broken_file_is_read_to_its_end(tmp_path: Path) -> None:
    whole = small_pdf([[(72, 700, 10, "The LEAF is built in Sunderland.")]])
    for name, content in (("a.pdf", whole), ("b.pdf", whole[:300]), ("c.docx", b"PK"), ("d.pdf", whole)):
        (tmp_path / name).write_bytes(content)
    told: list[ReadError] = []
    assert [Path(article.origin).name for article in read(tmp_path, told.append)] == ["a.pdf", "d.pdf"]
    assert [Path(error.source).name for error in told] == ["b.pdf", "c.docx"]
