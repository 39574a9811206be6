"""Answers as HTML for the chat page; every character that came from outside passes through `escape.html`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answer import Answer, Quote
from bot.render import citation, passages
from bot.render.escape import html as escaped
from bot.render.escape import text_of_html
from bot.render.why import why
from bot.render.words import Sureness, counted, how_sure, long_date
from index import Article, Filters, Span, language_name

_MARK = re.compile(r'<mark class="pq-mark">(.*?)</mark>', re.DOTALL)


def answer(shown: Answer) -> str:
    """The whole answer as one `<section>` on one line, so that a Markdown reader takes it for HTML to its end."""
    parts = [_read_as(shown), _filters(shown.filters)]
    if shown:
        parts.append(_summary(shown))
        question = shown.read_as or shown.question
        sure = shown.confidence if len(shown.quotes) == 1 else 0.0
        parts += [
            quote(each, question, number, _others(each, shown.quotes), sure=sure or each.probability)
            for number, each in enumerate(shown.quotes, start=1)
        ]
    else:
        parts.append(_decline(shown))
    parts += [f'<p class="pq-note">{escaped(note)}</p>' for note in shown.notes]
    return f'<section class="pq-answer">{"".join(parts)}</section>'


def quote(
    shown: Quote,
    question: str,
    number: int,
    others: Sequence[Span] = (),
    *,
    sure: float | None = None,
    miss: bool = False,
) -> str:
    """One quote as an `<article>`: the exact words in their surroundings, where they stand, and what to do next.

    `others` are quotes of the same article in the same answer; its page marks them fainter. `sure` is said in
    words in place of the quote's own probability: of a lone quote the bot is as sure as of its answer.
    """
    sure = shown.probability if sure is None else sure
    label = "Nearest miss" if miss else f"Quote {number}"
    link = escaped(_with_others(citation.article_link(shown.article, shown.start, shown.end), others))
    return (
        f'<article class="pq-quote{" pq-miss" if miss else ""}">'
        f'<p class="pq-label"><span class="pq-number">{label}</span>'
        f"{'' if miss else _sure(how_sure(sure))}</p>"
        f'<blockquote class="pq-words">{_words(shown)}</blockquote>'
        f"{_origin(shown.article, link)}{_also_in(shown.also_in)}"
        f'<div class="pq-menu"><a class="pq-open" href="{link}">Open in the article</a>'
        f"{_live(shown)}{_cite(shown)}"
        f"{why(shown, question, sure)}</div></article>"
    )


def message(words: str) -> str:
    """A sentence of the program's own, such as an error, as a quiet paragraph."""
    return f'<section class="pq-answer"><p class="pq-note">{escaped(words)}</p></section>'


def quoted_in(shown: str) -> str:
    """The words of the first quote in HTML that `answer` made; empty when it declined."""
    found = _MARK.search(shown)
    return text_of_html(re.sub(r"<[^>]*>", "", found.group(1))) if found else ""


def _words(shown: Quote) -> str:
    """The quote marked, with the words before and behind it; three dots stand where the article goes on."""
    near = passages.around(shown.article.text, shown.start, shown.end)
    gap = '<span class="pq-gap">…</span>'
    front_gap = gap.replace("…", "… ") if near.more_before else ""
    back_gap = gap.replace("…", " …") if near.more_after else ""
    front = back = ""
    if near.before:
        front = f'<span class="pq-around">{front_gap}{passages.flowing(near.before)}</span>'
    if near.after:
        back = f'<span class="pq-around">{passages.flowing(near.after)}{back_gap}</span>'
    return f'{front}<mark class="pq-mark">{passages.flowing(shown.text)}</mark>{back}'


