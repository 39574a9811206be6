"""Whether two texts are one and the same article, as when a page is saved in its print and AMP forms, too; pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from index.article import Article
from index.origin import is_web

SHARED = 0.8
"""The least share of the shorter text's runs of words that the longer one has of the same article."""

RUN = 4
"""How many words are a run."""

FULLER = 1.1
"""How many times as long a text must be to take the place of the one that is held."""


def are_twins(one: str, other: str) -> bool:
    """Whether two texts that claim one address say the same, so that the claim can be believed.

    The share is of the shorter text, which may be a teaser or lack its captions. Many sites give one and the
    same address, that of their front page, on every page; these share few runs of words.
    """
    runs = _runs(one), _runs(other)
    least = min(len(each) for each in runs)
    return least > 0 and len(runs[0] & runs[1]) >= SHARED * least


def is_fuller(text: str, than: str) -> bool:
    """Whether a text says clearly more than its twin."""
    return len(text) > FULLER * len(than)


def may_speak_for(article: Article) -> bool:
    """Whether an article may replace what is held under its address: a file may, a page only on its own site."""
    return not is_web(article.origin) or _site(article.origin) == _site(article.url)


def _site(address: str) -> str:
    return re.sub(r"^(www|m|amp|mobile)\.", "", urlsplit(address).hostname or "")


def _runs(text: str) -> set[int]:
    words = re.findall(r"\w+", text.casefold())
    if len(words) < RUN:
        return {hash(tuple(words))} if words else set()
    return {hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1)}
