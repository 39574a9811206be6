"""Keeping in step: what is unchanged is not read again, what cannot be read keeps its articles, Ctrl-C keeps all."""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index import OpenIndex, Progress, ReadError, add, sync
from index.readers import READERS
from index.readers.apart import apart
from index.readers.stdin import kind_of_bytes, read_stdin
from tests.poison_readers import hangs

Write = Callable[[str, str], Path]
BODY = "The LEAF is built in Sunderland."


def titles(index: OpenIndex) -> list[str]:
    return sorted(each.title for each in index.catalogue.summaries(limit=1000))


def aged(path: Path) -> Path:
    """The file, last changed an hour ago: a file that may still change within its time stamp is always read."""
    os.utime(path, (time.time() - 3600, time.time() - 3600))
    return path


def test_a_file_that_is_unchanged_is_not_opened_again(opened: OpenIndex, write: Write) -> None:
    path = aged(write("a.txt", BODY))
    assert add(opened.builder, [path]).added == 1
    stamp = path.stat()
    path.write_text("X" * len(BODY))  # of the same size and time, so that only an opened file would tell
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert add(opened.builder, [path]).unchanged == 1
    assert sync(opened.builder, path.parent).unchanged == 1
    os.utime(path, (1, 1))
    assert add(opened.builder, [path]).updated == 1


def test_a_file_whose_article_was_removed_is_read_again(opened: OpenIndex, write: Write) -> None:
    path = aged(write("a.txt", BODY))
    add(opened.builder, [path])
    opened.builder.remove([str(path)])
    assert add(opened.builder, [path]).added == 1


def test_botignore_passes_files_over_and_a_later_rule_drops_them(opened: OpenIndex, write: Write) -> None:
    for name in ("a.txt", "draft-b.txt", "old/c.txt", "deep/old/d.txt", "deep/e.txt", "deep/draft-f.txt"):
        write(name, BODY + name)
    ignore = write(".botignore", "# no drafts\ndraft-*\n!draft-f.txt\nold/\n")
    sync(opened.builder, ignore.parent)
    assert titles(opened) == ["a", "draft-f", "e"]
    ignore.write_text("deep/*.txt\n")
    assert sync(opened.builder, ignore.parent).removed == 2
    assert titles(opened) == ["a", "c", "d", "draft-b"]


def test_a_line_that_became_bad_keeps_its_article(opened: OpenIndex, write: Write) -> None:
    lines = [json.dumps({"title": name, "text": f"{BODY} {name}"}) for name in ("one", "two")]
    path = write("a.jsonl", "\n".join(lines))
    sync(opened.builder, path.parent)
    path.write_text(f"not json\n{lines[1]}\n")
    assert sync(opened.builder, path.parent).removed == 0
    assert titles(opened) == ["one", "two"]
    path.write_text(f"{lines[1]}\n")
    sync(opened.builder, path.parent)
    assert titles(opened) == ["two"]


def test_a_folder_that_cannot_be_listed_keeps_its_articles(opened: OpenIndex, write: Write) -> None:
    inside = write("deep/a.txt", BODY)
    root = inside.parent.parent
    sync(opened.builder, root)
    inside.unlink()
    inside.parent.chmod(0)
    try:
        is_listed = os.access(inside.parent, os.R_OK)  # as it is by root, who may list everything
        assert sync(opened.builder, root).removed == (1 if is_listed else 0)
    finally:
        inside.parent.chmod(0o700)


def test_ctrl_c_keeps_what_was_taken_in_and_the_next_run_goes_on(
    opened: OpenIndex, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.pipeline.BATCH", 1)
    monkeypatch.setattr("index.instalment.MOST", 1)
    number = 60
    for at in range(number):
        folder = aged(write(f"{at:02}.txt", f"{at}. {BODY * 5}")).parent

    def stop(progress: Progress) -> None:
        if progress.passages:
            raise KeyboardInterrupt

    report = sync(opened.builder, folder, on_progress=stop)
    assert (report.was_stopped, report.removed) == (True, 0)
    assert 0 < report.added < number
    assert titles(opened) == [f"{at:02}" for at in range(report.added)]
    assert opened.retriever.snapshot.words.ids().tolist() == opened.catalogue.passage_ids().tolist()
    again = sync(opened.builder, folder)
    assert (again.was_stopped, again.added, again.unchanged) == (False, number - report.added, report.added)
    assert titles(opened) == [f"{at:02}" for at in range(number)]


def test_articles_in_a_language_the_encoder_does_not_know_are_noted(opened: OpenIndex, write: Write) -> None:
    german = (
        "Die Produktion des Wagens begann 2013 in Sunderland, und seither wurden dort sehr viele Stück gebaut. "
    )
    opened.encoder.name = "all-MiniLM-L6-v2"  # type: ignore[misc]  # the small encoder's name is a plain attribute
    report = add(opened.builder, [write("a.txt", german * 3)])
    (note,) = report.notes
    assert "1 articles are in the language 'de', which all-MiniLM-L6-v2 was not made for" in note


@pytest.mark.parametrize(
    ("raw", "title", "text"),
    [
        (f"# A heading\n\n{BODY}".encode(), "A heading", BODY),
        (json.dumps({"title": "One", "text": BODY}).encode(), "One", BODY),
        (BODY.encode(), "standard-input", BODY),
    ],
)
def test_standard_input_is_read_as_what_it_looks_like(raw: bytes, title: str, text: str) -> None:
    (article,) = read_stdin(lambda error: pytest.fail(str(error)), io.BytesIO(raw))
    assert (article.title, article.text) == (title, text)
    assert article.origin.startswith("stdin:")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"<?xml version='1.0'?>\n<rss version='2.0'>", ".rss"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", ".rss"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', ".rss"),
        (b'{"title": "A line"}', ".jsonl"),
        (b"Received: from a by b\r\nFrom: x@example.com\r\n", ".eml"),
        (b"WARC/1.0\r\n", ".warc"),
        (b"<!DOCTYPE html><html>", ".html"),
        (b"From the orchard came apples.", ".txt"),
    ],
)
def test_what_standard_input_carries_is_told_from_how_it_begins(raw: bytes, kind: str) -> None:
    assert kind_of_bytes(raw) == kind


@pytest.mark.parametrize(
    ("source", "cure"),
    [
        ("ftp://example.com/x", "a URL that begins with https://"),
        ("example.com/feed", "for a website write https://example.com/feed"),
        ("nope.txt", "expected a file or a folder$"),
    ],
)
def test_a_source_that_is_not_there_is_told_with_what_to_write_instead(
    opened: OpenIndex, source: str, cure: str
) -> None:
    with pytest.raises(ReadError, match=cure):
        add(opened.builder, [source])


def test_a_run_ends_at_once_though_a_parser_hangs(
    opened: OpenIndex, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(READERS, ".pdf", apart(hangs))  # for a minute
    write("b.txt", BODY)
    path = write("a.pdf", "x")
    stop = threading.Event()
    threading.Timer(0.5, stop.set).start()
    began = time.monotonic()
    assert sync(opened.builder, path.parent, stop=stop).was_stopped
    assert time.monotonic() - began < 30
