"""Why a quote was chosen, in words a reader can check: shared words, and what each ranker saw."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.answer import Quote
from bot.render.escape import html as escaped

_COMMON = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all also an and any are as at be been before but by can could did do does for from had has
        have he her his how i if in into is it its just me more my no not of on or our out she should so some than
        that the their them then there these they this to up was we were what when where which who whom whose why
        will with would you your
        """,
    )
)
_NAMES = {
    "dense": "Closeness of meaning",
    "lexical": "Weight of shared words",
    "sentence": "Meaning of these sentences",
}


def shared_words(question: str, text: str) -> list[str]:
    """The question's telling words that stand in the text, in the question's order; endings may differ."""
    words = [word for word in dict.fromkeys(re.findall(r"\w+", question.lower())) if word not in _COMMON]
    held = {_stem(word) for word in re.findall(r"\w+", text.lower())}
    return [word for word in words if _stem(word) in held]


def _stem(word: str) -> str:
    """A word without its commonest endings; only for telling a reader what matched, never for searching."""
    for ending in ("'s", "ies", "ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)].rstrip("e")
    return word.rstrip("e") if len(word) > 3 else word


def why(quote: Quote, question: str) -> str:
    """An HTML `<details>` that says which words the quote shares with the question and what the rankers gave."""
    shared = shared_words(question, quote.text)
    if shared:
        words = ", ".join(f"<b>{escaped(word)}</b>" for word in shared)
        sentence = f"It shares {words} with your question."
    else:
        sentence = "It shares no telling word with your question; it was found by its meaning."
    return (
        f'<details class="pq-why"><summary>Why this quote</summary><p>{sentence}</p>{_evidence(quote.evidence)}'
        f"<p>The estimate that it answers is {quote.probability:.0%}.</p></details>"
    )


def _evidence(evidence: Mapping[str, float]) -> str:
    rows = [
        f'<tr><th scope="row">{escaped(_NAMES.get(name, name.replace("_", " ").capitalize()))}</th>'
        f"<td>{value:.2f}</td></tr>"
        for name, value in evidence.items()
    ]
    return f"<table>{''.join(rows)}</table>" if rows else ""
