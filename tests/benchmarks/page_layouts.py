"""Twelve ways in which sites build a page around an article: menus, banners, teasers, comments and all."""

# Markup is easier to read in long lines.
# ruff: noqa: E501

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby

Body = Sequence[str]

NAV = "".join(
    f'<li><a href="/{each.lower()}">{each}</a></li>' for each in ("Home", "World", "Politics", "Business", "Sport", "Culture", "Video")
)  # fmt: skip
COOKIES = (
    "We and our 842 partners store and access information on your device, such as cookies, to show personalised "
    "advertising, to measure it and to learn about audiences. You can change your mind at any time."
)
RELATED = [
    (
        "Storm leaves thousands without power in the north",
        "Crews expect to restore the last lines by Sunday evening.",
    ),
    ("Why your tomatoes taste of nothing", "Breeders chose red over sweet for fifty years. One of them is sorry."),
    ("Ten quiet beaches an hour from the city", "Bring your own chair, and somebody who reads maps."),
]
COMMENTS = [
    ("harbourmaster_60", "I have lived here all my life and nobody ever asked me. Same as with the swimming pool."),
    ("Jo", "Great article, thanks! But you got the year wrong, it was 1997, my uncle was there when it happened."),
    ("deckchair", "What @Jo said. Also the photograph is of another place altogether, look at the chimney."),
]
TERMS = "© 2026 Example Media Group. All rights reserved. Reproduction in whole or in part without permission is prohibited."


def blocks(body: Body, heading: str = "h2") -> str:
    """The article in plain HTML: paragraphs, headings, a list, a table."""
    parts: list[str] = []
    for kind, group in groupby(body, key=_kind):
        texts = [escape(each, quote=False) for each in group]
        if kind == "row":
            rows = ("".join(f"<td>{cell}</td>" for cell in text.split(" | ")) for text in texts)
            parts.append("<table><tbody>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</tbody></table>")
        elif kind == "item":
            parts.append("<ul>" + "".join(f"<li>{text}</li>" for text in texts) + "</ul>")
        else:
            parts += [f"<{heading}>{text}</{heading}>" if kind == "heading" else f"<p>{text}</p>" for text in texts]
    return "\n".join(parts)


def _kind(text: str) -> str:
    if " | " in text:
        return "row"
    if text[0].islower():
        return "item"
    return "p" if len(text) > 45 or text.endswith((".", "!", ":", "”")) else "heading"


def _related(tag: str = "aside") -> str:
    cards = "".join(
        f'<div class="card"><h3><a href="/{at}">{a}</a></h3><p>{b}</p></div>' for at, (a, b) in enumerate(RELATED)
    )
    return f'<{tag} class="related"><h2>More on this</h2>{cards}</{tag}>'


def _comments() -> str:
    each = "".join(
        f'<li class="comment"><b>{who}</b><p>{said}</p><a href="#">Reply</a></li>' for who, said in COMMENTS
    )
    return f'<section id="comments"><h2>3 comments</h2><ol>{each}</ol></section>'


def _stated(title: str) -> str:
    stated = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": "2026-03-15",
    }
    return f'<script type="application/ld+json">{json.dumps(stated)}</script>'


def semantic(title: str, body: Body) -> str:
    return (
        f"<!doctype html><html lang=en><head><title>{title} | The Post</title>{_stated(title)}</head><body>"
        f'<div id="consent" role="dialog"><p>{COOKIES}</p><button>Accept all</button></div><header><nav><ul>{NAV}</ul></nav>'
        f"</header><main><article><header><h1>{title}</h1><p class=byline>By Ann Lee, 15 March 2026, 7 min read</p></header>"
        f"{blocks(body)}</article>{_related()}{_comments()}</main><footer><p>{TERMS}</p></footer></body></html>"
    )


def tables(title: str, body: Body) -> str:
    return (
        f"<html><head><title>{title}</title></head><body bgcolor=white><table width=100%><tr><td colspan=2><img src=logo.gif>"
        f"</td></tr><tr><td width=150 valign=top><font size=2>{NAV}</font></td><td valign=top><font face=Times><b><font size=5>"
        f"{title}</font></b><br><br>{blocks(body, 'h3')}</font></td></tr><tr><td colspan=2 align=center><font size=1>{TERMS}"
        "</font></td></tr></table></body></html>"
    )


def divs(title: str, body: Body) -> str:
    inner = blocks(body).replace("<p>", '<div class="c-txt__p">').replace("</p>", "</div>")
    return (
        f'<!doctype html><html><head><meta property="og:title" content="{escape(title)}"></head><body><div class="a1"><div '
        f'class="hdr">{NAV}</div><div class="row"><div class="col-8"><div class="ttl">{title}</div><div class="c-txt">{inner}'
        f'</div><div class="share">Share on <a href=#>Facebook</a> <a href=#>X</a> <a href=#>WhatsApp</a></div></div>'
        f'<div class="col-4">{_related("div")}</div></div><div class="ftr">{TERMS}</div></div></body></html>'
    )


def amp(title: str, body: Body) -> str:
    return (
        f'<!doctype html><html amp><head><link rel="canonical" href="https://example.com/a"><title>{title}</title>'
        f'{_stated(title)}</head><body><amp-sidebar><ul>{NAV}</ul></amp-sidebar><article><h1>{title}</h1><amp-img src="a.jpg" '
        f'alt="A picture of something else"></amp-img>{blocks(body)}<amp-ad width=300 height=250><div>Advertisement</div></amp-ad>'
        f"</article><amp-consent><p>{COOKIES}</p></amp-consent><footer>{TERMS}</footer></body></html>"
    )


