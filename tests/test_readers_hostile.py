"""Files that are broken, absurd or meant to do harm: each is named and left out, and the rest goes in."""

from __future__ import annotations

import bz2
import io
import json
import os
import time
from pathlib import Path

import pytest

from index import ReadError, find_files, read, read_file
from index.readers.apart import apart
from index.readers.jsonl import LINE_LIMIT
from index.readers.markdown import FRONT_MATTER_LIMIT, MARKDOWN_LIMIT
from index.readers.mediawiki import read_mediawiki
from index.readers.source import FILE_LIMIT
from index.readers.stdin import read_stdin

BODY = "The LEAF is built in Sunderland."


def outcome(source: Path) -> tuple[list[str], list[str]]:
    """The texts of the articles that were read, and all that was left out."""
    told: list[ReadError] = []
    texts = [article.text for article in read(source, told.append)]
    return texts, [str(error) for error in told]


def test_a_path_that_does_not_exist_is_named_with_what_was_expected(tmp_path: Path) -> None:
    for reader in (read, find_files, read_file):
        with pytest.raises(ReadError, match=r"missing\.txt: cannot be .*No such file.*expected a file"):
            list(reader(tmp_path / "missing.txt"))
    assert outcome(tmp_path / "missing.txt")[0] == []
    with pytest.raises(ReadError):  # nothing found must never look like an empty folder
        find_files(tmp_path / "missing", on_skip=lambda error: None)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\n", "holds no text"),
        ("bom.txt", b"\xef\xbb\xbf", "holds no text"),
        ("front.md", b"---\ntitle: x\n---\n", "holds no text"),
        ("blank.jsonl", b"\n\n", "holds no article"),
        ("bold.html", b"<p>" + b"<b>x</b> " * 20_000, "has 40,001 tags"),
        ("empty.html", b"<html></html>", "no article was found"),
        ("menu.html", b"<html><body><script>x()</script></body></html>", "no article was found"),
        ("nul.html", b"<html>\x00", "NUL bytes"),
        ("photo.png", b"\x89PNG", r"\.png is not read; expected one of \.txt"),
        ("noextension", b"words", "without extension is not read"),
    ],
)
def test_a_named_file_without_an_article_is_refused_in_words(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ReadError, match=reason) as caught:
        list(read(path))
    assert caught.value.source == str(path.resolve())


@pytest.mark.parametrize(
    ("name", "limit"), [("a.txt", FILE_LIMIT), ("a.html", FILE_LIMIT), ("a.md", MARKDOWN_LIMIT)]
)
def test_a_file_of_absurd_size_is_refused_before_it_is_read(tmp_path: Path, name: str, limit: int) -> None:
    path = tmp_path / name
    path.touch()
    os.truncate(path, limit + 1)
    with pytest.raises(ReadError, match=f"{limit + 1:,} bytes long; at most {limit:,} are read"):
        list(read(path))


def test_a_line_of_absurd_length_is_skipped_and_the_next_one_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"text": "x" * (2 * LINE_LIMIT)}) + "\n" + json.dumps({"text": BODY}))
    texts, told = outcome(path)
    assert texts == [BODY]
    assert len(told) == 1
    assert "line 1: is longer than 20,000,000 characters" in told[0]


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        '{"text":' * 50_000,
        f'{{"text": "a", "n": {"9" * 5000}}}',
        '{"text": {"a": 1}}',
        "null",
        '"text"',
    ],
)
def test_a_line_of_hostile_json_is_skipped(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{line}\n{json.dumps({'text': BODY})}\n")
    texts, told = outcome(path)
    assert (texts, len(told)) == ([BODY], 1)


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("title: [unclosed", "not YAML"),
        ("title: a\n  b: c: d", "not YAML"),
        ("title: *nowhere", "not YAML"),
        ("[" * 15_000, "not YAML"),
        ("x: " + "y" * FRONT_MATTER_LIMIT, "front matter of"),
        ("? [a]\n: b", "not YAML"),
    ],
)
def test_malformed_front_matter_is_refused_in_words(tmp_path: Path, front: str, reason: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front}\n---\n{BODY}")
    with pytest.raises(ReadError, match=reason):
        list(read(path))


