"""A question asked once more, in another way: which one, and what of the conversation stands before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from bot.asking import Asked, Chosen, Message, shared, text_of
from bot.render.escape import text_of_html
from bot.said import link_of
from bot.settings import QUESTION_LIMIT


class Again(NamedTuple):
    """What is asked, and the messages that it comes after; an answer that is redone is no longer among them."""

    asked: Asked
    before: Sequence[Message]


def from_link(link: str, messages: Sequence[Message]) -> Again:
    """What a link of the page asks; with `redo` in it, in place of the last question."""
    query = parse_qsl(urlsplit(link[: 12 * QUESTION_LIMIT]).query, max_num_fields=500)
    return Again(shared(query), _before_last(messages) if dict(query).get("redo") else messages)


def from_choice(messages: Sequence[Message], chosen: Chosen) -> Again:
    """The last question again under what is chosen now; an empty question where none was asked."""
    last = last_asked(messages)
    return Again(Asked(last_question(messages), chosen, last.interpret), _before_last(messages))


def last_question(messages: Sequence[Message]) -> str:
    """What was asked last, as it was typed; empty where nothing was."""
    asked = [text_of(each) for each in messages if each.get("role") == "user"]
    return text_of_html(asked[-1]) if asked else ""


def last_asked(messages: Sequence[Message]) -> Asked:
    """What the last answer's link asks; nothing where there is none."""
    links = [link_of(text_of(each)) for each in messages if each.get("role") == "assistant"]
    return shared(parse_qsl(urlsplit(links[-1]).query, max_num_fields=500)) if links else Asked("")


def _before_last(messages: Sequence[Message]) -> Sequence[Message]:
    places = [place for place, each in enumerate(messages) if each.get("role") == "user"]
    return messages[: places[-1]] if places else messages
