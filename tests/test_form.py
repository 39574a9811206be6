"""What is read of a sentence once serves every question that meets it."""

from __future__ import annotations

from bot.cues import new_things
from bot.form import Form, form_of

SENTENCE = "The factory in Sunderland has built 500,000 cars since 2013, says Makoto Uchida."


def test_a_form_counts_all_words_and_keeps_the_stems_of_those_that_carry_meaning() -> None:
    assert form_of("Factories of the company") == Form(4, ("factori", "compani"), frozenset({"factori", "compani"}))
    assert form_of("") == Form(0, (), frozenset())


def test_what_one_question_knows_of_a_sentence_is_not_known_to_the_next() -> None:
    assert new_things("when", SENTENCE, frozenset()) == 1
    assert new_things("when", SENTENCE, frozenset({"2013"})) == 0
    assert new_things("when", SENTENCE, frozenset({"1999"})) == 1
