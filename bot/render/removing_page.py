"""The page that asks whether articles are really to be taken out, as HTML that needs no JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from bot.render.escape import html as escaped
from bot.render.library_page import Listed, particulars
from bot.render.page import page
from bot.render.words import counted


def removing_page(articles: Sequence[Listed], back: Mapping[str, str]) -> str:
    """The page. `back` is where in the library the reader was, by name."""
    lines = "".join(
        f'<li><a href="/articles/{escaped(each.id)}">{escaped(each.title or "Untitled")}</a>'
        f'<span class="byline">{particulars(each)}</span></li>'
        for each in articles
    )
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escaped(value)}">'
        for name, value in [*(("id", each.id) for each in articles), *back.items(), ("sure", "yes")]
    )
    number = counted(len(articles), "article")
    body = (
        f'<div class="library"><header><h1>Remove {number}?</h1>'
        '<p class="byline">With all earlier versions. The files and pages they came from stay as they are.</p></header>'
        f'<ul class="articles">{lines}</ul><form class="leaving" method="post" action="/library/remove">{hidden}'
        f'<button type="submit">Remove {number}</button> '
        f'<a href="{escaped("/library?" + urlencode(back))}">Keep {"it" if len(articles) == 1 else "them"}</a>'
        "</form></div>"
    )
    return page(f"Remove {number}?", body)
