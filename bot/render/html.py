"""Answers as HTML for the chat page; every character that came from outside passes through `escape.html`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.answer import Answer, Quote
from bot.render import asked, citation, passages
from bot.render.escape import html as escaped
from bot.render.escape import text_of_html
from bot.render.origin_line import origin_line
from bot.render.why import why
from bot.render.words import Sureness, counted, how_sure, how_sure_of_all
from index import Article, Span

OTHERS = 12
"""How many other quotes the link of an article carries at most, so that it stays short enough to be sent."""

_MARK = re.compile(r'<mark class="pq-mark">(.*?)</mark>', re.DOTALL)


def answer(shown: Answer, earlier: Mapping[str, Sequence[Span]] | None = None) -> str:
    """The whole answer as one `<section>` on one line, so that a Markdown reader takes it for HTML to its end.

    `earlier` are the ranges of each article, by its id, that the conversation quoted before.
    """
    parts = [asked.read_as(shown), asked.filters(shown)]
    if shown:
        parts.append(_summary(shown))
        question = shown.read_as or shown.question
        parts += [
            quote(each, question, number, _others(each, shown.quotes, earlier or {}), sure=sure)
            for number, (each, sure) in enumerate(zip(shown.quotes, shown.probabilities, strict=True), start=1)
        ]
    else:
        parts.append(_decline(shown, earlier or {}))
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

    `others` are other quotes of the same article in the conversation; its page marks them fainter. `sure` is the
    probability that is said in words, the quote's own where none is given.
    """
    sure = shown.probability if sure is None else sure
    label = "Nearest miss" if miss else f"Quote {number}"
    link = escaped(_with_others(citation.article_link(shown.article, shown.start, shown.end), others))
    return (
        f'<article class="pq-quote{" pq-miss" if miss else ""}">'
        f'<p class="pq-label"><span class="pq-number">{label}</span>'
        f"{'' if miss else _sure(how_sure(sure))}</p>"
        f'<blockquote class="pq-words">{words(shown)}</blockquote>'
        f"{_origin(shown, link)}{_also_in(shown.also_in)}"
        f'<div class="pq-menu"><a class="pq-open" href="{link}">Open in the article</a>'
        f"{_live(shown)}{_cite(shown)}"
        f"{why(shown, question, sure)}{_onward(shown, question)}</div></article>"
    )


def message(words: str) -> str:
    """A sentence of the program's own, such as an error, as a quiet paragraph."""
    return f'<section class="pq-answer"><p class="pq-note">{escaped(words[:1].upper() + words[1:])}</p></section>'


def quoted_in(shown: str) -> str:
    """The words of the first quote in HTML that `answer` made; empty when it declined."""
    found = _MARK.search(shown)
    return text_of_html(re.sub(r"<[^>]*>", "", found.group(1))) if found else ""


def words(shown: Quote) -> str:
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


def _origin(shown: Quote, link: str) -> str:
    """The title as a link, and where the quote stands."""
    title = f'<a class="pq-title" href="{link}"><cite>{escaped(shown.article.title or "Untitled")}</cite></a>'
    return f'<p class="pq-from">{title}<span class="pq-where">{origin_line(shown)}</span></p>'


def _onward(shown: Quote, question: str) -> str:
    """The ways to more of the same article, and to other articles on the same."""
    if not shown.article.id:
        return ""
    more, like = citation.more_from_link(shown, question), citation.more_like_link(shown, question)
    return (
        f'<a class="pq-more" href="{escaped(more)}">More from this article</a>'
        f'<a class="pq-like" href="{escaped(like)}">More like this</a>'
    )


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


def _summary(shown: Answer) -> str:
    """How many quotes there are and how sure the bot is of all of them; nothing where one quote says it itself."""
    if len(shown.quotes) == 1:
        return ""
    articles = len({each.article.id or each.article.title for each in shown.quotes})
    sure = how_sure_of_all(shown.confidence, shown.probabilities)
    return (
        f'<p class="pq-summary"><span>{counted(len(shown.quotes), "quote")} from {counted(articles, "article")}, '
        f"word for word. {sure.among}</span>{asked.order(shown)}</p>"
    )


def _decline(shown: Answer, earlier: Mapping[str, Sequence[Span]]) -> str:
    plainly = '<p class="pq-decline">The articles do not answer this.</p>'
    if shown.nearest is None:
        return plainly
    others = _others(shown.nearest, (), earlier)
    return (
        f'{plainly}<p class="pq-decline-why">The passage below comes nearest, but it does not seem to hold '
        f"the answer.</p>{quote(shown.nearest, shown.read_as or shown.question, 0, others, miss=True)}"
    )


def _others(shown: Quote, quotes: Sequence[Quote], earlier: Mapping[str, Sequence[Span]]) -> list[Span]:
    """The other quotes of the article, those of this answer first, then the latest; OTHERS of them at most."""
    same = [(each.start, each.end) for each in quotes if each.article.id == shown.article.id]
    every = dict.fromkeys([*same, *reversed(earlier.get(shown.article.id, ()))])
    return [span for span in every if span != (shown.start, shown.end)][:OTHERS]


def _with_others(link: str, others: Sequence[Span]) -> str:
    if not others:
        return link
    path, _, mark = link.partition("#")
    return f"{path}&also={','.join(f'{start}-{end}' for start, end in others)}#{mark}"
