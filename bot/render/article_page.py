"""The page of one article, as HTML that needs no JavaScript: a clean reading view with the quoted words marked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.answer import Quote
from bot.render import citation
from bot.render.escape import html as escaped
from bot.render.escape import web_address
from bot.render.page import page
from bot.render.passages import paragraphs
from bot.render.versions_page import earlier_note, versions_list
from bot.render.words import counted, long_date
from index import Article, ArticleSummary, Span

_LEGEND = (
    '<p class="legend">The quote is marked <span class="key">like this</span>; what else your conversation quoted '
    'is underlined with dots, <span class="key faint">like this</span>.</p>'
)


def article_page(
    article: Article,
    marked: Span | None = None,
    fainter: Sequence[Span] = (),
    versions: Sequence[ArticleSummary] = (),
) -> str:
    """The whole page. `marked` is scrolled to by the link's `#quote`; ranges outside the text are left out.

    `versions` are all there are of the article, the oldest first.
    """
    marked = marked if marked and _inside(article, marked) else None
    fainter = [span for span in fainter if _inside(article, span)]
    lead = ""
    if marked:
        leaf = article.page_at(marked[0])
        at = "" if leaf is None else f", p. {leaf}"
        lead = f'<p class="jump"><a href="#quote">To the quoted words{at}</a></p>'
    if versions:
        lead += earlier_note(article, versions[-1].version)
    if fainter:
        lead += _LEGEND
    body = (
        f'<article class="reading"><header><p class="outlet">{escaped(article.source)}</p>'
        f"<h1>{escaped(article.title or 'Untitled')}</h1>{_byline(article)}{lead}</header>"
        f'<div class="text" lang="">{paragraphs(article.text, marked, fainter, article.page_at)}</div>'
        f"<footer>{_foot(article, marked)}{versions_list(versions, article.version)}</footer></article>"
    )
    return page(article.title or "Untitled", body)


def _inside(article: Article, span: Span) -> bool:
    return 0 <= span[0] < span[1] <= len(article.text)


def _byline(article: Article) -> str:
    parts = [f"<span>{escaped(article.author)}</span>"] if article.author else []
    if article.published:
        day, moment = article.published, article.published_at
        exact = moment.isoformat() if moment else day.isoformat()
        parts.append(f'<time datetime="{exact}">{long_date(day)}{_time(moment)}</time>')
    parts.append(f"<span>{counted(len(article.text.split()), 'word')}</span>")
    return f'<p class="byline">{" · ".join(parts)}</p>'


def _time(moment: datetime | None) -> str:
    """The time of day with its zone, where it is known: ", 10:00 (UTC+01:00)"."""
    return f", {moment:%H:%M} ({moment.tzname() if moment.utcoffset() else 'UTC'})" if moment else ""


def _foot(article: Article, marked: Span | None) -> str:
    """Where the article came from, and the marked words as a citation that can be selected and copied."""
    parts: list[str] = []
    quote = Quote(article, *marked, score=0.0) if marked else None
    if quote is not None:
        parts.append(f"<h2>Cite these words</h2><pre>{escaped(citation.plain(quote))}</pre>")
    live = citation.live_link(quote) if quote is not None else web_address(article.url)
    if live:
        words = "Open the live page at these words" if quote else "Open the live page"
        parts.append(f'<p><a href="{escaped(live)}" rel="noopener noreferrer">{words}</a></p>')
    if article.published and article.dated_by:
        parts.append(f'<p class="digest">The date of publication was found in {escaped(article.dated_by)}.</p>')
    parts.append(
        f'<p class="digest">Version {article.version} of this article. SHA-256 of its text: '
        f"<code>{article.digest}</code></p>"
    )
    return "".join(parts)
