"""Telling a headline from the body beneath it; a headline is an article's title and no part of its text."""

from __future__ import annotations

HEADLINE_LIMIT = 150
"""The most characters of a headline; a longer first line is taken for a paragraph."""


def split_headline(text: str) -> tuple[str, str]:
    """The headline that a text opens with and the body beneath it; an empty headline and all the text if none.

    A headline is a short first line with no full stop, set off by an empty line or by standing there twice.
    It is taken out of the body, every time it stands at the top: the title is shown beside each quote, and
    a title among the sentences would be quoted as if somebody had written it there.
    """
    lines = text.strip().split("\n")
    first = lines[0].strip()
    if not first or len(first) > HEADLINE_LIMIT or first.endswith((".", ",", ";", ":", "…", "。", "、")):
        return "", text
    if len(lines) < 3 or lines[1].strip() not in ("", first):
        return "", text
    body = drop_headline("\n".join(lines[1:]), first)
    return (first, body) if body.strip() else ("", text)


def drop_headline(text: str, headline: str) -> str:
    """The text without the lines at its top that only repeat the headline."""
    words = headline.split()
    while words and text.strip():
        first, _, rest = text.strip().partition("\n")
        if first.split() != words:
            break
        text = rest
    return text
