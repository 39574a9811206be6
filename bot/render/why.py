"""Why a quote was chosen, in words a reader can check: shared words, and what each ranker saw."""

from __future__ import annotations

from collections.abc import Mapping

from bot.answer import Quote
from bot.render.citation import why_link
from bot.render.escape import html as escaped
from bot.words import stems, words

_NAMES = {
    "dense": "Closeness of meaning",
    "lexical": "Weight of shared words",
    "sentence": "Meaning of these sentences",
}


def shared_words(question: str, text: str) -> list[str]:
    """The question's telling words that stand in the text, in the question's order; endings may differ."""
    held = set(stems(text))
    return [word for word in dict.fromkeys(words(question)) if held.intersection(stems(word))]


def why(quote: Quote, question: str, sure: float) -> str:
    """An HTML `<details>`: which words the quote shares with the question, what the rankers gave, how sure that is.

    `sure` is the probability (0..1) that is said in words above the quote.
    """
    shared = shared_words(question, quote.text)
    if shared:
        listed = ", ".join(f"<b>{escaped(word)}</b>" for word in shared)
        sentence = f"It shares {listed} with your question."
    else:
        sentence = "It shares no telling word with your question; it was found by its meaning."
    return (
        f'<details class="pq-why"><summary>Why this quote</summary><p>{sentence}</p>{_evidence(quote.evidence)}'
        f"<p>The estimate that it answers is {sure:.0%}.</p>{_word_by_word(quote, question)}</details>"
    )


def _word_by_word(quote: Quote, question: str) -> str:
    """The way to what each word contributed, which is worked out when it is asked for."""
    if not quote.article.id:
        return ""
    return f'<p><a class="pq-by-word" href="{escaped(why_link(quote, question))}">Word by word</a></p>'


def _evidence(evidence: Mapping[str, float]) -> str:
    rows = [
        f'<tr><th scope="row">{escaped(_NAMES.get(name, name.replace("_", " ").capitalize()))}</th>'
        f"<td>{value:.2f}</td></tr>"
        for name, value in evidence.items()
    ]
    return f"<table>{''.join(rows)}</table>" if rows else ""
