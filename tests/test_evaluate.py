"""Measures are what their definitions say: by numbers worked by hand, and by ir-measures on random runs."""

from __future__ import annotations

from math import log2

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.evaluate import STANDARD_MEASURES, hit, judge, judged_questions, mean, ndcg, recall, reciprocal_rank
from index.significance import compare, estimate

JUDGED = {"a": 2, "b": 1, "c": 0}


def test_recall_is_the_share_of_the_relevant_that_is_among_the_first() -> None:
    assert recall(1).score(JUDGED, ["a", "x", "b"]) == 0.5
    assert recall(2).score(JUDGED, ["a", "x", "b"]) == 0.5
    assert recall(3).score(JUDGED, ["a", "x", "b"]) == 1.0


def test_reciprocal_rank_looks_for_the_first_relevant_within_its_cutoff() -> None:
    assert reciprocal_rank(10).score(JUDGED, ["c", "x", "b", "a"]) == pytest.approx(1 / 3)
    assert reciprocal_rank(2).score(JUDGED, ["c", "x", "b", "a"]) == 0.0


def test_ndcg_discounts_graded_relevance_by_rank() -> None:
    gained = 1 / log2(2) + 2 / log2(4)  # b first, a third
    best = 2 / log2(2) + 1 / log2(3)
    assert ndcg(3).score(JUDGED, ["b", "x", "a"]) == pytest.approx(gained / best)
    assert ndcg(2).score(JUDGED, ["b", "x", "a"]) == pytest.approx(1 / best)


def test_hit_asks_only_whether_anything_relevant_came_first() -> None:
    assert hit(1).score(JUDGED, ["b", "a"]) == 1.0
    assert hit(1).score(JUDGED, ["c", "a"]) == 0.0


def test_a_question_without_a_ranking_counts_as_zero() -> None:
    qrels = {"one": {"a": 1}, "two": {"b": 1}}
    assert judge(qrels, {"one": ["a"]}, [recall(5)]) == {"recall@5": [1.0, 0.0]}
    assert judge(qrels, {"one": ["a"], "two": []}, [ndcg(10)]) == {"nDCG@10": [1.0, 0.0]}


def test_a_question_without_a_relevant_article_is_not_judged() -> None:
    qrels = {"one": {"a": 1}, "none": {"b": 0}, "empty": {}}
    assert judged_questions(qrels) == ["one"]
    assert judge(qrels, {"none": ["b"]}, [hit(1)]) == {"hit@1": [0.0]}


def test_a_ranking_that_holds_an_article_twice_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'one' holds 'a' twice"):
        judge({"one": {"a": 1}}, {"one": ["a", "a"]})


qrels_and_runs = st.dictionaries(
    st.sampled_from("uvwxyz"),
    st.tuples(
        st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 3), min_size=1).filter(
            lambda j: any(j.values())
        ),
        st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), unique=True, max_size=24),
    ),
    min_size=1,
)


@settings(max_examples=60, deadline=None)
@given(qrels_and_runs)
def test_every_measure_agrees_with_ir_measures(both: dict[str, tuple[dict[str, int], list[str]]]) -> None:
    theirs = {
        "hit@1": ir_measures.Success @ 1,
        "recall@1": ir_measures.R @ 1,
        "recall@5": ir_measures.R @ 5,
        "recall@20": ir_measures.R @ 20,
        "RR@10": ir_measures.RR @ 10,
        "nDCG@5": ir_measures.nDCG @ 5,
        "nDCG@10": ir_measures.nDCG @ 10,
    }
    qrels = {question: judged for question, (judged, _) in both.items()}
    ours = judge(qrels, {question: ranked for question, (_, ranked) in both.items()}, STANDARD_MEASURES)
    scored = {q: {i: -float(rank) for rank, i in enumerate(ranked)} for q, (_, ranked) in both.items()}
    expected = {q: dict.fromkeys(theirs.values(), 0.0) for q in qrels}
    for one in ir_measures.iter_calc(list(theirs.values()), qrels, scored):
        expected[one.query_id][one.measure] = one.value
    for name, measure in theirs.items():
        assert ours[name] == pytest.approx([expected[q][measure] for q in qrels]), name


def test_an_interval_holds_its_mean_and_narrows_with_more_questions() -> None:
    few, many = estimate([0.0, 1.0] * 10), estimate([0.0, 1.0] * 500)
    assert few.mean == many.mean == 0.5
    # The standard error of 1,000 halves is .0158, so 95 % lie within .031 of the mean.
    assert (many.low, many.high) == pytest.approx((0.469, 0.531), abs=0.004)
    assert few.low < many.low < 0.5 < many.high < few.high


def test_equal_scores_have_an_interval_of_no_width_and_nothing_has_zero() -> None:
    assert (estimate([1.0, 1.0]).low, estimate([1.0, 1.0]).high) == (1.0, 1.0)
    assert estimate([]).mean == mean([]) == 0.0


def test_the_same_scores_give_the_same_interval() -> None:
    assert estimate([0.1, 0.5, 0.9]) == estimate([0.1, 0.5, 0.9])


def test_two_equal_runs_do_not_differ() -> None:
    same = compare([0.2, 0.9], [0.2, 0.9])
    assert (same.gain.mean, same.p, same.better, same.worse) == (0.0, 1.0, 0, 0)


def test_a_gain_in_every_one_of_five_questions_has_the_chance_of_two_in_thirty_two() -> None:
    found = compare([1.0] * 5, [0.0] * 5)  # all five exchanged or none: 2 of 2 ** 5
    assert found.p == pytest.approx(2 / 32, abs=0.008)
    assert (found.gain.mean, found.better, found.worse) == (1.0, 5, 0)


def test_questions_that_did_not_change_leave_the_chance_as_it_was() -> None:
    assert compare([1.0] * 5 + [0.5] * 100, [0.0] * 5 + [0.5] * 100).p == pytest.approx(2 / 32, abs=0.008)


def test_runs_over_different_questions_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="3 scores cannot be paired with 2"):
        compare([1.0, 1.0, 0.0], [1.0, 0.0])
