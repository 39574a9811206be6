"""What changed from one version of an article to the next, sentence by sentence; pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from index.split import sentences, trimmed


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence that stayed, came or went, word for word."""

    kind: Literal["kept", "added", "removed"]
    text: str


def changes(old: str, new: str, language: str = "en") -> list[Change]:
    """The sentences of both texts in reading order; where one was reworded, the old one stands before the new."""
    before, after = _sentences(old, language), _sentences(new, language)
    found: list[Change] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [Change("kept", text) for text in before[i1:i2]]
        else:
            found += [Change("removed", text) for text in before[i1:i2]]
            found += [Change("added", text) for text in after[j1:j2]]
    return found


def _sentences(text: str, language: str) -> list[str]:
    spans = (trimmed(text, span) for span in sentences(text, language or "en"))
    return [text[start:end] for start, end in spans if start < end]
