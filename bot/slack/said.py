"""What people said in Slack, read from the JSON Slack sends; it decides nothing and answers nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

Json = Mapping[str, object]

_SPOKEN_SUBTYPES = (None, "file_share", "thread_broadcast")
"""Of messages with another subtype (edits, joins, bots, ...) none was said by a person to the channel."""

_QUESTION_MARKS = "?？؟"
_CONTROL = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


@dataclass(frozen=True, slots=True)
class Said:
    """A message that a person wrote. `thread` is the ts of the thread it was written in, "" outside one.

    `mentions_bot` and `mentions_others` say whom it calls by name; `text` is in plain words, without them.
    """

    team: str
    channel: str
    user: str
    ts: str
    text: str
    event_id: str = ""
    thread: str = ""
    direct: bool = False
    mentions_bot: bool = False
    mentions_others: bool = False

    @property
    def asks(self) -> bool:
        """Whether it reads as a question."""
        return any(mark in self.text for mark in _QUESTION_MARKS) and len(self.text) > 3


@dataclass(frozen=True, slots=True)
class Pressed:
    """A command, a shortcut or a button: `value` is what was typed or chosen, `url` where to respond."""

    team: str
    channel: str
    user: str
    user_name: str
    value: str
    url: str
    trigger: str = ""
    thread: str = ""


def said_in(body: Json, team: str, bot_user: str) -> Said | None:
    """What a message or app_mention event says; None for one that no person wrote, or that is not new."""
    event = _object(body, "event")
    user, channel, ts = _text(event, "user"), _text(event, "channel"), _text(event, "ts")
    if event.get("subtype") not in _SPOKEN_SUBTYPES or event.get("bot_id") or event.get("bot_profile"):
        return None
    if event.get("edited") or event.get("hidden") or user in ("", bot_user, "USLACKBOT") or not (channel and ts):
        return None
    raw = _text(event, "text")
    called = [name for sign, name, _ in _CONTROL.findall(raw) if sign == "@"]
    return Said(
        team=team,
        channel=channel,
        user=user,
        ts=ts,
        text=plain_words(raw, bot_user),
        event_id=_text(body, "event_id"),
        thread=_text(event, "thread_ts"),
        direct=event.get("channel_type") == "im" or channel.startswith("D"),
        mentions_bot=event.get("type") == "app_mention" or (bot_user != "" and bot_user in called),
        mentions_others=any(name != bot_user for name in called),
    )


def plain_words(raw: str, bot_user: str = "") -> str:
    """A message's text as a person would read it out: links by their labels, the bot's own name left out."""

    def read(found: re.Match[str]) -> str:
        sign, target, label = found.group(1), found.group(2), found.group(3) or ""
        if sign == "@":
            return " " if target == bot_user or not label else f"@{label}"
        if sign == "#":
            return f"#{label}" if label else " "
        return label if sign == "!" else label or target.removeprefix("mailto:")

    words = " ".join(_CONTROL.sub(read, raw).split()).lstrip(",:;").strip()
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def command_in(body: Json, team: str) -> Pressed:
    """A slash command."""
    return Pressed(
        team=team,
        channel=_text(body, "channel_id"),
        user=_text(body, "user_id"),
        user_name=_text(body, "user_name"),
        value=plain_words(_text(body, "text")),
        url=_text(body, "response_url"),
        trigger=_text(body, "trigger_id"),
    )


def shortcut_in(body: Json, team: str) -> Pressed:
    """A message shortcut; `value` is the message's text and `thread` the thread to answer it in."""
    message = _object(body, "message")
    thread = _text(message, "thread_ts") or _text(message, "ts")
    return _pressed(body, team, plain_words(_text(message, "text")), thread)


def action_in(body: Json, team: str) -> tuple[str, Pressed]:
    """The name of a pressed button or menu, and what it sent; `thread` is the thread it stands in."""
    actions = body.get("actions")
    action: Json = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    value = _text(action, "value") or _text(_object(action, "selected_option"), "value")
    container = _object(body, "container")
    thread = _text(container, "thread_ts") or _text(_object(body, "message"), "thread_ts")
    return _text(action, "action_id"), _pressed(body, team, value, thread)


def _pressed(body: Json, team: str, value: str, thread: str) -> Pressed:
    user = _object(body, "user")
    return Pressed(
        team=team,
        channel=_text(_object(body, "channel"), "id"),
        user=_text(user, "id"),
        user_name=_text(user, "name") or _text(user, "username"),
        value=value,
        url=_text(body, "response_url"),
        trigger=_text(body, "trigger_id"),
        thread=thread,
    )


def _object(body: Json, name: str) -> Json:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _text(body: Json, name: str) -> str:
    found = body.get(name)
    return found if isinstance(found, str) else ""
