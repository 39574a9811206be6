"""A quote as a citation, and as a link to the live page that scrolls to its words."""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encoded
from urllib.parse import urlencode

from bot.answer import Quote
from bot.render import escape
from bot.render.words import MONTHS, long_date
from index import Article

EDGE_WORDS = 6
"""How many words at either end name a long quote in a text fragment."""


def article_link(article: Article, start: int | None = None, end: int | None = None) -> str:
    """The path of an article's page in this app, at the quoted words where a range is given."""
    path = f"/articles/{percent_encoded(article.id, safe='')}"
    return path if start is None or end is None else f"{path}?start={start}&end={end}#quote"


def why_link(quote: Quote, question: str) -> str:
    """The path of the page that tells why a quote was chosen for a question."""
    return _onward(quote, "why", question)


def more_from_link(quote: Quote, question: str) -> str:
    """The path of the page of further quotes of the same article."""
    return _onward(quote, "more", question)


def more_like_link(quote: Quote, question: str) -> str:
    """The path of the page of what other articles say that is near to a quote."""
    return _onward(quote, "like", question)


def _onward(quote: Quote, way: str, question: str) -> str:
    query = urlencode({"start": quote.start, "end": quote.end, "q": question})
    return f"/articles/{percent_encoded(quote.article.id, safe='')}/{way}?{query}"


def live_link(quote: Quote) -> str:
    """The article's own address with a text fragment that finds the quote; empty without an http(s) address.

    A long quote is named by its first and last words (`text=first,last`), because a browser wants a whole match
    within one block and an exact one fails on the smallest change. `-` and `,` have a meaning in a fragment
    (https://wicg.github.io/scroll-to-text-fragment), so they are percent-encoded as well.
    """
    address = escape.web_address(quote.article.url)
    words = quote.text.split()
    if not address or not words:
        return address
    if len(words) <= 2 * EDGE_WORDS and "\n" not in quote.text:
        fragment = _fragment(words)
    else:
        edge = max(1, min(EDGE_WORDS, len(words) // 2))
        fragment = f"{_fragment(words[:edge])},{_fragment(words[-edge:])}"
    return f"{address}{'' if '#' in address else '#'}:~:text={fragment}"


def _fragment(words: list[str]) -> str:
    return percent_encoded(" ".join(words), safe="").replace("-", "%2D")


def plain(quote: Quote) -> str:
    """The quote and where it stands, as a sentence for a footnote."""
    article = quote.article
    parts = [article.author, f"“{article.title}”" if article.title else "", article.source]
    parts += [long_date(article.published) if article.published else "", escape.web_address(article.url)]
    return f"“{quote.text}” {', '.join(part for part in parts if part)}."


def markdown(quote: Quote) -> str:
    """The quote as a Markdown block quotation with its source below; paragraphs stay paragraphs."""
    paragraphs = [escape.markdown(part) for part in re.split(r"\n\s*\n", quote.text)]
    lines = [line for paragraph in paragraphs for line in (f"> {paragraph}", ">")]
    return "\n".join([*lines, f"> — {markdown_source(quote.article)}"])


def markdown_source(article: Article) -> str:
    """Author, linked title, source and date of an article as one line of Markdown."""
    title, address = escape.markdown(article.title), escape.web_address(article.url)
    # Within (...) a bracket ends a link early; the address holds none that is not encoded by then.
    linked = f"[{title}]({address.replace('(', '%28').replace(')', '%29')})" if address else title
    parts = [
        escape.markdown(article.author),
        linked,
        f"*{escape.markdown(article.source)}*" if article.source else "",
    ]
    parts.append(long_date(article.published) if article.published else "")
    return ", ".join(part for part in parts if part)


def bibtex(quote: Quote) -> str:
    """A BibTeX entry of the article with the quoted words as its note."""
    article = quote.article
    fields = {
        "title": f"{{{escape.latex(article.title)}}}",
        "author": escape.latex(article.author),
        "journal": escape.latex(article.source),
        "year": str(article.published.year) if article.published else "",
        "month": MONTHS[article.published.month - 1][:3].lower() if article.published else "",
        "day": str(article.published.day) if article.published else "",
        "url": escape.web_address(article.url),
        "note": f"Quote: ``{escape.latex(quote.text)}''",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value and value != "{}"]
    return "\n".join([f"@{'article' if article.source else 'misc'}{{{_key(article)},", *lines, "}"])


def _key(article: Article) -> str:
    """A citation key in plain ASCII: the first word of author or source, the year, the first long word."""
    named = re.findall(r"[a-z]+", (article.author or article.source).lower())
    title = [word for word in re.findall(r"[a-z]+", article.title.lower()) if len(word) > 3]
    year = [str(article.published.year)] if article.published else []
    return "".join([*named[-1:], *year, *title[:1]]) or "article"
