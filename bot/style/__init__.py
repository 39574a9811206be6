"""The stylesheets, scripts, drawings and fonts of the pages."""

from functools import cache
from importlib.resources import files

_TEXTS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_SERVED = {
    "anew.js", "bringing.css", "bringing.js", "chat.css", "chat.js", "fresh.js", "history.css", "history.js",
    "icon.svg", "narrow.css", "onward.css", "page.css", "print.css", "shelf.js", "turns.js", "type.css", "verdicts.js",
    "newsreader-latin-wght-normal.woff2", "newsreader-latin-ext-wght-normal.woff2",
    "source-sans-3-latin-wght-normal.woff2", "source-sans-3-latin-ext-wght-normal.woff2",
}  # fmt: skip


@cache
def style(name: str) -> tuple[bytes, str]:
    """The bytes and the media type of a file of this package. Raises KeyError for a name that is none of them."""
    if name not in _SERVED:
        raise KeyError(name)
    kind = name.rsplit(".", 1)[-1]
    place = files("bot.style")
    place = place.joinpath("fonts", name) if kind == "woff2" else place.joinpath(name)
    return place.read_bytes(), _TEXTS.get(kind, "font/woff2")
