"""A follow-up is searched for with the turns before it, and a new topic without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from bot.conversation import Completed, common_ground, complete
from index import Ranking

LEAF = "Where is the Nissan LEAF built?"
SUNDERLAND = "The LEAF is built in Sunderland."


def cosines(**found: Ranking) -> Callable[[Sequence[str]], list[Ranking]]:
    """Rankings by the first word of a query, in small letters."""
    return lambda queries: [found[query.split()[0].lower().strip("?")] for query in queries]


def never(queries: Sequence[str]) -> Sequence[Ranking]:
    raise AssertionError(f"searched for {queries}")


def alone(question: str) -> Completed:
    return Completed(question, ((question, 1.0),))


def test_common_ground_is_the_best_passage_of_both_by_the_best_of_each() -> None:
    one: Ranking = [(1, 0.8), (2, 0.6), (3, 0.2)]
    other: Ranking = [(4, 0.5), (2, 0.4), (3, 0.3)]
    # Passage 2 is at least .4 near to both; the weaker query's best is .5.
    assert common_ground(one, other) == pytest.approx(0.4 / 0.5)
    assert common_ground(other, one) == common_ground(one, other)


def test_rankings_that_share_no_passage_have_no_common_ground() -> None:
    assert common_ground([(1, 0.8)], [(2, 0.8)]) == 0.0
    assert common_ground([], [(2, 0.8)]) == 0.0
    assert common_ground([(1, -0.1)], [(1, -0.2)]) == 0.0


def test_two_questions_about_one_matter_are_searched_for_together() -> None:
    found = complete(
        "How many workers are there?", [(LEAF, SUNDERLAND)], cosines(how=[(1, 0.5), (2, 0.4)], where=[(1, 0.6)])
    )
    together = f"{LEAF} How many workers are there?"
    assert found == Completed(
        together,
        (("How many workers are there?", 1.0), (together, 1.0), (f"How many workers are there? {SUNDERLAND}", 1.0)),
        together,
    )


def test_ground_that_is_half_shared_counts_in_part() -> None:
    found = complete("Who leads Honda?", [LEAF], cosines(who=[(1, 0.8), (2, 0.44)], where=[(2, 0.8), (1, 0.1)]))
    assert [weight for _, weight in found.queries] == pytest.approx([1.0, 0.5])  # .55 of ground between .5 and .6


def test_a_new_topic_is_left_as_it_was_asked() -> None:
    found = complete(
        "Who painted Guernica?", [(LEAF, SUNDERLAND)], cosines(who=[(9, 0.7), (1, 0.2)], where=[(1, 0.6)])
    )
    assert found == alone("Who painted Guernica?")


@pytest.mark.parametrize(
    "question", ["Why?", "When was that?", "and Honda?", "What about the Ariya?", "who is she"]
)
def test_a_question_that_says_nothing_itself_leans_on_the_turn_before(question: str) -> None:
    assert complete(question, [LEAF], never).read_as == f"{LEAF} {question}"


def test_without_history_nothing_is_searched_and_nothing_changed() -> None:
    assert complete("Why?", [], never) == alone("Why?")
    assert complete("Why?", ["  "], never) == alone("Why?")


def test_thanks_are_passed_over_for_the_question_before_them() -> None:
    assert complete("Why?", [LEAF, "OK, thank you!"], never).read_as == f"{LEAF} Why?"


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_began_it() -> None:
    history: list[str | tuple[str, str]] = ["Who leads Toyota?", LEAF, ("and the Ariya?", "It is made in Tochigi.")]
    found = complete("Since when?", history, never)
    assert found.read_as == f"{LEAF} and the Ariya? Since when?"
    assert found.queries[-1][0] == "Since when? It is made in Tochigi."


def test_long_turns_are_read_in_part_so_that_the_question_stays_in_the_window() -> None:
    found = complete("Why?", [("word " * 400, "quoted " * 400)], never)
    assert max(len(query) for query, _ in found.queries) <= 310


def test_a_question_about_nothing_in_the_collection_is_left_as_it_was_asked() -> None:
    found = complete(
        "Who won the World Cup?", [LEAF], cosines(who=[(1, 0.15), (2, 0.1)], where=[(1, 0.6), (2, 0.3)])
    )
    assert found == alone("Who won the World Cup?")


def test_a_question_after_one_about_nothing_in_the_collection_is_left_as_it_was_asked() -> None:
    found = complete(
        LEAF, ["Who won the World Cup?"], cosines(where=[(1, 0.6), (2, 0.1)], who=[(2, 0.15), (1, 0.12)])
    )
    assert found == alone(LEAF)
