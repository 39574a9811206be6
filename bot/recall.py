"""Answers given before, kept for as long as the same question would be answered the same; it answers nothing itself."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from threading import Lock

from bot.answer import Answer
from index import Article

MOST = 1_000
"""How many answers are kept."""

MOST_CHARACTERS = 20_000_000
"""How many characters the articles of all kept answers have together, about 20 to 40 MB."""


class Recall:
    """A bounded memory of answers, those asked for longest ago forgotten first; safe to use from many threads.

    `state` is everything that an answer depends on beside what was asked; when it changes all is forgotten. An
    answer that was begun in one state and ended in another is given and not kept.
    """

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._state: Sequence[object] = ()
        self._characters = 0
        self._turn = Lock()

    def answer(self, state: Sequence[object], asked: Hashable, find: Callable[[], Answer]) -> Answer:
        """What was answered before to the same in the same state, else what `find` finds."""
        with self._turn:
            if not _same(state, self._state):
                self._answers.clear()
                self._state, self._characters = state, 0
            if asked in self._answers:
                self._answers.move_to_end(asked)
                return self._answers[asked]
        found = find()
        with self._turn:
            if _same(state, self._state) and asked not in self._answers:
                self._answers[asked] = found
                self._characters += _characters(found)
                while len(self._answers) > MOST or self._characters > MOST_CHARACTERS:
                    self._characters -= _characters(self._answers.popitem(last=False)[1])
        return found

    def last(self, asked: Hashable) -> Answer | None:
        """What was answered to the same in the last state that was seen; None when that is not remembered."""
        with self._turn:
            return self._answers.get(asked)


def key_of(asked: object) -> Hashable:
    """Arguments as something that can be looked up: lists as tuples, and so on within them."""
    if isinstance(asked, dict):
        return tuple((name, key_of(asked[name])) for name in sorted(asked))
    if isinstance(asked, Sequence) and not isinstance(asked, str):
        return tuple(key_of(each) for each in asked)
    if not isinstance(asked, Hashable):
        raise TypeError(f"{type(asked).__name__} is no argument that an answer can be remembered by")
    return asked


def _same(one: Sequence[object], other: Sequence[object]) -> bool:
    """By identity, or by value for what has no identity of its own; never by a comparison that could cost."""
    return len(one) == len(other) and all(
        a is b or (isinstance(a, int | float | str) and a == b) for a, b in zip(one, other, strict=True)
    )


def _characters(answer: Answer) -> int:
    return sum(len(text) for text in {id(each): each.text for each in _articles(answer)}.values())


def _articles(answer: Answer) -> Iterator[Article]:
    for quote in (*answer.quotes, *([answer.nearest] if answer.nearest else [])):
        yield from (quote.article, *quote.also_in)