def _origin(article: Article, link: str) -> str:
    """Title, source, author and date, the title a link."""
    parts = [f"<span>{escaped(each)}</span>" for each in (article.source, article.author) if each]
    if article.published:
        day = article.published
        parts.append(f'<time datetime="{day.isoformat()}">{long_date(day)}</time>')
    title = f'<a class="pq-title" href="{link}"><cite>{escaped(article.title or "Untitled")}</cite></a>'
    dots = '<span class="pq-dot"> · </span>'
    return f'<p class="pq-from">{title}<span class="pq-where">{dots.join(parts)}</span></p>'


def _sure(sureness: Sureness) -> str:
    bars = "".join(f'<i class="{"pq-on" if level <= sureness.level else "pq-off"}"></i>' for level in range(1, 6))
    return f'<span class="pq-sure"><span class="pq-bars">{bars}</span>{sureness.words}</span>'


def _also_in(articles: Sequence[Article]) -> str:
    if not articles:
        return ""
    links = []
    for each in articles:
        name = each.source or each.title or "another article"
        links.append(f'<a href="{escaped(citation.article_link(each))}">{escaped(name)}</a>')
    return f'<p class="pq-also">The same words, or nearly, also in {", ".join(links)}</p>'


def _live(shown: Quote) -> str:
    link = citation.live_link(shown)
    return f'<a class="pq-live" href="{escaped(link)}">Open the live page</a>' if link else ""


def _cite(shown: Quote) -> str:
    forms = (
        ("Plain", citation.plain(shown)),
        ("Markdown", citation.markdown(shown)),
        ("BibTeX", citation.bibtex(shown)),
    )
    rows = [
        f'<div class="pq-form"><span class="pq-form-name">{name}</span>'
        f'<button type="button" class="pq-copy" title="Copy as {name}">Copy</button>'
        f'<pre class="pq-citation">{escaped(words)}</pre></div>'
        for name, words in forms
    ]
    return f'<details class="pq-cite"><summary>Cite</summary>{"".join(rows)}</details>'


def _read_as(shown: Answer) -> str:
    if not shown.read_as or shown.read_as == shown.question:
        return ""
    return f'<p class="pq-read-as">Read as: <q>{escaped(shown.read_as)}</q></p>'


def _summary(shown: Answer) -> str:
    """How many quotes there are and how sure the bot is of all of them; nothing where one quote says it itself."""
    if len(shown.quotes) == 1:
        return ""
    articles = len({each.article.id or each.article.title for each in shown.quotes})
    return (
        f'<p class="pq-summary">{counted(len(shown.quotes), "quote")} from {counted(articles, "article")}, '
        f"word for word. Together they {how_sure(shown.confidence).together}.</p>"
    )


def _filters(shown: Filters) -> str:
    """What narrowed the search, whether it was chosen on the page or read in the question."""
    parts = [escaped(name) for name in (*shown.sources, *shown.authors)]
    parts += [f"in {escaped(language_name(code))}" for code in shown.languages]
    parts += [f"from {long_date(shown.after)}"] if shown.after else []
    parts += [f"before {long_date(shown.before)}"] if shown.before else []
    chips = "".join(f'<span class="pq-chip">{part}</span>' for part in parts)
    return f'<p class="pq-filters">Searched only {chips}</p>' if chips else ""


def _decline(shown: Answer) -> str:
    plainly = '<p class="pq-decline">The articles do not answer this.</p>'
    if shown.nearest is None:
        return plainly
    return (
        f'{plainly}<p class="pq-decline-why">The passage below comes nearest, but it does not seem to hold '
        f"the answer.</p>{quote(shown.nearest, shown.read_as or shown.question, 0, miss=True)}"
    )


def _others(shown: Quote, quotes: Sequence[Quote]) -> list[Span]:
    same = [each for each in quotes if each.article.id == shown.article.id and each is not shown]
    return [(each.start, each.end) for each in same]


def _with_others(link: str, others: Sequence[Span]) -> str:
    if not others:
        return link
    path, _, mark = link.partition("#")
    return f"{path}&also={','.join(f'{start}-{end}' for start, end in others)}#{mark}"
