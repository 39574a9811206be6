"""Where a quote stands, on one line: day, source, author and page."""

from __future__ import annotations

from bot.answer import Quote
from bot.render.escape import html as escaped
from bot.render.words import long_date


def origin_line(quote: Quote) -> str:
    """HTML such as "3 March 2024 · Nikkei Asia · Kenji Arai · p. 4"; what is not known is left out."""
    article = quote.article
    parts = []
    if article.published:
        day = article.published
        parts.append(f'<time datetime="{day.isoformat()}">{long_date(day)}</time>')
    parts += [f"<span>{escaped(each)}</span>" for each in (article.source, article.author) if each]
    page = article.page_at(quote.start)
    if page is not None:
        parts.append(f'<span class="pq-page-number">p.&nbsp;{page}</span>')
    return '<span class="pq-dot"> · </span>'.join(parts)
