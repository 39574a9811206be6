"""What is thought of answers: noted over HTTP, kept, and exported as questions to be examined on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.answer import Answer
from bot.bot import Bot
from bot.calibrate import labelled_questions
from bot.cli import main
from bot.evaluation import evaluate_folder
from bot.feedback import Feedback, FeedbackStore, QuoteMark, feedback_path
from bot.feedback_export import export
from bot.keeping import keep
from bot.meter import Meter
from bot.noting import AT_MOST
from bot.settings import Settings
from bot.web import create_app
from index import Article, IndexMissingError
from tests.small_encoder import SmallEncoder
from tests.test_keeping import TEXT, WORDS, answer
from tests.web_server import serving

VOTER = "v" * 32
NOW = datetime(2026, 11, 24, tzinfo=UTC)
Json = dict[str, Any]  # the body of a request


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with Bot.open(tmp_path / "small.index", encoder=SmallEncoder()) as bot:
        bot.put(Article("LEAF", TEXT, "Courier", origin="a"))
        yield bot


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "small.index", read_only=True)


@pytest.fixture
def site(bot: Bot, settings: Settings) -> Iterator[str]:
    with serving(create_app(settings, bot)) as address:
        yield address


def body(shown: Answer, verdict: str = "good", number: int = 0, **more: object) -> Json:
    kept = json.loads(keep(shown, 3).to_json())
    return {"answer": kept, "verdict": verdict, "number": number, "voter": VOTER, **more}


def held(settings: Settings) -> list[tuple[str, str, int, tuple[str, ...]]]:
    rows = FeedbackStore(feedback_path(settings)).all()
    return [(each.question, each.verdict, each.number, tuple(q.text for q in each.quotes)) for each in rows]


def test_a_verdict_is_kept_changed_and_taken_back(site: str, bot: Bot, settings: Settings) -> None:
    assert not feedback_path(settings).exists()
    said = body(answer(bot))
    asked = said["answer"]["question"]
    assert httpx.post(f"{site}/v1/feedback", json=said).json() == {"noted": True}
    assert held(settings) == [(asked, "good", 0, (WORDS,))]
    (kept,) = FeedbackStore(feedback_path(settings)).all()
    assert (kept.generation, kept.face, kept.filtered) == (3, "web", True)
    httpx.post(f"{site}/v1/feedback", json={**said, "verdict": "not answered"})
    httpx.post(f"{site}/v1/feedback", json={**said, "verdict": "wrong quote", "number": 1})
    assert [row[1:3] for row in held(settings)] == [("not answered", 0), ("wrong quote", 1)]
    took = httpx.post(f"{site}/v1/feedback", json={**said, "verdict": "not answered", "withdrawn": True})
    assert took.json() == {"noted": False}
    assert [row[1:3] for row in held(settings)] == [("wrong quote", 1)]


def test_a_follow_up_is_kept_as_it_was_read(site: str, bot: Bot, settings: Settings) -> None:
    shown = replace(answer(bot), question="And where?", read_as="The LEAF And where?")
    httpx.post(f"{site}/v1/feedback", json=body(shown))
    assert held(settings)[0][0] == "The LEAF And where?"


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"verdict": "marvellous"}, 422, "verdict: "),
        ({"verdict": "wrong quote", "number": 2}, 422, "number is 2, expected 1 to 1 for a wrong quote"),
        ({"verdict": "good", "number": 1}, 422, "number is 1"),
        ({"voter": "me"}, 422, "voter: "),
        ({"more": 1}, 422, "more: "),
    ],
)
def test_what_cannot_be_meant_is_refused(site: str, bot: Bot, change: Json, status: int, words: str) -> None:
    refused = httpx.post(f"{site}/v1/feedback", json={**body(answer(bot)), **change})
    assert (refused.status_code, refused.json()["error"][: len(words)]) == (status, words)


def test_words_that_no_article_holds_are_not_noted(site: str, bot: Bot, settings: Settings) -> None:
    said = body(answer(bot))
    said["answer"]["quotes"][0]["text"] = "The LEAF is built on the moon."
    refused = httpx.post(f"{site}/v1/feedback", json=said)
    assert (refused.status_code, refused.json()["error"][:31]) == (404, "the articles no longer hold the")
    assert not feedback_path(settings).exists()


def test_pages_of_others_large_bodies_and_forms_are_turned_away(site: str, bot: Bot, settings: Settings) -> None:
    said = body(answer(bot))
    foreign = httpx.post(f"{site}/v1/feedback", json=said, headers={"origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert httpx.post(f"{site}/v1/feedback", json={**said, "voter": "v" * 70_000}).status_code == 413
    form = httpx.post(f"{site}/v1/feedback", content=json.dumps(said), headers={"content-type": "text/plain"})
    assert form.status_code == 422
    assert not feedback_path(settings).exists()


def test_verdicts_come_no_faster_than_a_person_gives_them(site: str, bot: Bot) -> None:
    said = body(answer(bot))
    with httpx.Client() as client:
        answers = [client.post(f"{site}/v1/feedback", json=said) for _ in range(AT_MOST + 1)]
    assert [each.status_code for each in answers] == [200] * AT_MOST + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 61


def test_a_meter_lets_everybody_do_so_much_in_a_while() -> None:
    now = 0.0
    meter = Meter(2, 10.0, lambda: now)
    assert [meter.wait("a"), meter.wait("a"), meter.wait("a"), meter.wait("b")] == [0, 0, 10.0, 0]
    now = 4.0
    assert meter.wait("a") == 6.0
    now = 10.0
    assert meter.wait("a") == 0


def test_a_conversation_is_saved_as_a_file_with_a_name(site: str, bot: Bot) -> None:
    kept = json.loads(keep(answer(bot), 3, NOW).to_json())
    for form, ending in (("markdown", "md"), ("json", "json")):
        saved = httpx.post(f"{site}/v1/conversation", json={"form": form, "answers": [kept] * 3})
        name = f"pullquote-2026-11-24-where-is-the-leaf-built.{ending}"
        assert saved.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert WORDS in saved.text


MARK = QuoteMark("a1", 26, 58, WORDS)
OTHER = QuoteMark("a2", 0, 5, "Other")


def verdict(said: Any, *quotes: QuoteMark, question: str = "Where?", number: int = 0, **more: Any) -> Feedback:
    return Feedback(question, quotes, said, 1, NOW, number, "web", **{"answer": "k", "voter": "v", **more})


def test_each_verdict_yields_what_it_honestly_says() -> None:
    found = export(
        [
            verdict("good", MARK, OTHER, question="1?", answer="1"),
            verdict("wrong quote", MARK, OTHER, question="1?", answer="1", number=2),
            verdict("good", question="2?", answer="2"),
            verdict("not answered", question="3?", answer="3"),
            verdict("good", question="4?", answer="4", filtered=True),
            verdict("bad", MARK, question="5?", answer="5"),
            verdict("not answered", MARK, question="6?", answer="6"),
            verdict("wrong quote", MARK, question="7?", answer="7", number=1),
            verdict("good", question="8?", answer="8"),
            verdict("not answered", question="8 ", answer="9"),
            verdict("good", OTHER, question="1", answer="10", voter="w"),
        ]
    )
    assert found.rows == (
        {"question": "1?", "answered": True, "article": ["a1", "a2"], "quote": [WORDS, "Other"]},
        {"question": "2?", "answered": False, "article": "", "quote": ""},
        {"question": "3?", "answered": True},
    )
    assert sorted(found.left_out.values()) == [1, 1, 1, 1, 2]


def test_a_file_from_before_the_chat_page_asked_is_read_and_written(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "feedback.sqlite"
    with sqlite3.connect(path) as old:
        old.execute(
            "CREATE TABLE feedback (answer TEXT NOT NULL, voter TEXT NOT NULL, number INTEGER NOT NULL, question TEXT "
            "NOT NULL, quotes TEXT NOT NULL, verdict TEXT NOT NULL, generation INTEGER NOT NULL, face TEXT NOT NULL, "
            "given TEXT NOT NULL, PRIMARY KEY (answer, voter, number))"
        )
        old.execute(
            "INSERT INTO feedback VALUES ('a', 'b', 0, 'Where?', '[]', 'bad', 1, 'slack', '2026-01-01T00:00:00+00:00')"
        )
    old.close()
    store = FeedbackStore(path)
    store.add(verdict("good", MARK))
    assert [(each.verdict, each.filtered) for each in store.all()] == [("bad", False), ("good", False)]


def test_what_is_exported_can_be_evaluated_and_calibrated_on(
    bot: Bot, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = answer(bot)
    store = FeedbackStore(feedback_path(settings))
    store.add(verdict("good", QuoteMark.of(shown.quotes[0]), question=shown.question, answer="1"))
    store.add(verdict("good", question="Who won the World Cup?", answer="2"))
    store.add(verdict("bad", question="What of it?", answer="3"))
    file = tmp_path / "mine.jsonl"
    assert main(["feedback", "export", "--index", str(settings.index), "-o", str(file)]) == 0
    assert "left out 1: that an answer did not help does not tell which would" in capsys.readouterr().err
    bot.close()
    found = evaluate_folder(file, index=settings.index, encoder=SmallEncoder())
    assert found.scores["hit@1"] == {"mine:1": 1.0}
    assert {"answered, of the answerable", "answered, of the unanswerable"} <= set(found.figures)
    assert [each.answered for each in labelled_questions(file)] == [True, False]


def test_words_are_found_again_when_their_article_was_taken_in_anew(bot: Bot, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    row = {"question": "Where is the LEAF built?", "article": ["gone"], "quote": [WORDS]}
    file.write_text(json.dumps(row), encoding="utf-8")
    bot.close()
    assert evaluate_folder(file, index=tmp_path / "small.index", encoder=SmallEncoder()).scores["hit@1"]
    with pytest.raises(IndexMissingError):
        evaluate_folder(file, index=tmp_path / "none.index", encoder=SmallEncoder())


def test_without_feedback_the_export_says_where_it_is_given(tmp_path: Path) -> None:
    assert main(["feedback", "export", "--index", str(tmp_path / "none.index")]) == 3
    with pytest.raises(SystemExit):
        main(["feedback"])
