"""The texts and objects of Block Kit, judged against the limits that Slack documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

JsonObject = Mapping[str, object]

ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
CONTROL = re.compile(r"<[^>]*>")
LINK = re.compile(r"<https?://[^\s<>|]+(\|[^<>\n]*)?>\Z")


class BlockKitError(AssertionError):
    """A payload that Slack would refuse, or that would ping somebody."""


def judge_mrkdwn(text: str) -> None:
    """Raise BlockKitError when mrkdwn holds a ping, a stray entity, or a `<` that opens nothing but a web link."""
    need(not ENTITY.search(text), f"an `&` that is no entity of Slack's in {text[:80]!r}")
    for found in CONTROL.finditer(text):
        need(bool(LINK.match(found.group())), f"{found.group()[:80]!r} is no web link")
    rest = CONTROL.sub("", text)
    need("<" not in rest, f"a bare `<` in {text[:80]!r}")
    bare = "\n".join(line.removeprefix(">") for line in rest.split("\n"))
    need(">" not in bare, f"a bare `>` within a line of {text[:80]!r}")


def need(holds: bool, wrong: str) -> None:
    if not holds:
        raise BlockKitError(wrong)


def width(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def as_object(given: object) -> JsonObject:
    need(isinstance(given, Mapping), f"expected an object, got {given!r:.80}")
    assert isinstance(given, Mapping)
    return given


def as_list(given: object) -> Sequence[JsonObject]:
    need(isinstance(given, list), f"expected a list, got {given!r:.80}")
    assert isinstance(given, list)
    return [as_object(each) for each in given]


def judge_text(given: object, most: int, least: int = 1) -> str:
    need(isinstance(given, str), f"expected text, got {given!r:.80}")
    assert isinstance(given, str)
    need(least <= width(given) <= most, f"text of {width(given)} characters, {least} to {most} allowed")
    return given


def judge_fields(given: JsonObject, allowed: set[str], needed: set[str]) -> None:
    need(set(given) <= allowed, f"unknown fields {sorted(set(given) - allowed)} in a {given.get('type')}")
    need(needed <= set(given), f"fields {sorted(needed - set(given))} missing in a {given.get('type')}")


def judge_plain(given: object, most: int) -> None:
    made = as_object(given)
    judge_fields(made, {"type", "text", "emoji"}, {"text"})
    need(made.get("type") == "plain_text", f"expected plain_text, got {made.get('type')!r}")
    judge_text(made["text"], most)


def judge_text_object(given: object, most: int) -> None:
    made = as_object(given)
    if made.get("type") == "plain_text":
        return judge_plain(made, most)
    need(made.get("type") == "mrkdwn", f"a text object of type {made.get('type')!r}")
    judge_fields(made, {"type", "text", "verbatim"}, {"text"})
    return judge_mrkdwn(judge_text(made["text"], most))
