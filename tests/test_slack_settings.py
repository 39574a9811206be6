"""How a channel tells the bot to behave: `/ask settings`, kept per channel."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.slack_server import SlackServer
from tests.slack_stage import Stage


@pytest.fixture
def stage(tmp_path: Path, slack: SlackServer) -> Iterator[Stage]:
    with Stage(tmp_path, slack).served() as served:
        yield served


def open_form(stage: Stage, slack: SlackServer, channel: str = "C1") -> dict[str, Any]:
    count = len(slack.called("views.open"))
    said = stage.command("settings", channel=channel)
    assert (said.status_code, said.text) == (200, "")
    view: dict[str, Any] = slack.wait_for("views.open", count=count + 1)[-1].body["view"]
    return view


def field(view: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(block for block in view["blocks"] if block["block_id"] == name)["element"]
    return found


def fill_in(stage: Stage, view: dict[str, Any], **chosen: str) -> dict[str, Any]:
    """Submit the form with these labels chosen, several of a menu with | between, and all else as it stands."""
    values: dict[str, Any] = {}
    for block in view["blocks"]:
        element, name = block["element"], block["block_id"]
        labels = chosen[name].split("|") if name in chosen else None
        picked = [each for each in element["options"] if labels and each["text"]["text"] in labels]
        if element["type"].startswith("multi"):
            values[name] = {name: {"selected_options": picked if labels else element.get("initial_options", [])}}
        else:
            values[name] = {name: {"selected_option": picked[0] if labels else element["initial_option"]}}
    submitted = {"type": "modal", "callback_id": view["callback_id"], "private_metadata": view["private_metadata"]}
    said = stage.interact({"type": "view_submission", "view": submitted | {"state": {"values": values}}})
    assert said.status_code == 200
    answer: dict[str, Any] = said.json()
    return answer


def test_the_form_shows_how_things_stand_and_keeps_what_is_chosen(stage: Stage, slack: SlackServer) -> None:
    view = open_form(stage, slack)
    assert field(view, "quotes")["initial_option"]["value"] == "3"
    assert [each["text"]["text"] for each in field(view, "sources")["options"]] == ["Car Weekly", "Morning Paper"]
    answer = fill_in(stage, view, sources="Car Weekly", quotes="1 quote", declines="Only to whoever asked")
    assert answer["response_action"] == "update"
    again = open_form(stage, slack)
    assert [each["text"]["text"] for each in field(again, "sources")["initial_options"]] == ["Car Weekly"]
    assert field(again, "quotes")["initial_option"]["value"] == "1"
    assert field(again, "declines")["initial_option"]["value"] == "private"
    other = open_form(stage, slack, channel="C2")
    assert "initial_options" not in field(other, "sources")


def test_a_channel_is_answered_from_its_sources_with_its_number_of_quotes(stage: Stage, slack: SlackServer) -> None:
    fill_in(stage, open_form(stage, slack), sources="Car Weekly", quotes="1 quote")
    stage.mention("LEAF?")
    slack.wait_for("chat.postMessage")
    stage.command("LEAF?")
    slack.wait_for("hook")
    assert [(asked["k"], asked["sources"]) for asked in stage.shelf.asked] == [(1, ["Car Weekly"])] * 2
    stage.mention("Who won?")
    declined = slack.wait_for("chat.postMessage", count=2)[1]
    assert "The articles do not answer this." in str(declined.body["blocks"])
    assert "Nissan" not in str(declined.body["blocks"])


def test_a_decline_can_be_said_only_to_whoever_asked(stage: Stage, slack: SlackServer) -> None:
    fill_in(stage, open_form(stage, slack), declines="Only to whoever asked")
    ts = stage.next_ts()
    stage.mention("Who won the cup?", ts=ts, user="U3")
    whisper = slack.wait_for("chat.postEphemeral")[0].body
    assert (whisper["channel"], whisper["user"], whisper["thread_ts"]) == ("C1", "U3", ts)
    assert slack.called("chat.postMessage") == []


def test_a_channel_can_be_answered_without_a_mention_and_declines_are_not_said_then(
    stage: Stage, slack: SlackServer
) -> None:
    fill_in(stage, open_form(stage, slack), answers="To every question in the channel that I have an answer to")
    stage.event(stage.message("Who won the cup?"))
    stage.event(stage.message("electric things are nice"))
    stage.event(stage.message("<@U2> electric?"))
    stage.event(stage.message("electric?"))
    slack.wait_for("chat.postMessage")
    stage.event(stage.message("electric?", channel="C2"))
    stage.event(stage.message("battery?"))
    slack.wait_for("chat.postMessage", count=2)
    assert [asked["question"] for asked in stage.shelf.asked] == ["Who won the cup?", "electric?", "battery?"]
    assert slack.called("reactions.add") == []


def test_a_channel_can_be_left_in_peace(stage: Stage, slack: SlackServer) -> None:
    fill_in(stage, open_form(stage, slack), answers="Never")
    stage.mention("electric?")
    stage.mention("electric?", channel="C2")
    assert slack.wait_for("chat.postMessage")[0].body["channel"] == "C2"
    stage.command("electric?")
    assert "share" not in str(slack.wait_for("hook")[0].body["blocks"])


def test_a_form_that_slack_no_longer_opens_is_apologised_for(stage: Stage, slack: SlackServer) -> None:
    slack.fail("views.open", "expired_trigger_id")
    stage.command("settings")
    assert "Please try again" in slack.wait_for("hook")[0].body["text"]


def test_a_form_with_odd_values_changes_nothing(stage: Stage, slack: SlackServer) -> None:
    odd = {"quotes": {"quotes": {"selected_option": {"value": "9" * 5_000}}}, "answers": {"answers": None}}
    view = {"type": "modal", "callback_id": "channel_settings", "private_metadata": "C1", "state": {"values": odd}}
    assert stage.interact({"type": "view_submission", "view": view}).status_code == 200
    assert field(open_form(stage, slack), "answers")["initial_option"]["value"] == "asked"
