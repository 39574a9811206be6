"""What each word of a question contributed to a quote, as a table that needs neither colour nor sight."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.render.escape import html as escaped


class Contributed(Protocol):
    """One word of a question; see `bot.contribution.Contribution`."""

    @property
    def word(self) -> str: ...
    @property
    def lexical(self) -> float: ...
    @property
    def share(self) -> float: ...
    @property
    def meaning(self) -> float: ...
    @property
    def nearest(self) -> str: ...


def contribution_table(words: Sequence[Contributed]) -> str:
    """The table with a sentence that says how its numbers are made; bars repeat what the numbers say."""
    rows = "".join(_row(each) for each in words)
    return (
        '<div class="pq-contribution"><table><caption>What each word of the question contributed</caption>'
        '<thead><tr><th scope="col">Word</th><th scope="col">As a word</th><th scope="col">In meaning</th>'
        f'<th scope="col">Nearest word</th></tr></thead><tbody>{rows}</tbody></table>'
        "<p>As a word: its part of the passage&#39;s BM25 score, title included; a rare word counts for more. "
        "In meaning: its cosine with the nearest word of the quote, each read where it stands; 1 is the same. "
        "Words that every sentence has are left out.</p></div>"
    )


def _row(each: Contributed) -> str:
    lexical = f"{each.share:.0%} ({each.lexical:.2f})" if each.lexical else "not there"
    return (
        f'<tr><th scope="row">{escaped(each.word)}</th><td>{_bar(each.share)} {lexical}</td>'
        f"<td>{_bar(each.meaning)} {each.meaning:.2f}</td><td>{escaped(each.nearest) or 'none'}</td></tr>"
    )


def _bar(part: float) -> str:
    """A bar for the eye; the number beside it says the same to everybody."""
    return f'<meter min="0" max="1" value="{min(max(part, 0.0), 1.0):.3f}" aria-hidden="true"></meter>'
