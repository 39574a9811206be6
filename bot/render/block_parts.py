"""The smallest pieces of a Slack message, each within Slack's limits; all escaping for Slack is here.

Slack reads two languages. In `mrkdwn` only `&`, `<` and `>` can be escaped, while `*`, `_`, `~` and backticks
always format; a `rich_text` element shows its characters as they are and pings nobody. So whatever must be
exact (a quote) goes into rich text, and mrkdwn is left for links in a line of small print.
Widths are UTF-16 units, the larger of the two ways in which Slack's limits could be counted.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence

from bot.render.escape import web_address

Block = dict[str, object]
"""One block or element of Block Kit, as JSON."""

ELLIPSIS = "…"
_BY_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_LINK_WIDTH = 700


def escape(text: str) -> str:
    """Text as `mrkdwn` that neither links nor pings; Slack knows these three entities and no other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def one_line(text: str) -> str:
    """Text with every run of white space as one space."""
    return " ".join(text.split())


def width(text: str) -> int:
    """UTF-16 units of a text: 2 for an emoji, 1 for a letter."""
    return len(text) + sum(character > "\uffff" for character in text)


def weight(blocks: Sequence[Block]) -> int:
    """UTF-16 units of blocks as JSON, by which a whole message is limited."""
    return width(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def _as_is(character: str) -> int:
    return 1 + (character > "\uffff")


def _escaped(character: str) -> int:
    return len(_BY_ENTITY.get(character, "")) or _as_is(character)


def _in_quotation(character: str) -> int:
    return 3 if character in _LINE_ENDS else _escaped(character)


def _in_json(character: str) -> int:
    return 2 if character in '"\\\n\t\r\b\f' else 6 if character < " " else _as_is(character)


def json_width(text: str) -> int:
    """UTF-16 units of a text within JSON."""
    return sum(map(_in_json, text))


def clip(text: str, limit: int, cost: Callable[[str], int] = _as_is) -> str:
    """The longest beginning of `text` that costs at most `limit`, cut between words where one is near.

    Never cut inside what is drawn as one character: a letter with its accents, an emoji of several parts.
    """
    spent = 0
    for cut, character in enumerate(text):
        spent += cost(character)
        if spent > limit:
            return text[: _between_words(text, cut)]
    return text


def _between_words(text: str, cut: int) -> int:
    """The last place at or before `cut` where a cut is seemly."""
    for place in range(cut, max(cut - 40, 1), -1):
        if text[place].isspace():
            return place
    for place in range(cut, max(cut - 64, -1), -1):
        if place == 0 or not _belong_together(text, place):
            return place
    return cut


def _belong_together(text: str, place: int) -> bool:
    """Whether the characters on both sides of `place` are drawn as one."""
    behind, here = text[place - 1], text[place]
    if unicodedata.category(here)[0] == "M" or "\u200d" in (behind, here):
        return True
    if "\U0001f3fb" <= here <= "\U0001f3ff" or "\U000e0020" <= here <= "\U000e007f":  # skin tones, regions' flags
        return True
    return all("\U0001f1e6" <= each <= "\U0001f1ff" for each in (behind, here))  # a flag is two letters


def short(text: str, limit: int) -> str:
    """Text on one line, at most `limit` wide, with an ellipsis where it was cut; never empty."""
    text = one_line(text) or "Untitled"
    clipped = clip(text, limit)
    return text if clipped == text else clip(text, limit - 1) + ELLIPSIS


def mrkdwn_line(text: str, limit: int) -> str:
    """Text on one line, escaped, at most `limit` wide once escaped, never cut inside an entity."""
    text = one_line(text)
    clipped = clip(text, limit, _escaped)
    return escape(text) if clipped == text else escape(clip(text, limit - 1, _escaped)) + ELLIPSIS


def quotation(text: str, limit: int) -> str:
    """Text as a quotation in mrkdwn: escaped first, then every line prefixed; at most `limit` wide."""
    clipped = clip(text, limit - 4, _in_quotation)
    lines = [f"> {escape(line)}" for line in clipped.splitlines() or [""]]
    return "\n".join(lines) + ("" if clipped == text else f" {ELLIPSIS}")


def link(url: str, label: str, limit: int = 200) -> str:
    """A link in mrkdwn, or the bare label when `url` is no web address or too long to send."""
    address = slack_address(url)
    named = mrkdwn_line(label, limit)
    return f"<{address}|{named}>" if address else named


def slack_address(url: str) -> str:
    """A web address as it stands in a link: `|` encoded, `&` escaped; empty where there is none fit to send."""
    address = escape(web_address(url).replace("|", "%7C"))
    return address if width(address) <= _LINK_WIDTH else ""


def plain(text: str, limit: int) -> Block:
    """A `plain_text` object: no formatting, no links, no `:emoji:`."""
    return {"type": "plain_text", "text": short(text, limit), "emoji": False}


def small_print(*texts: str, exact: bool = False) -> Block:
    """A context block of up to ten texts: ready mrkdwn, or with `exact` any text at all."""
    made = [plain(text, 600) if exact else {"type": "mrkdwn", "text": text, "verbatim": True} for text in texts]
    return {"type": "context", "elements": made[:10]}


def words(text: str, *, bold: bool = False) -> Block:
    """A rich text element that shows exactly these characters."""
    return {"type": "text", "text": text} | ({"style": {"bold": True}} if bold else {})


def anchor(url: str, label: str) -> Block:
    """A rich text link with an exact label, or its label alone when `url` cannot be linked."""
    address = web_address(url)
    fit = address if address and width(address) <= _LINK_WIDTH else ""
    return {"type": "link", "url": fit, "text": short(label, 200)} if fit else words(short(label, 200))


def line(*elements: Block) -> Block:
    """One rich text block of one line."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def exact_quotation(text: str, limit: int) -> tuple[Block, bool]:
    """A rich text quotation of at most `limit` as JSON, and whether the text had to be cut to fit it."""
    clipped = clip(text, limit, _in_json)
    quoted: list[Block] = [words(clipped)]
    if clipped != text:
        quoted.append(words(f" {ELLIPSIS}"))
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": quoted}]}, clipped != text


def button(label: str, action: str, value: str) -> Block:
    """A button that sends `value` under the name `action`."""
    return {"type": "button", "text": plain(label, 75), "action_id": action, "value": value}


def option(label: str, value: str) -> Block:
    """One choice of a menu."""
    return {"text": plain(label, 75), "value": value}
