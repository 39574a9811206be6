"""A digest as text for a terminal."""

from __future__ import annotations

from bot.digest import Digest
from bot.render.escape import terminal, web_address


def digest_text(made: Digest) -> str:
    """The summary, then a title, source and address a line; without a newline at the end."""
    lines = [made.summary]
    for heading, articles in (("New", made.new), ("Changed", made.changed)):
        lines += ["", f"{heading}:"] if articles else []
        for article in articles:
            parts = (article.title or "Untitled", article.source, web_address(article.url))
            lines.append("  " + " · ".join(terminal(" ".join(part.split())) for part in parts if part))
    return "\n".join(lines)