BOMB = "a: &a [x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{last}'] * 9)}]\n" for last, name in zip("abcdefghi", "bcdefghij", strict=True)
)


@pytest.mark.parametrize(
    "front",
    [
        BOMB + "title: *j",
        BOMB.replace("[x,x]", "{x: 1}") + "k: {<<: *j}",
        "title: !!python/object/apply:os.system ['true']",
        "title: {a: b}",
        f"title: {'9' * 5000}",
        "published: 2024-99-99",
        "author: [[a], {b: c}]",
    ],
)
def test_front_matter_builds_no_objects_and_unfolds_no_aliases(tmp_path: Path, front: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"---\n{front}\n---\n{BODY}")
    began = time.monotonic()
    texts, _ = outcome(path)
    assert texts == [BODY]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.html", "<div>" * 20_000 + f"<p>{BODY}</p>"),
        ("open.html", "<p" * 20_000),
        ("entities.html", f"<!DOCTYPE x [<!ENTITY a 'b'>]><p>{BODY}&a;</p>"),
        ("brackets.md", "[" * 20_000 + BODY),
        ("quotes.md", ">" * 20_000 + BODY),
        ("html.md", "<!--" * 20_000 + BODY),
        ("tags.md", f"[[a]]\n\n#{'a' * 50_000}!\n\n{' ' * 200_000}x\n\n{'==a' * 20_000} {BODY}"),
        ("links.md", "[[" * 50_000 + "%%" * 50_001 + "> [!" * 20_000 + f"\n\n{BODY}"),
        ("close.md", f"</div>\n\n{BODY}"),
    ],
)
def test_markup_made_to_exhaust_a_parser_ends_soon(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content)
    began = time.monotonic()
    texts, told = outcome(path)
    assert len(texts) + len(told) == 1
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    "name", ["a.txt", "a.md", "a.html", "a.jsonl", "a.csv", "a.tsv", "a.parquet", "a.eml", "a.pdf", "a.docx", "a.rtf",
             "a.epub", "a.odt", "a.rss", "a.xml", "a.xml.bz2", "a.warc", "a.mhtml", "a.webarchive", "a.html.gz"],
)  # fmt: skip
def test_a_line_of_two_gigabytes_is_named_at_once_and_fills_no_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    os.truncate(path, 2_000_000_001)  # all holes, which take no room on the disk
    began = time.monotonic()
    texts, told = outcome(path)
    assert texts == []
    assert len(told) == 1
    assert "2,000,000,001 bytes long; at most" in told[0]
    assert time.monotonic() - began < 20


def test_standard_input_without_end_is_given_up_at_its_limit() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def readable(self) -> bool:
            return True

        def readinto(self, room: memoryview) -> int:  # type: ignore[override]  # typeshed's name for it is private
            self.asked += len(room)
            return len(room)

    stream = Endless()
    told: list[ReadError] = []
    assert list(read_stdin(told.append, io.BufferedReader(stream))) == []
    assert ["is longer than 20,000,000 bytes" in error.reason for error in told] == [True]
    assert stream.asked < 2 * FILE_LIMIT


def test_a_packed_dump_that_swells_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.xml.bz2"
    head = bz2.compress(b"<mediawiki><page><title>A</title><revision><text>")
    path.write_bytes(head + bz2.compress(b" " * 10_000_000) * 1_000)  # 10 GB in 46 kB
    with pytest.raises(ReadError, match=r"takes more (memory to read than is allowed|than 3 seconds)"):
        list(apart(read_mediawiki, seconds=3)(path, lambda error: None))


def test_control_characters_never_reach_an_article(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        json.dumps({"title": "A\u001b[31m\ntitle", "text": f"{BODY}\u0007\u009b\f\ud800 More.\r\nEnd."})
    )
    (article,) = read(path)
    assert (article.title, article.text) == ("A[31m title", f"{BODY}\n? More.\nEnd.")
