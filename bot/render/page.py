"""The frame of the app's plain pages: head, masthead, foot; no JavaScript, nothing from anywhere else."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render.escape import html as escaped


def page(title: str, body: str, sheets: Sequence[str] = ()) -> str:
    """A whole HTML page around a body that is HTML already; `sheets` are stylesheets beside the common ones."""
    links = "".join(f'<link rel="stylesheet" href="/style/{name}">' for name in sheets)
    return (
        "<!doctype html>\n"
        '<html lang="en" class="pq-page"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escaped(title)} · Pullquote</title>"
        '<link rel="icon" href="/style/icon.svg"><link rel="stylesheet" href="/style/type.css">'
        '<link rel="stylesheet" href="/style/page.css"><link rel="stylesheet" href="/style/bringing.css">'
        f'{links}<link rel="stylesheet" href="/style/print.css" media="print"></head>'
        '<body><a class="skip" href="#main">Skip to the text</a>'
        '<nav class="masthead" aria-label="Pullquote"><a class="wordmark" href="/">Pullquote</a>'
        '<span class="ways"><a href="/">Ask</a> <a href="/library">Library</a></span></nav>'
        f'<main id="main" tabindex="-1">{body}</main></body></html>\n'
    )


def message_page(title: str, words: str) -> str:
    """A page that says one thing, such as that there is no such article."""
    sentence = words[:1].upper() + words[1:]
    return page(
        title, f'<article class="reading message"><h1>{escaped(title)}</h1><p>{escaped(sentence)}</p></article>'
    )
