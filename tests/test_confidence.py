"""The confidence follows the evidence, and a threshold keeps what it promises."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.calibrate import (
    Calibration,
    Labelled,
    calibrate,
    foreign_questions,
    labelled_questions,
    own_questions,
)
from bot.confidence import SIGNALS, answer_probability, signals
from bot.features import NAMES
from bot.quote import choose
from index import Article, Hit, Passage, ReadError, SettingError, load_encoder

TEXT = (
    "Nissan is considering a partnership with Honda on electric vehicles, according to two people. The factory in "
    "Sunderland has built the LEAF since 2013 and employs six thousand people."
)


def test_signals_are_the_best_sentences_and_the_largest_of_any() -> None:
    rows = np.zeros((2, len(NAMES)))
    rows[0, NAMES.index("pooled")], rows[1, NAMES.index("pooled")] = 0.3, 0.4
    rows[1, NAMES.index("missing_rarest")] = 1.0
    seen = dict(zip(SIGNALS, signals(rows, np.array([0.5, 0.2])), strict=True))
    # The log odds of .5 are 0; the likeliest sentence is the first, which misses nothing.
    assert (seen["best"], seen["pooled"], seen["missing_rarest"]) == (0.0, 0.4, 0.0)


@pytest.mark.parametrize("in_index", [True, False])
def test_better_evidence_never_lowers_the_confidence(in_index: bool) -> None:
    low, high = np.zeros(len(SIGNALS)), np.zeros(len(SIGNALS))
    high[SIGNALS.index("best")] = 2.0
    assert 0 < answer_probability(low, in_index=in_index) < answer_probability(high, in_index=in_index) < 1


def test_the_threshold_is_the_highest_that_keeps_the_coverage() -> None:
    scores = {"a": 0.9, "b": 0.8, "c": 0.4, "x": 0.5, "y": 0.1}
    questions = [Labelled(name, name in "abc") for name in scores]
    # Two of three must be answered: b's .8 is the line, and neither x nor y reaches it. All three: c's .4, and x does.
    assert calibrate(questions, scores.__getitem__, 0.6) == Calibration(0.8, 2 / 3, 0.0, 5 / 6, 3, 2)
    assert calibrate(questions, scores.__getitem__, 1.0) == Calibration(0.4, 1.0, 0.5, 5 / 6, 3, 2)


def test_calibrating_takes_both_kinds_of_question() -> None:
    with pytest.raises(SettingError, match="there are 1 and 0"):
        calibrate([Labelled("a", True)], lambda _: 0.5)
    with pytest.raises(SettingError, match=r"the coverage is 1\.5"):
        calibrate([], lambda _: 0.5, 1.5)


def test_a_calibration_comes_back_as_it_was_written() -> None:
    kept = Calibration(0.31, 0.9, 0.02, 0.99, 100, 60)
    assert Calibration.from_json(kept.to_json()) == kept
    with pytest.raises(SettingError, match="python -m bot calibrate"):
        Calibration.from_json("{}")


def test_own_questions_are_made_of_the_articles_words_and_the_same_each_time() -> None:
    article = Article("Nissan and Honda", TEXT, id="a")
    questions = own_questions([article], 2)
    assert questions == own_questions([article], 2)
    words = f"{article.title} {TEXT}".replace(",", "").replace(".", "").split()
    assert len(questions) == 2
    assert all(each.answered and set(each.question.split()) <= set(words) for each in questions)


def test_calibrated_on_its_own_sentences_a_corpus_declines_foreign_questions() -> None:
    article = Article("Nissan and Honda", TEXT, id="a")
    hits = [Hit(article, Passage(1, "a", 0, len(TEXT)), 1.0)]
    encoder = load_encoder()
    questions = own_questions([article], 2) + foreign_questions()[:20]
    found = calibrate(questions, lambda question: choose(question, hits, encoder).confidence)
    assert (found.false_answers, found.separation) == (0.0, 1.0)


def test_labelled_questions_are_read_and_a_bad_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    file.write_text('{"question": "a", "answered": false}\n\n{"question": "b", "quote": "words"}\n', "utf-8")
    assert labelled_questions(file) == [Labelled("a", False), Labelled("b", True)]
    file.write_text('{"question": "a", "answered": false}\n[]\n', "utf-8")
    with pytest.raises(ReadError, match="line 2"):
        labelled_questions(file)
