"""A strict judge of Slack messages and views, written from the limits that Slack documents; it knows no renderer.

Pages read: Block Kit reference (blocks, block elements, composition objects, views) on docs.slack.dev. What is
not listed there is refused, so that a block or field of ours that Slack does not know fails a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from tests.block_kit_text import (
    JsonObject,
    as_list,
    as_object,
    judge_fields,
    judge_mrkdwn,
    judge_plain,
    judge_text,
    judge_text_object,
    need,
    width,
)

TOTAL_LIMIT = 12_000
"""Slack refuses messages above about 13,200 characters of blocks; we stay under this."""


def judge_message(text: str, blocks: Sequence[JsonObject]) -> None:
    """Raise BlockKitError unless Slack would take this message and it pings nobody."""
    need(bool(text.strip()), "a message has no fallback text")
    need(width(text) <= 4_000, f"fallback text of {width(text)} characters")
    judge_mrkdwn(text)
    _judge_blocks(blocks, 50, MESSAGE_BLOCKS)
    total = width(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) + width(text)
    need(total <= TOTAL_LIMIT, f"{total} characters in all, at most {TOTAL_LIMIT}")


def judge_view(view: JsonObject) -> None:
    """Raise BlockKitError unless Slack would take this modal or Home tab."""
    kind = view.get("type")
    need(kind in ("modal", "home"), f"view type {kind!r}")
    common = {"type", "blocks", "private_metadata", "callback_id"}
    judge_fields(view, common | ({"title", "submit", "close"} if kind == "modal" else set()), {"blocks"})
    if kind == "modal":
        judge_plain(view.get("title"), 24)
        for name in ("submit", "close"):
            if name in view:
                judge_plain(view[name], 24)
    judge_text(view.get("private_metadata", ""), 3_000, least=0)
    judge_text(view.get("callback_id", "x"), 255)
    _judge_blocks(as_list(view["blocks"]), 100, VIEW_BLOCKS)
    need(len(json.dumps(view)) <= 250_000, "a view above 250 kB")


def _judge_blocks(blocks: Sequence[JsonObject], most: int, allowed: Mapping[str, Judge]) -> None:
    need(1 <= len(blocks) <= most, f"{len(blocks)} blocks, 1 to {most} allowed")
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    need(len(ids) == len(set(ids)), "a block_id twice")
    for block in blocks:
        kind = str(block.get("type"))
        need(kind in allowed, f"a {kind} block is not allowed here")
        judge_text(block.get("block_id", "x"), 255)
        allowed[kind](block)
    named = [str(each["action_id"]) for block in blocks for each in _elements_with_actions(block)]
    need(len(named) == len(set(named)), f"an action_id twice: {named}")


def _elements_with_actions(block: JsonObject) -> list[JsonObject]:
    inner = block.get("elements") if block.get("type") in ("actions", "context_actions") else []
    single = [block[name] for name in ("accessory", "element") if name in block]
    return [each for each in [*as_list(inner or []), *map(as_object, single)] if "action_id" in each]


def _section(block: JsonObject) -> None:
    judge_fields(block, {"type", "block_id", "text", "fields", "accessory", "expand"}, {"text"})
    judge_text_object(block["text"], 3_000)
    if "accessory" in block:
        _element(as_object(block["accessory"]))


def _header(block: JsonObject) -> None:
    judge_fields(block, {"type", "block_id", "text"}, {"text"})
    judge_plain(block["text"], 150)


def _divider(block: JsonObject) -> None:
    judge_fields(block, {"type", "block_id"}, set())


def _context(block: JsonObject) -> None:
    judge_fields(block, {"type", "block_id", "elements"}, {"elements"})
    elements = as_list(block["elements"])
    need(1 <= len(elements) <= 10, f"{len(elements)} elements in a context block")
    for each in elements:
        judge_text_object(each, 3_000)


def _actions(block: JsonObject) -> None:
    judge_fields(block, {"type", "block_id", "elements"}, {"elements"})
    elements = as_list(block["elements"])
    need(1 <= len(elements) <= 25, f"{len(elements)} elements in an actions block")
    for each in elements:
        _element(each)


def _context_actions(block: JsonObject) -> None:
    judge_fields(block, {"type", "block_id", "elements"}, {"elements"})
    elements = as_list(block["elements"])
    need(1 <= len(elements) <= 5, f"{len(elements)} elements in a context_actions block")
    for each in elements:
        judge_fields(
            each,
            {"type", "action_id", "positive_button", "negative_button"},
            {"positive_button", "negative_button"},
        )
        need(each["type"] == "feedback_buttons", f"a {each['type']} in context_actions")
        for name in ("positive_button", "negative_button"):
            thumb = as_object(each[name])
            judge_fields(thumb, {"text", "value", "accessibility_label"}, {"text", "value"})
            judge_plain(thumb["text"], 75)
            judge_text(thumb["value"], 2_000)
            judge_text(thumb.get("accessibility_label", "x"), 75)


def _input(block: JsonObject) -> None:
    judge_fields(
        block, {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"}, {"label", "element"}
    )
    judge_plain(block["label"], 2_000)
    if "hint" in block:
        judge_plain(block["hint"], 2_000)
    _element(as_object(block["element"]))


def _rich_text(block: JsonObject) -> None:
    judge_fields(block, {"type", "block_id", "elements"}, {"elements"})
    need(bool(block["elements"]), "rich text without elements")
    for each in as_list(block["elements"]):
        if each.get("type") == "rich_text_list":
            judge_fields(each, {"type", "style", "elements", "indent", "offset", "border"}, {"style", "elements"})
            need(each["style"] in ("bullet", "ordered"), "list style")
            inner = as_list(each["elements"])
        else:
            inner = [each]
        for section in inner:
            need(
                section.get("type") in ("rich_text_section", "rich_text_quote"), f"rich text {section.get('type')}"
            )
            judge_fields(section, {"type", "elements", "border"}, {"elements"})
            need(bool(section["elements"]), "a rich text section without elements")
            for element in as_list(section["elements"]):
                _rich_element(element)


def _rich_element(element: JsonObject) -> None:
    """Text or a link: `user`, `usergroup` and `broadcast` would ping."""
    if element.get("type") == "link":
        judge_fields(element, {"type", "url", "text", "style", "unsafe"}, {"url"})
        need(
            bool(re.match(r"https?://[^\s<>|]+\Z", judge_text(element["url"], 3_000))),
            f"link to {element['url']!r:.80}",
        )
        judge_text(element.get("text", "x"), 3_000)
    else:
        need(element.get("type") == "text", f"a rich text element of type {element.get('type')!r}")
        judge_fields(element, {"type", "text", "style"}, {"text"})
        judge_text(element["text"], 3_000)
    style = as_object(element.get("style", {}))
    need(set(style) <= {"bold", "italic", "strike", "code"}, f"style {style}")


def _element(element: JsonObject) -> None:
    kind = str(element.get("type"))
    need(kind in ELEMENTS, f"element of type {kind!r}")
    allowed, needed = ELEMENTS[kind]
    judge_fields(element, {"type", "action_id", *allowed}, needed)
    judge_text(element.get("action_id", "x"), 255)
    if kind == "button":
        judge_plain(element["text"], 75)
        judge_text(element.get("value", "x"), 2_000)
        judge_text(element.get("url", "x"), 3_000)
        need(element.get("style", "primary") in ("primary", "danger"), "button style")
    if "placeholder" in element:
        judge_plain(element["placeholder"], 150)
    if "options" in element:
        _options(element)


def _options(element: JsonObject) -> None:
    options = as_list(element["options"])
    need(1 <= len(options) <= (10 if element["type"] == "checkboxes" else 100), f"{len(options)} options")
    for each in options:
        judge_fields(each, {"text", "value", "description"}, {"text", "value"})
        judge_plain(each["text"], 75)
        judge_text(each["value"], 150)
        if "description" in each:
            judge_plain(each["description"], 75)
    chosen = element.get("initial_options") or ([element["initial_option"]] if "initial_option" in element else [])
    for each in as_list(chosen):
        need(each in options, f"initial option {each} is no option")
    need(element.get("initial_options") != [], "initial_options must not be empty")


Judge = Callable[[JsonObject], None]

ELEMENTS: dict[str, tuple[set[str], set[str]]] = {
    "button": ({"text", "value", "url", "style", "accessibility_label"}, {"text", "action_id"}),
    "static_select": ({"options", "initial_option", "placeholder"}, {"options"}),
    "multi_static_select": ({"options", "initial_options", "placeholder", "max_selected_items"}, {"options"}),
    "radio_buttons": ({"options", "initial_option"}, {"options"}),
    "checkboxes": ({"options", "initial_options"}, {"options"}),
}

MESSAGE_BLOCKS: dict[str, Judge] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "rich_text": _rich_text,
}

VIEW_BLOCKS: dict[str, Judge] = {
    "section": _section,
    "header": _header,
    "divider": _divider,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "rich_text": _rich_text,
}
