"""What changed from one version of an article to the next, and the list of its versions, as plain HTML."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.render.escape import html as escaped
from bot.render.page import page
from bot.render.words import counted, long_date
from index import Article, ArticleSummary, Change

_KEPT = 2
"""How many unchanged sentences are shown on either side of a change; the rest is folded away."""


def versions_list(versions: Sequence[ArticleSummary], shown: int) -> str:
    """The versions of an article, the latest first, with links to read each and to what it changed."""
    if len(versions) < 2:
        return ""
    lines = []
    for each in reversed(versions):
        link = f"/articles/{escaped(each.id)}"
        day = f'<time datetime="{each.added_at.isoformat()}">{long_date(each.added_at.date())}</time>'
        name = f"Version {each.version}, {day}"
        read = (
            f"{name} (this one)" if each.version == shown else f'<a href="{link}?version={each.version}">{name}</a>'
        )
        more = f' · <a href="{link}/changes?version={each.version}">what changed in version {each.version}</a>'
        lines.append(f"<li>{read}{more if each.version > 1 else ''}</li>")
    return f'<h2>Versions</h2><ul class="versions">{"".join(lines)}</ul>'


def earlier_note(article: Article, latest: int) -> str:
    """Says that a version is not the latest; empty for the one that is."""
    if article.version >= latest:
        return ""
    return (
        f'<p class="earlier">This is version {article.version}. '
        f'<a href="/articles/{escaped(article.id)}">Read version {latest}, the latest</a></p>'
    )


def changes_page(article: Article, changed: Sequence[Change], versions: Sequence[ArticleSummary]) -> str:
    """The page of what changed in a version: what came and what went, each under its name and with its own line."""
    number = article.version
    came = sum(each.kind == "added" for each in changed)
    went = sum(each.kind == "removed" for each in changed)
    told = f"{counted(came, 'sentence')} added, {counted(went, 'sentence')} removed"
    body = (
        f'<article class="reading"><header><p class="outlet">{escaped(article.source)}</p>'
        f"<h1>What changed in version {number}</h1>"
        f'<p class="byline"><a href="/articles/{escaped(article.id)}?version={number}">'
        f"{escaped(article.title or 'Untitled')}</a> · {told if came or went else 'not a word of the text changed'}</p>"
        f'</header><div class="text" lang="">{_runs(changed)}</div>'
        f"<footer>{versions_list(versions, 0)}</footer></article>"
    )
    return page(f"What changed in version {number}", body)


def _runs(changed: Sequence[Change]) -> str:
    runs = [(kind, [each.text for each in run]) for kind, run in groupby(changed, key=lambda each: each.kind)]
    pieces = []
    for place, (kind, texts) in enumerate(runs):
        if kind == "kept":
            pieces.append(_kept(texts, is_first=place == 0, is_last=place == len(runs) - 1))
        else:
            name, element = ("Added", "ins") if kind == "added" else ("Removed", "del")
            words = escaped(" ".join(texts))
            pieces.append(f'<p class="change {kind}"><b>{name}</b><{element}>{words}</{element}></p>')
    return "".join(pieces)


def _kept(texts: Sequence[str], *, is_first: bool, is_last: bool) -> str:
    """Unchanged sentences: those beside a change are shown, those further away can be unfolded."""
    front, back = (0 if is_first else _KEPT), (0 if is_last else _KEPT)
    if len(texts) <= front + back + 1:
        return f'<p class="change">{escaped(" ".join(texts))}</p>'
    middle = texts[front : len(texts) - back]
    near = [texts[:front], texts[len(texts) - back :]]
    before, after = (f'<p class="change">{escaped(" ".join(part))}</p>' if part else "" for part in near)
    return (
        f'{before}<details class="same"><summary>{counted(len(middle), "sentence")} unchanged</summary>'
        f'<p class="change">{escaped(" ".join(middle))}</p></details>{after}'
    )
