"""Tables whose columns are called otherwise than we call them, and Parquet among them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bot.cli import main
from index import Article, OpenIndex, ReadError, SettingError, add, parse_columns, read, sync

ROWS = [
    {
        "Headline": f"Leaf {at}",
        "Story": f"The LEAF number {at} is built in Sunderland.",
        "When": "2024-03-15",
        "n": at,
    }
    for at in range(1, 4)
]
COLUMNS = {"title": "headline", "text": "Story", "published": "when", "id": "N"}


def as_csv(path: Path) -> None:
    lines = [",".join(ROWS[0]), *(",".join(f'"{each}"' for each in row.values()) for row in ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8")


def as_tsv(path: Path) -> None:
    lines = ["\t".join(ROWS[0]), *("\t".join(str(each) for each in row.values()) for row in ROWS)]
    path.write_text("\n".join(lines), encoding="utf-8")


def as_jsonl(path: Path) -> None:
    path.write_text("\n".join(json.dumps(row) for row in ROWS), encoding="utf-8")


def as_parquet(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), path)


WRITERS: dict[str, Callable[[Path], None]] = {
    "a.csv": as_csv, "a.tsv": as_tsv, "a.jsonl": as_jsonl, "a.parquet": as_parquet,
}  # fmt: skip


@pytest.mark.parametrize("name", WRITERS)
def test_columns_of_any_name_become_the_fields_they_are_said_to_hold(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    articles = list(read(path, columns=COLUMNS))
    assert [(each.title, each.text, each.published, each.origin) for each in articles] == [
        (row["Headline"], row["Story"], date(2024, 3, 15), f"{path.resolve()}#={row['n']}") for row in ROWS
    ]
    assert articles[0].dated_by == "a column"


@pytest.mark.parametrize("name", WRITERS)
def test_a_column_that_is_not_there_is_an_error_that_lists_those_that_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    with pytest.raises(ReadError) as caught:
        list(read(path, columns={**COLUMNS, "author": "writer"}))
    reason = "has no column 'writer' for author; its columns are headline, story, when, n"
    assert (caught.value.source, caught.value.reason) == (str(path.resolve()), reason)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_table_without_a_column_of_words_says_how_to_tell_which_it_is(tmp_path: Path, name: str) -> None:
    WRITERS[name](tmp_path / name)
    with pytest.raises(ReadError, match=r"has the columns headline, story, when, n; .*--columns text=COLUMN"):
        list(read(tmp_path / name))


def test_parquet_keeps_instants_lists_and_rows_without_words_apart(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    moment = datetime(2024, 3, 15, 23, 30, tzinfo=UTC)
    rows = [
        {
            "text": "The LEAF is built in Sunderland.",
            "authors": ["Ann Lee", "Bo Ray"],
            "date": moment,
            "vector": [0.1],
        },
        {"text": "", "authors": [], "date": None, "vector": []},
        {"text": None, "authors": None, "date": None, "vector": None},
        {"text": "It is electric.", "authors": None, "date": None, "vector": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    told: list[ReadError] = []
    first, last = read(path, told.append)
    assert (first.author, first.published, first.published_at) == ("Ann Lee, Bo Ray", moment.date(), moment)
    assert (last.text, last.origin) == ("It is electric.", f"{path.resolve()}#4")
    assert [error.source for error in told] == [f"{path.resolve()}, row 2", f"{path.resolve()}, row 3"]


def test_a_large_parquet_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    words = "The LEAF is built in Sunderland. " * 3_000  # 100 kB a row, 400 MB in all
    schema = pa.schema([("text", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, 4_000, 500):
            rows = [{"text": f"{number} {words}"} for number in range(start, start + 500)]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
    code = (
        "import sys; from pathlib import Path; from index.readers.parquet import read_parquet\n"
        "print(sum(1 for _ in read_parquet(Path(sys.argv[1]), print)))\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])"
    )
    run = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    number, kilobytes = (int(line) for line in run.stdout.split())
    assert number == 4_000
    assert kilobytes < 350_000


@pytest.mark.parametrize("harm", ["truncated", "other", "flipped"])
def test_a_damaged_parquet_file_is_named(tmp_path: Path, harm: str) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([{"text": f"{each} of the LEAF."} for each in range(500)]), path)
    raw = path.read_bytes()
    flipped = raw[:100] + bytes(each ^ 0xFF for each in raw[100:400]) + raw[400:]
    path.write_bytes({"truncated": raw[:-200], "other": b"PAR1 is no table", "flipped": flipped}[harm])
    with pytest.raises(ReadError, match=r"a\.parquet: is damaged or no Parquet|made its parser fail") as caught:
        list(read(path))
    assert caught.value.source == str(path.resolve())


def test_an_encrypted_parquet_file_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.Table.from_pylist([{"text": "The LEAF."}]), path)
    raw = path.read_bytes()
    path.write_bytes(b"PARE" + raw[4:-4] + b"PARE")  # as Parquet marks a file whose footer is encrypted
    with pytest.raises(ReadError, match="is encrypted; save it without a key"):
        list(read(path))


@pytest.mark.parametrize("text", ["title", "title=", "=a", "headline=a", "title=a,title=b", "title=a,,text=b"])
def test_a_mapping_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(
        SettingError, match="names no column; expected FIELD=COLUMN once for each of id, text, title"
    ):
        parse_columns(text)
    assert parse_columns(" title = Head line , text=body ") == {"title": "Head line", "text": "body"}


def test_the_columns_of_a_file_are_remembered(opened: OpenIndex, tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    folder.mkdir()
    as_csv(folder / "a.csv")
    report = add(opened.builder, [folder], columns=COLUMNS)
    assert (report.added, report.skipped) == (3, ())
    with (folder / "a.csv").open("a", encoding="utf-8") as file:
        file.write('\n"Leaf 4","Another one comes.","2024-03-16","4"')
    report = sync(opened.builder, folder)
    assert (report.added, report.unchanged, report.removed, report.skipped) == (1, 3, 0, ())
    report = sync(opened.builder, folder, columns={**COLUMNS, "title": "story"})
    assert report.updated == 4


def test_the_terminal_takes_columns_and_says_what_is_wrong_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    as_csv(tmp_path / "a.csv")
    place = ["--index", str(tmp_path / "an.index")]
    assert main(["add", str(tmp_path / "a.csv"), "--columns", "text=storey", *place]) == 1
    assert "has no column 'storey' for text; its columns are headline, story, when, n" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["add", str(tmp_path / "a.csv"), "--columns", "txt=story", *place])
    assert "'txt=story' names no column; expected FIELD=COLUMN" in capsys.readouterr().err
    assert main(["add", str(tmp_path / "a.csv"), "--columns", "title=headline,text=story", *place]) == 0
    assert capsys.readouterr().out == "added 3\n"


def test_an_unmapped_name_of_a_mapped_field_is_not_taken_for_it(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "Wrong", "body": "Wrong.", "name": "Right", "words": "Right it is."}))
    (article,) = read(path, columns={"title": "name", "text": "words"})
    assert isinstance(article, Article)
    assert (article.title, article.text) == ("Right", "Right it is.")


def test_a_column_may_lie_in_an_object_of_a_json_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"meta": {"Head": {"line": "Leaf"}}, "text": "The LEAF stays.", "id": 1}))
    (article,) = read(path, columns={"title": "meta.head.line"})
    assert (article.title, article.text) == ("Leaf", "The LEAF stays.")
    with pytest.raises(ReadError, match=r"its columns are meta\.head, meta\.head\.line, meta, text, id"):
        list(read(path, columns={"title": "meta.line"}))


def test_columns_that_are_named_where_nothing_has_any_are_noted(opened: OpenIndex, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The LEAF stays.")
    (note,) = add(opened.builder, [tmp_path], columns={"title": "headline"}).notes
    assert note.startswith("the columns title=headline changed nothing: only .jsonl, .ndjson, .csv")
    as_csv(tmp_path / "b.csv")
    assert add(opened.builder, [tmp_path], columns=COLUMNS).notes == ()
