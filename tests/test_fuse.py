"""Several rankings become one, by arithmetic worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fuse import convex, scaled
from index.ports import Ranking

WEIGHTS = {"dense": 0.7, "lexical": 0.3}


def test_scores_are_scaled_within_each_ranking_and_added_by_weight() -> None:
    dense = [(1, 0.8), (2, 0.6), (3, 0.4)]  # scaled: 1, .5, 0
    lexical = [(3, 12.0), (2, 6.0), (4, 4.0)]  # scaled: 1, .25, 0
    fused = convex({"dense": dense, "lexical": lexical}, WEIGHTS)
    assert [passage for passage, _ in fused] == [1, 2, 3, 4]
    assert [score for _, score in fused] == pytest.approx([0.7, 0.7 * 0.5 + 0.3 * 0.25, 0.3, 0.0])


def test_equal_scores_are_ordered_by_ascending_id() -> None:
    assert convex({"dense": [(9, 0.5), (4, 0.5)]}, WEIGHTS) == [(4, 0.7), (9, 0.7)]


def test_a_ranking_of_one_passage_or_of_equal_scores_gives_one_to_each() -> None:
    assert scaled([(7, -0.2)]) == [(7, 1.0)]
    assert scaled([(7, 0.0), (8, 0.0)]) == [(7, 1.0), (8, 1.0)]
    assert convex({"dense": [(1, 0.9), (2, 0.1)], "lexical": [(2, 3.0)]}, WEIGHTS) == [(1, 0.7), (2, 0.3)]


def test_an_empty_ranking_leaves_the_other_as_it_was() -> None:
    assert convex({"dense": [], "lexical": [(5, 2.0), (6, 1.0)]}, WEIGHTS) == [(5, 0.3), (6, 0.0)]
    assert convex({"dense": [], "lexical": []}, WEIGHTS) == []


def test_a_ranking_without_a_weight_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="no weight for the ranking 'sparse'"):
        convex({"sparse": [(1, 1.0)]}, WEIGHTS)


rankings = st.dictionaries(st.integers(1, 30), st.floats(-5, 5, width=32), max_size=12).map(
    lambda scores: sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
)


@given(rankings, rankings)
def test_a_fused_ranking_holds_every_passage_once_with_scores_between_zero_and_one(
    dense: Ranking, lexical: Ranking
) -> None:
    fused = convex({"dense": dense, "lexical": lexical}, WEIGHTS)
    assert sorted(passage for passage, _ in fused) == sorted({p for p, _ in dense} | {p for p, _ in lexical})
    assert all(-1e-9 <= score <= 1 + 1e-9 for _, score in fused)
    assert fused == sorted(fused, key=lambda pair: (-pair[1], pair[0]))
