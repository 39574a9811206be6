"""Answers as text for a terminal: wrapped, safe against control characters, the words themselves unchanged."""

from __future__ import annotations

import textwrap

from bot.answer import Answer, Quote
from bot.render.escape import terminal
from bot.render.words import how_sure, long_date
from index import Article


def answer(shown: Answer, width: int = 88) -> str:
    """The answer as lines of at most `width` characters, without a newline at the end."""
    parts: list[str] = []
    if shown.read_as and shown.read_as != shown.question:
        parts.append(f"Read as: {terminal(shown.read_as)}")
    if shown:
        parts += [
            f"{quote(each, width, number)}\n   {how_sure(sure).words}"
            for number, (each, sure) in enumerate(zip(shown.quotes, shown.probabilities, strict=True), start=1)
        ]
    else:
        parts.append("The articles do not answer this.")
        if shown.nearest is not None:
            parts.append(f"The nearest they come:\n\n{quote(shown.nearest, width)}")
    parts += [f"Note: {terminal(note)}" for note in shown.notes]
    return "\n\n".join(parts)


def quote(shown: Quote, width: int = 88, number: int = 0) -> str:
    """One quote with its source below; `number` 0 leaves the number out."""
    front = f"{number}. " if number else "   "
    paragraphs = [
        textwrap.fill(
            paragraph,
            width,
            initial_indent=front if place == 0 else "   ",
            subsequent_indent="   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for place, paragraph in enumerate(f"“{terminal(shown.text)}”".split("\n\n"))
    ]
    lines = ["\n\n".join(paragraphs), f"   — {source(shown.article)}"]
    if shown.also_in:
        lines.append(f"   also in: {'; '.join(source(each) for each in shown.also_in)}")
    return "\n".join(lines)


def source(article: Article) -> str:
    """Title, source, author and date of an article on one line."""
    published = long_date(article.published) if article.published else ""
    parts = (article.title or "Untitled", article.source, article.author, published)
    return " · ".join(terminal(" ".join(part.split())) for part in parts if part)