def interrupted(title: str, body: Body) -> str:
    parts = [f"<p>{escape(each, quote=False)}</p>" if _kind(each) == "p" else blocks([each]) for each in body]
    teaser = '<div class="inline-promo"><span>Read also:</span> <a href="/x">Why your tomatoes taste of nothing</a></div>'
    letter = (
        '<form class="newsletter"><h4>Get our morning letter</h4><p>Five stories, before breakfast. Sign up for free.</p>'
        "<input type=email><button>Sign up</button></form>"
    )
    whole = blocks(body) if any(_kind(each) in ("row", "item") for each in body) else "".join(
        part + (teaser if at == 1 else letter if at == 3 else "") for at, part in enumerate(parts)
    )  # fmt: skip
    return (
        f"<html><head><title>{title} – Daily Example</title></head><body><ul class=menu>{NAV}</ul><div class=article-wrap>"
        f"<h1 itemprop=headline>{title}</h1><div class=article-body itemprop=articleBody>{whole}</div></div>{_comments()}"
        f"{_related('section')}<div class=legal>{TERMS}</div></body></html>"
    )


def paywall(title: str, body: Body) -> str:
    return (
        f"<html><head><title>{title}</title>{_stated(title)}</head><body><nav>{NAV}</nav><main><h1>{title}</h1><div "
        f'class="article__content">{blocks(body)}</div><div class="paywall-banner"><h3>Enjoy unlimited reading</h3><p>You have '
        "2 free articles left this month. Subscribe now from £1 a week, cancel at any time.</p><a>Subscribe</a></div></main>"
        f"{_related()}<footer>{TERMS}</footer></body></html>"
    )


def blog(title: str, body: Body) -> str:
    archive = "".join(
        f"<li><a href=/{month}>{month} 2025</a> (12)</li>" for month in ("March", "April", "May", "June")
    )
    return (
        f'<html><head><meta name=generator content="WordPress 6.5"><title>{title}</title></head><body class="single"><div '
        f'id="primary" class="site-content"><article class="post hentry"><h1 class="entry-title">{title}</h1><div '
        f'class="entry-meta">Posted on 15 March 2026 by ann</div><div class="entry-content">{blocks(body, "h4")}</div><footer '
        f'class="entry-meta">Posted in Uncategorized, tagged news</footer></article>{_comments()}</div><div id="secondary" '
        f'class="widget-area"><h3>Archives</h3><ul>{archive}</ul><h3>Blogroll</h3><ul>{NAV}</ul></div></body></html>'
    )


def breaks(title: str, body: Body) -> str:
    inner = "<br><br>\n".join(escape(each, quote=False) for each in body)
    return (
        f"<html><head><title>{title}</title></head><body><center>{' | '.join(name for name, _ in RELATED)}</center><hr><h2>"
        f"{title}</h2><div id=story>{inner}</div><hr><small>{TERMS} <a href=/imprint>Imprint</a></small></body></html>"
    )


def sections(title: str, body: Body) -> str:
    parts = "".join(f'<section class="block block--text"><div>{blocks([each])}</div></section>' for each in body)
    if any(_kind(each) in ("row", "item") for each in body):
        parts = f'<section class="block block--text"><div>{blocks(body)}</div></section>'
    ad = '<section class="block block--ad"><div class="ad">Advertisement</div></section>'
    return (
        f"<html><head><title>{title}</title></head><body><div id=__app><div class=topbar>{NAV}</div><div class=page><h1>{title}"
        f"</h1>{parts}{ad}</div>{_related('div')}<div class=bottom>{TERMS}</div></div></body></html>"
    )


def figures(title: str, body: Body) -> str:
    figure = '<figure><img src="a.jpg" alt=""><figcaption>Photograph: Some Agency/Getty</figcaption></figure>'
    return (
        f"<html><head><title>{title}</title>{_stated(title)}</head><body><header>{NAV}</header><article><h1>{title}</h1>{figure}"
        f'<div class="meta"><time>15.3.2026, 10:00</time> · <a rel=author href=/ann>Ann Lee</a></div>{blocks(body)}{figure}<div '
        f'class="author-box"><p>Ann Lee has written for us since 2011. She lives with two cats.</p></div><div class="tags"><a>news'
        f"</a><a>region</a></div></article><aside><h3>Most read</h3><ol>{NAV}</ol></aside><footer>{TERMS}</footer></body></html>"
    )


def liveblog(title: str, body: Body) -> str:
    other = "".join(f'<div class="teaser"><h4>{name}</h4><p>{text}</p></div>' for name, text in RELATED * 3)
    return (
        f'<html><head><title>{title}</title></head><body><div class="nav">{NAV}</div><div class="wall">{other}</div><div '
        f'class="story" role="article"><h1>{title}</h1><div class="story-text">{blocks(body)}</div></div><div class="wall">{other}'
        f"</div><div class=consent-layer><p>{COOKIES}</p></div></body></html>"
    )


def printed(title: str, body: Body) -> str:
    return (
        f"<html><head><title>{title}</title></head><body onload=window.print()><p>www.example.com</p><h1>{title}</h1>"
        f"{blocks(body)}<hr><p>Printed from https://example.com/print/4711. {TERMS}</p></body></html>"
    )


LAYOUTS: tuple[Callable[[str, Body], str], ...] = (
    semantic, tables, divs, amp, interrupted, paywall, blog, breaks, sections, figures, liveblog, printed,
)  # fmt: skip
"""A page around a title and a body, each built in another way."""
