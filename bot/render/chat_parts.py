"""The fixed parts of the chat page as HTML: masthead, and the words where the conversation will be."""

from __future__ import annotations

from bot.render.words import counted

HEAD = (
    '<link rel="stylesheet" href="/style/type.css"><link rel="stylesheet" href="/style/chat.css">'
    '<link rel="stylesheet" href="/style/narrow.css"><link rel="stylesheet" href="/style/onward.css">'
    '<link rel="stylesheet" href="/style/history.css"><link rel="stylesheet" href="/style/print.css" media="print">'
    '<link rel="icon" href="/style/icon.svg"><script src="/style/anew.js" defer></script>'
    '<script src="/style/chat.js" defer></script><script type="module" src="/style/history.js"></script>'
    '<script type="module" src="/style/verdicts.js"></script>'
    '<link rel="stylesheet" href="/style/bringing.css"><script src="/style/bringing.js" defer></script>'
    '<script src="/style/fresh.js" defer></script>'
)
"""What the chat page loads beside Gradio's own, all of it from this server."""


ASK = "Ask your articles …"


def masthead(articles: int) -> str:
    """The name of the app, what it does, and the ways to its other pages."""
    library = (
        f'Library<span class="pq-many-there">, {counted(articles, "article")}</span>' if articles else "Library"
    )
    return (
        '<header class="pq-masthead"><h1 class="pq-wordmark">Pullquote</h1>'
        '<p class="pq-tagline">Ask your articles, get their exact words.</p>'
        f'<nav class="pq-ways" aria-label="Other pages"><a href="/library">{library}</a> '
        '<a href="/docs">API</a><button type="button" class="pq-to-history">History</button>'
        '<button type="button" class="pq-new">New</button></nav></header>'
    )


def welcome(articles: int) -> str:
    """What stands where the conversation will be; nothing without articles, as there is nothing to ask."""
    if not articles:
        return ""
    return (
        '<div class="pq-welcome"><p class="pq-welcome-line">What would you like to read in '
        f"{counted(articles, 'article')}?</p><p>Every answer is a quotation, word for word, with its place in "
        "the article. When the articles do not answer, you are told so.</p></div>"
    )


def ways_in(may_bring: bool = True) -> str:
    """What stands under the masthead while there are no articles, before the form by which some are brought in."""
    here = "<li>right here, below: drop files, give an address, or paste a text</li>" if may_bring else ""
    return (
        '<div class="pq-welcome pq-empty"><p class="pq-welcome-line">There are no articles yet.</p>'
        f"<p>There are {'three' if may_bring else 'two'} ways to bring some:</p><ol>{here}"
        "<li>in a terminal, <code>python -m bot add FOLDER</code>, or <code>sync</code> to keep in step with it</li>"
        '<li>from Python, <code>Bot.open("articles.index").add("FOLDER")</code></li></ol>'
        "<p>They can be asked about as soon as they are in.</p></div>"
    )


OPENING = (
    '<div class="pq-welcome"><p class="pq-welcome-line">The index is being opened.</p>'
    "<p>That takes a few seconds; you can type your question meanwhile.</p></div>"
)
