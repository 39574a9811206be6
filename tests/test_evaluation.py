"""An examination asks the real bot, and its figures are what its outcomes say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluation import evaluate_folder
from bot.measures import auroc, false_answer_rate, find_words, places, word_overlap
from bot.report import Outcome, Report, read_report, report, report_json, table_rows
from index import Encoder, Judged, ReadError


def test_words_are_counted_where_they_stand_and_summed_before_they_are_divided() -> None:
    text = "The LEAF is built in Sunderland."
    quoted, chosen = places("d", text, 0, 17), places("d", text, 4, 32)
    assert quoted == {("d", 0), ("d", 4), ("d", 9), ("d", 12)}
    # 3 of 4 quoted words are among the 5 chosen; a question with no answer adds 2 that are wrong.
    found = word_overlap([quoted, places("e", "No way", 0, 6)], [chosen, set()])
    assert found == pytest.approx((3 / 6, 3 / 5, 2 * 3 / (6 + 5)))


def test_words_are_found_whatever_the_white_space_between_them() -> None:
    assert find_words("It is\nbuilt  in Japan.", "is built in") == (3, 15)
    assert find_words("It is built.", "was built") is None
    assert find_words("It is built.", "  ") is None


def test_auroc_counts_the_pairs_in_the_right_order_and_half_the_ties() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx((2 + 1 + 0.5) / 4)
    assert auroc([1.0], [0.0]) == 1.0
    assert auroc([], [0.0]) == 0.5


def test_false_answers_are_counted_at_the_threshold_that_answers_the_share_asked_for() -> None:
    answerable = [0.9, 0.8, 0.7, 0.6, 0.5]
    assert false_answer_rate(answerable, [0.75, 0.65, 0.1, 0.1], 0.6) == 0.25  # the threshold is .7
    assert false_answer_rate(answerable, [0.75, 0.65, 0.1, 0.1], 0.8) == 0.5  # .6
    assert false_answer_rate(answerable, [0.7], 0.6) == 1.0  # what lies at the threshold is answered


def outcome(ranked: list[str], quoted: set[int], chosen: set[int], confidence: float) -> Outcome:
    at = {("a", place) for place in quoted}
    return Outcome(ranked, at, at, {("a", place) for place in chosen}, confidence)


def test_a_report_counts_unanswered_questions_and_tells_follow_ups_apart() -> None:
    asked = [
        Judged("one", "?", relevant={"a": 1}, quotes=("x",), answerable=True),
        Judged("two", "?", (("before", ""),), {"b": 1}, ("y",), True),
        Judged("none", "?", quotes=(), answerable=False),
    ]
    found = report(
        "small",
        2,
        asked,
        {"one": outcome(["a", "b"], {1, 2}, {2, 3}, 0.8), "none": outcome(["a"], {4, 5}, set(), 0.3)},
    )
    assert found.scores["hit@1"] == {"one": 1.0, "two": 0.0}
    assert found.scores["follow-ups: nDCG@5"] == {"two": 0.0}
    assert found.scores["first quote is in the chosen words"] == {"one": 1.0, "two": 0.0}
    assert found.figures["quoted words: precision"] == pytest.approx(1 / 4)
    assert found.figures["answerable: AUROC"] == pytest.approx(1 / 2)
    assert (found.figures["answered, of the answerable"], found.figures["answered, of the unanswerable"]) == (
        0.5,
        1.0,
    )


def test_a_report_survives_being_written_and_pairs_by_question(tmp_path: Path) -> None:
    run = Report("small", 2, 3, {"hit@1": {"one": 1.0, "two": 1.0}}, {"answerable: AUROC": 0.5})
    before = Report("small", 2, 3, {"hit@1": {"two": 0.0, "gone": 1.0}})
    file = tmp_path / "run.json"
    file.write_text(report_json(run), "utf-8")
    assert read_report(file) == run
    assert json.loads(file.read_text("utf-8"))["measures"]["hit@1"]["mean"] == 1.0
    assert run.against(before)["hit@1"].gain.mean == 1.0
    file.write_text("{}", "utf-8")
    with pytest.raises(ReadError, match="is no report"):
        read_report(file)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "leaf.txt").write_text(
        "The LEAF\n\nThe Nissan LEAF is built in Sunderland. It sells well.\n", "utf-8"
    )
    (folder / "honda.txt").write_text("Honda\n\nHonda calls its line of electric cars the 0 Series.\n", "utf-8")
    rows = [
        {"question": "Where is the Nissan LEAF built?", "quote": "The Nissan LEAF is built in Sunderland."},
        {"question": "What is Honda's line of electric cars called?", "article": "honda.txt"},
        {"question": "Who painted Guernica?", "article": ""},
    ]
    (folder / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return folder


def test_ones_own_questions_are_asked_of_the_articles_beside_them(folder: Path, real_encoder: Encoder) -> None:
    steps: list[tuple[int, int]] = []
    found = evaluate_folder(folder, encoder=real_encoder, on_asked=lambda at, of: steps.append((at, of)))
    assert (found.articles, found.questions, steps) == (2, 3, [(1, 3), (2, 3), (3, 3)])
    assert list(found.scores["hit@1"].values()) == [1.0, 1.0]
    assert list(found.scores["first quote is in the chosen words"].values()) == [1.0]
    assert found.figures["answerable: AUROC"] == 1.0


def test_a_question_that_names_no_article_there_is_says_so(folder: Path, real_encoder: Encoder) -> None:
    (folder / "questions.jsonl").write_text('{"question": "Where?", "article": "Atlantis"}\n', "utf-8")
    with pytest.raises(ReadError, match="no article is or holds 'Atlantis'"):
        evaluate_folder(folder, encoder=real_encoder)


def test_a_table_shows_what_a_run_gains_over_another() -> None:
    run = Report("small", 2, 2, {"hit@1": {"one": 1.0, "two": 1.0}}, {"answerable: AUROC": 0.75})
    before = Report("small", 2, 2, {"hit@1": {"one": 1.0, "two": 0.0}}, {"answerable: AUROC": 0.5})
    assert table_rows(run) == [
        ("measure", "questions", "mean", "95 %"),
        ("hit@1", "2", "1.000", "1.000 to 1.000"),
        ("answerable: AUROC", "", "0.750", ""),
    ]
    assert table_rows(run, before)[1:] == [
        ("hit@1", "2", "1.000", "1.000 to 1.000", "+0.500", "1.000", "1", "0"),
        ("answerable: AUROC", "", "0.750", "", "+0.250", "", "", ""),
    ]
