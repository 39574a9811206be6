"""Answers as Markdown, for a conversation that is kept in a file."""

from __future__ import annotations

from bot.answer import Answer
from bot.render import citation, escape
from bot.render.words import how_sure


def answer(shown: Answer) -> str:
    """The question as a heading, then each quote as a block quotation with its source; ends with a newline."""
    parts = [f"## {escape.markdown(shown.question)}"]
    if shown.read_as and shown.read_as != shown.question:
        parts.append(f"Read as: {escape.markdown(shown.read_as)}")
    for quote, sure in zip(shown.quotes, shown.probabilities, strict=True):
        parts += [citation.markdown(quote), f"It {how_sure(sure).words}."]
    if not shown:
        parts.append("The articles do not answer this.")
        if shown.nearest is not None:
            parts.append(f"The nearest they come:\n\n{citation.markdown(shown.nearest)}")
    parts += [escape.markdown(note) for note in shown.notes]
    return "\n\n".join(parts) + "\n"
