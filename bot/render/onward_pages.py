"""Pages that go on from a quote: why it was chosen, more of its article, more like it; no script in any."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answer import Quote
from bot.render import citation
from bot.render.contribution_table import Contributed, contribution_table
from bot.render.escape import html as escaped
from bot.render.html import words
from bot.render.origin_line import origin_line
from bot.render.page import page

_SHEETS = ("onward.css",)


def why_page(quote: Quote, question: str, contributed: Sequence[Contributed]) -> str:
    """The page that tells, word by word, why a quote was chosen for a question."""
    body = (
        f'<div class="onward"><header><p class="outlet">Why this quote</p><h1>{escaped(question)}</h1></header>'
        f"{_found(quote, question)}{contribution_table(contributed)}</div>"
    )
    return page("Why this quote", body, _SHEETS)


def more_from_page(quote: Quote, question: str, found: Sequence[Quote]) -> str:
    """The page of further quotes of the same article for a question."""
    title = escaped(quote.article.title or "Untitled")
    open_article = escaped(citation.article_link(quote.article, quote.start, quote.end))
    nothing = f'<p>The article has nothing further to quote. <a href="{open_article}">Read it whole</a>.</p>'
    body = (
        f'<div class="onward"><header><p class="outlet">More from this article</p><h1>{title}</h1>'
        f'<p class="byline">{origin_line(quote)}</p><p class="byline">For the question <q>{escaped(question)}</q>, '
        f"likeliest first</p></header>{_all(found, question, titled=False) or nothing}</div>"
    )
    return page(f"More from {quote.article.title or 'this article'}", body, _SHEETS)


def more_like_page(quote: Quote, found: Sequence[Quote], question: str = "") -> str:
    """The page of sentences of other articles that are near to a quote in meaning."""
    nothing = "<p>Nothing in the other articles is near to this in meaning.</p>"
    body = (
        '<div class="onward"><header><p class="outlet">More like this</p>'
        f'<h1>What other articles say near to this</h1></header><div class="start">{_found(quote, question)}</div>'
        f"<h2>Nearest in meaning</h2>{_all(found, question) or nothing}</div>"
    )
    return page("More like this", body, _SHEETS)


def _all(found: Sequence[Quote], question: str, *, titled: bool = True) -> str:
    lines = "".join(f"<li>{_found(each, question, titled=titled)}</li>" for each in found)
    return f'<ol class="found">{lines}</ol>' if lines else ""


def _found(quote: Quote, question: str, *, titled: bool = True) -> str:
    """One quote with its surroundings, where it stands (in an article `titled` elsewhere already), and the ways on."""
    opened = escaped(citation.article_link(quote.article, quote.start, quote.end))
    like = escaped(citation.more_like_link(quote, question))
    origin = (
        f'<p class="from"><a href="{opened}"><cite>{escaped(quote.article.title or "Untitled")}</cite></a>'
        f'<span class="byline">{origin_line(quote)}</span></p>'
    )
    return (
        f'<blockquote class="pq-words">{words(quote)}</blockquote>{origin if titled else ""}'
        f'<p class="ways-on"><a href="{opened}">Open in the article</a> <a href="{like}">More like this</a></p>'
    )
