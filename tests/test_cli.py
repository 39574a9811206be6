"""The terminal: what a person types, what it prints, and its exit codes; every command in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ARTICLES
from tests.site import serving

ROOT = Path(__file__).parent.parent
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs `python -m bot` with these arguments in a folder that holds an index of the sample articles."""
    folder = tmp_path_factory.mktemp("terminal")

    def run(
        *arguments: str, cwd: Path = folder, interpreter: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *interpreter, "-m", "bot", *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    added = run("add", str(ARTICLES))
    assert (added.returncode, added.stdout) == (0, "added 12\n"), added.stderr
    return run


def test_a_question_is_answered_word_for_word_with_its_source(run: Run) -> None:
    asked = run("ask", "Where is the LEAF built?")
    assert asked.returncode == 0, asked.stderr
    assert " ".join(asked.stdout.split()).startswith(
        "1. “The LEAF that Europe drives is built in Sunderland, and the"
    )
    assert "The Wearside Courier · Hannah Robson · 20 March 2024" in asked.stdout
    assert asked.stderr == ""


def test_a_question_is_answered_without_what_only_taking_in_serving_and_training_need(run: Run) -> None:
    asked = run("ask", "Where is the LEAF built?", interpreter=("-X", "importtime"))
    loaded = {line.rpartition("|")[2].strip() for line in asked.stderr.splitlines() if "import time:" in line}
    assert {"openvino", "faiss", "tantivy", "bot.quote"} <= loaded
    heavy = {
        *(
            "torch",
            "transformers",
            "sentence_transformers",
            "huggingface_hub",
            "openvino.tools.ovc.convert",
            "scipy",
        ),
        *(
            "openvino_telemetry.main",
            "gradio",
            "fastapi",
            "starlette",
            "uvicorn",
            "pydantic",
            "slack_bolt",
            "slack_sdk",
        ),
        *("httpx", "httpcore", "trafilatura", "lxml", "dateparser", "py3langid", "feedparser", "pypdfium2", "docx"),
        *("markdown_it", "yaml", "rich", "charset_normalizer", "mwparserfromhell"),
    }
    assert sorted(heavy & loaded) == []


def test_a_decline_says_so_and_ends_with_1(run: Run) -> None:
    asked = run("ask", "Who won the 1998 World Cup?")
    assert asked.returncode == 1
    assert asked.stdout.startswith("The articles do not answer this.")
    assert "The nearest they come:" in asked.stdout


def test_json_says_the_same_to_programs(run: Run) -> None:
    answer = json.loads(run("ask", "Where is the LEAF built?", "--json", "-k", "1").stdout)
    (quote,) = answer["quotes"]
    assert answer["answered"] is True
    assert quote["text"].startswith("The LEAF that Europe drives is built in Sunderland")
    listed = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    article = next(each for each in listed if each["id"] == quote["article"]["id"])
    assert article["source"] == "The Wearside Courier"
    assert len(listed) == 12


def test_filters_and_history_are_options(run: Run) -> None:
    asked = run("ask", "Who is Nissan talking to?", "--source", "Harbour Wire", "--after", "2024-03-01", "--json")
    answer = json.loads(asked.stdout)
    assert answer["filters"]["sources"] == ["Harbour Wire"]
    assert {quote["article"]["source"] for quote in answer["quotes"]} == {"Harbour Wire"}
    wrong = run("ask", "Who?", "--after", "yesterday")
    assert wrong.returncode == 2
    assert "'yesterday' is not a day such as 2024-03-01" in wrong.stderr


def test_a_folder_is_added_synced_and_removed(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "a.txt").write_text("Apples\n\nApples are red.")
    (folder / "b.txt").write_bytes(b"\x00\x01\x02" * 50)
    first = run("add", "news", cwd=tmp_path)
    assert (first.returncode, first.stdout) == (1, "added 1, skipped 1\n")
    assert [".txt", "2", "1", "1"] in map(str.split, first.stderr.splitlines())
    assert "\x1b" not in first.stdout + first.stderr
    assert "b.txt" in first.stderr
    (folder / "b.txt").unlink()
    (folder / "a.txt").write_text("Apples\n\nApples are green.")
    events = [json.loads(line) for line in run("sync", "news", "--json", cwd=tmp_path).stdout.splitlines()]
    assert {event["event"] for event in events[:-1]} == {"progress"}
    synced = events[-1]
    assert (synced["event"], synced["updated"], synced["removed"], synced["skipped"]) == ("done", 1, 0, 0)
    assert run("verify", cwd=tmp_path).returncode == 0
    assert run("remove", "news", cwd=tmp_path).stdout == "removed 1\n"
    gone = run("remove", "news", cwd=tmp_path)
    assert gone.returncode == 3
    assert "'news' is no article's id, origin, file or folder; see: python -m bot list" in gone.stderr


def test_a_feed_is_synced_and_keeps_what_it_no_longer_lists(run: Run, tmp_path: Path) -> None:
    entry = '{{"id": "{0}", "title": "{0}", "content_html": "<p>All of {0}.</p>"}}'
    feed = '{{"version": "https://jsonfeed.org/version/1.1", "title": "Letter", "items": [{}]}}'
    synced = []
    with serving() as site:
        for names in (("One",), ("Two",)):
            place = site.put("/feed.json", feed.format(", ".join(map(entry.format, names))), "application/json")
            synced.append(run("sync", place, "--allow-private", cwd=tmp_path))
    assert [(each.returncode, each.stdout) for each in synced] == [(0, "added 1\n")] * 2, synced
    assert run("list", "--json", cwd=tmp_path).stdout.count('"origin"') == 2


def test_verify_finds_what_was_tampered_with_and_rebuild_mends_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Apples\n\nApples are red.")
    run("add", "a.txt", cwd=tmp_path)
    import sqlite3

    with sqlite3.connect(tmp_path / "articles.index" / "catalogue.sqlite") as database:
        database.execute("UPDATE articles SET text = 'Apples are blue.'")
    database.close()
    verified = run("verify", cwd=tmp_path)
    assert verified.returncode == 3
    assert "is not what was added" in verified.stdout
    run("remove", str(tmp_path / "a.txt"), cwd=tmp_path)
    run("add", "a.txt", cwd=tmp_path)
    rebuilt = run("rebuild", cwd=tmp_path)
    assert (rebuilt.returncode, rebuilt.stdout[:27]) == (0, "encoded 1 passages anew in ")
    assert run("verify", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask", "Where?", "--index", "none.index"], 3, "make one with: python -m bot add"),
        (["add", "no-such-file.txt"], 3, "no-such-file.txt"),
        (["ask", "  "], 3, "the question is empty"),
        (["ask", "Where?", "--model", "no/such-model"], 3, "fetches nothing"),
        (["serve", "--host", "0.0.0.0"], 3, "--auth"),
        (["ask"], 2, "question"),
        (["dance"], 2, "invalid choice"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_a_code(run: Run, arguments: list[str], code: int, words: str) -> None:
    gone = run(*arguments)
    assert gone.returncode == code
    assert words in gone.stderr
    assert "Traceback" not in gone.stderr


def test_help_teaches(run: Run) -> None:
    shown = run("--help").stdout
    assert 'python -m bot ask "Where is the LEAF built?"' in shown
    assert "exit codes" in shown


def test_calibrating_keeps_a_threshold_with_the_index(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Apples\n\nApples from the old orchard are red and sweet in autumn this year.")
    run("add", "a.txt", cwd=tmp_path)
    questions = tmp_path / "mine.jsonl"
    rows = [{"question": "Which apples are red?", "answered": True}, {"question": "Who won?", "answered": False}]
    questions.write_text("\n".join(map(json.dumps, rows)))
    found = json.loads(run("calibrate", "--questions", "mine.jsonl", "--json", cwd=tmp_path).stdout)
    assert (found["positives"], found["negatives"], found["coverage"]) == (1, 1, 1.0)
    kept = json.loads((tmp_path / "articles.index" / "calibration.json").read_text())
    assert kept == found
    assert run("ask", "Which apples are red?", cwd=tmp_path).returncode == 0


def test_ones_own_questions_are_evaluated_and_compared(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine.jsonl"
    rows = [
        {"question": "Where is the LEAF built?", "quote": "The LEAF that Europe drives is built in Sunderland"},
        {"question": "What is Honda's new EV line called?", "article": "Honda starts again from zero"},
    ]
    mine.write_text("\n".join(map(json.dumps, rows)))
    first = run("evaluate", str(mine), "--existing", "--out", str(tmp_path / "report.json"))
    assert first.returncode == 0, first.stderr
    assert "RR@10" in first.stdout
    again = run("evaluate", str(mine), "--existing", "--compare", str(tmp_path / "report.json"))
    assert again.returncode == 0, again.stderr
    assert "gain" in again.stdout


def test_slack_is_set_up_from_the_terminal(run: Run) -> None:
    shown = run("slack", "manifest", "--url", "https://quotes.example.com")
    assert (shown.returncode, "https://quotes.example.com/slack/events" in shown.stdout) == (0, True)
    checked = run("slack", "check")
    assert (checked.returncode, "MISSING no signing secret" in checked.stdout) == (1, True)
    told = run("digest", "--since", "1d")
    assert (told.returncode, "12 new, 0 changed" in told.stdout) == (0, True)
    refused = run("ask", "Where is the LEAF built?", "--slack-webhook", "https://example.com/hook")
    assert (refused.returncode, "hooks.slack.com" in refused.stderr) == (3, True)
