"""Two versions of an article differ in sentences that came, went and stayed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.changes import Change, changes

SENTENCES = st.lists(st.sampled_from(["One is here.", "Two was there.", "Three went.", "Four came."]), max_size=8)


def test_a_reworded_sentence_went_and_came_and_the_others_stayed() -> None:
    old = "The plant is old. It was built in 1986.\n\nNobody works there."
    new = "The plant is old. It was built in 1984.\n\nNobody works there. It closed."
    assert changes(old, new) == [
        Change("kept", "The plant is old."),
        Change("removed", "It was built in 1986."),
        Change("added", "It was built in 1984."),
        Change("kept", "Nobody works there."),
        Change("added", "It closed."),
    ]


def test_a_text_has_not_changed_from_itself_and_all_of_it_came_from_nothing() -> None:
    text = "One is here. Two was there."
    assert {change.kind for change in changes(text, text)} == {"kept"}
    assert {change.kind for change in changes("", text)} == {"added"}
    assert changes("", "") == []


@given(SENTENCES, SENTENCES)
def test_both_versions_can_be_told_from_the_changes(old: list[str], new: list[str]) -> None:
    found = changes(" ".join(old), " ".join(new))
    assert [each.text for each in found if each.kind != "added"] == old
    assert [each.text for each in found if each.kind != "removed"] == new
