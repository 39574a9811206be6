"""The words a text is made of, read once for the many questions that meet it; judges nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from bot.words import stems_of, words


class Form(NamedTuple):
    """How many words a text has; the stems of those that are no stop words, in order and as a set."""

    words: int
    stems: tuple[str, ...]
    held: frozenset[str]


# A sentence and its form are about 1.5 kB: 12 MB, and every sentence of 1,000 passages.
@lru_cache(maxsize=8_192)
def form_of(text: str) -> Form:
    """The form of a sentence or a title."""
    row = words(text)
    stems = tuple(stems_of(row))
    return Form(len(row), stems, frozenset(stems))
