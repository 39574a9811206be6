"""Every way to ask in Slack, from the signed request to what Slack is sent: a served app, a Slack on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.slack_server import BOT_ID, BOT_USER, SlackServer
from tests.slack_stage import Stage

QUOTE = "The LEAF is built in Sunderland."


@pytest.fixture
def stage(tmp_path: Path, slack: SlackServer) -> Iterator[Stage]:
    with Stage(tmp_path, slack).served() as served:
        yield served


def quotes(blocks: list[dict[str, Any]]) -> list[str]:
    every = [element for block in blocks for element in block.get("elements", [])]
    return [each["elements"][0]["text"].strip() for each in every if each["type"] == "rich_text_quote"]


def button(blocks: list[dict[str, Any]], name: str) -> dict[str, Any]:
    every = [element for block in blocks for element in block.get("elements", [])]
    found: dict[str, Any] = next(each for each in every if each.get("action_id") == name)
    return found


def names(blocks: list[dict[str, Any]]) -> list[str]:
    every = [element for block in blocks for element in block.get("elements", [])]
    return [each["action_id"] for each in every if "action_id" in each]


def test_a_mention_is_answered_in_its_thread_with_eyes_meanwhile(stage: Stage, slack: SlackServer) -> None:
    ts = stage.next_ts()
    assert stage.mention("Where is the LEAF built, in Sunderland?", ts=ts).status_code == 200
    post = slack.wait_for("chat.postMessage")[0]
    assert (post.body["channel"], post.body["thread_ts"], post.token) == ("C1", ts, "xoxb-test")
    assert quotes(post.body["blocks"])[0] == QUOTE
    assert QUOTE in post.body["text"]
    assert (post.body["unfurl_links"], post.body["unfurl_media"]) == (False, False)
    slack.wait_for("reactions.remove")
    eyes = slack.called("reactions.add", "reactions.remove")
    assert [call.method for call in eyes] == ["reactions.add", "reactions.remove"]
    assert all(call.body == {"channel": "C1", "timestamp": ts, "name": "eyes"} for call in eyes)
    assert stage.shelf.asked[0]["question"] == "Where is the LEAF built, in Sunderland?"


def test_a_direct_message_is_answered_and_the_next_has_it_as_history(stage: Stage, slack: SlackServer) -> None:
    stage.event(stage.message("Where is the LEAF built, in Sunderland?", channel="D1"))
    post = slack.wait_for("chat.postMessage")[0]
    assert post.body["channel"] == "D1"
    assert "thread_ts" not in post.body
    stage.event(stage.message("And its battery?", channel="D1"))
    slack.wait_for("chat.postMessage", count=2)
    [(question, quoted)] = stage.shelf.asked[1]["history"]
    assert (question, quoted.strip()) == ("Where is the LEAF built, in Sunderland?", QUOTE)


def test_a_reply_in_a_thread_it_answered_in_needs_no_mention(stage: Stage, slack: SlackServer) -> None:
    ts = stage.next_ts()
    stage.mention("Where is the LEAF built, in Sunderland?", ts=ts)
    slack.wait_for("chat.postMessage")
    stage.event(stage.message("and the battery?", thread_ts=ts))
    post = slack.wait_for("chat.postMessage", count=2)[1]
    assert post.body["thread_ts"] == ts
    assert [question for question, _ in stage.shelf.asked[1]["history"]] == [
        "Where is the LEAF built, in Sunderland?"
    ]
    stage.event(stage.message("what about the battery?", thread_ts=stage.next_ts()))
    stage.event(stage.message("<@U2> what about the battery?", thread_ts=ts))
    stage.event(stage.message("thanks all", thread_ts=ts))
    stage.mention("One more: electric?", ts="1.2")
    slack.wait_for("chat.postMessage", count=3)
    assert len(slack.called("chat.postMessage")) == 3


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B9", "subtype": "bot_message"},
        {"bot_id": BOT_ID},
        {"user": BOT_USER},
        {"subtype": "message_changed", "message": {"text": "electric?"}},
        {"subtype": "channel_join"},
        {"subtype": "message_deleted"},
        {"edited": {"user": "U1", "ts": "1.1"}},
        {"user": "USLACKBOT"},
    ],
)
def test_bots_itself_edits_and_joins_are_not_answered(
    event: dict[str, Any], stage: Stage, slack: SlackServer
) -> None:
    assert stage.event(stage.message(f"<@{BOT_USER}> electric vehicles?", **event)).status_code == 200
    stage.mention("electric vehicles?")
    slack.wait_for("chat.postMessage")
    assert len(stage.shelf.asked) == 1


def test_ordinary_talk_in_a_channel_is_left_alone(stage: Stage, slack: SlackServer) -> None:
    stage.event(stage.message("Are electric vehicles any good?"))
    stage.event({"type": "reaction_added", "user": "U1", "reaction": "eyes", "item": {}})
    stage.mention("electric vehicles?")
    slack.wait_for("chat.postMessage")
    assert len(stage.shelf.asked) == 1


def test_a_bare_mention_is_told_how_to_ask(stage: Stage, slack: SlackServer) -> None:
    stage.mention("")
    assert "Ask me a question" in slack.wait_for("chat.postMessage")[0].body["text"]
    assert stage.shelf.asked == []


def test_a_message_is_read_in_plain_words(stage: Stage, slack: SlackServer) -> None:
    stage.mention("is <https://x.example/a|this> &lt;electric&gt; &amp; in <#C2|cars> by <@U7|bob>?")
    slack.wait_for("chat.postMessage")
    assert stage.shelf.asked[0]["question"] == "is this <electric> & in #cars by @bob?"


def test_a_command_is_answered_privately_and_shared_on_demand(stage: Stage, slack: SlackServer) -> None:
    said = stage.command("Where is the LEAF built, in Sunderland?")
    assert (said.status_code, said.text) == (200, "")
    private = slack.wait_for("hook")[0]
    assert private.path.startswith("/hooks/command")
    assert (private.body["response_type"], private.body["replace_original"]) == ("ephemeral", False)
    assert quotes(private.body["blocks"])[0] == QUOTE
    share = button(private.body["blocks"], "share")
    assert share["text"]["text"] == "Share in channel"
    stage.press(share)
    shared, deleted = slack.wait_for("hook", count=3)[1:]
    assert (shared.body["response_type"], shared.path) == ("in_channel", deleted.path)
    assert quotes(shared.body["blocks"]) == quotes(private.body["blocks"])
    heading = "".join(each["text"] for each in shared.body["blocks"][0]["elements"][0]["elements"])
    assert heading == "ana asked: Where is the LEAF built, in Sunderland?"
    assert "share" not in names(shared.body["blocks"])
    assert deleted.body == {"delete_original": True}
    stage.press(share)
    assert "in the channel already" in slack.wait_for("hook", count=4)[3].body["text"]


def test_what_changed_since_it_was_seen_is_not_shared(stage: Stage, slack: SlackServer) -> None:
    stage.command("Where is the LEAF built, in Sunderland?")
    share = button(slack.wait_for("hook")[0].body["blocks"], "share")
    del stage.shelf.shelved[0]
    stage.press(share)
    said = slack.wait_for("hook", count=2)[1].body
    assert said["response_type"] == "ephemeral"
    assert "have changed" in said["text"]


@pytest.mark.parametrize("typed", ["", "help", "HELP"])
def test_a_command_without_a_question_explains_itself_at_once(typed: str, stage: Stage) -> None:
    said = stage.command(typed).json()
    assert said["response_type"] == "ephemeral"
    assert "Type /ask and a question" in said["text"]


def test_the_message_shortcut_finds_quotes_for_a_message(stage: Stage, slack: SlackServer) -> None:
    message = {"type": "message", "user": "U2", "ts": "5.5", "text": "I read that *Honda* talks. " * 200}
    payload = {"type": "message_action", "callback_id": "find_quotes", "message": message, "message_ts": "5.5"}
    payload |= {"channel": {"id": "C1", "name": "general"}, "response_url": slack.hook("shortcut")}
    assert stage.interact(payload).status_code == 200
    found = slack.wait_for("hook")[0]
    assert found.path == "/hooks/shortcut"
    assert quotes(found.body["blocks"])[0] == "Nissan is talking to Honda about electric vehicles."
    assert stage.shelf.asked[0]["interpret"] is False
    assert len(stage.shelf.asked[0]["question"]) <= 2_000
    stage.press(button(found.body["blocks"], "share"))
    assert slack.wait_for("hook", count=2)[1].body["thread_ts"] == "5.5"
    payload["message"] = message | {"text": ""}
    payload["response_url"] = slack.hook("empty")
    stage.interact(payload)
    slack.wait_for("hook", count=4)
    assert "no words" in next(call for call in slack.called("hook") if call.path == "/hooks/empty").body["text"]


def test_the_home_tab_says_what_it_knows_and_how_to_ask(stage: Stage, slack: SlackServer) -> None:
    stage.event({"type": "app_home_opened", "user": "U5", "channel": "D5", "tab": "home", "event_ts": "1.1"})
    call = slack.wait_for("views.publish")[0]
    assert call.body["user_id"] == "U5"
    said = str(call.body["view"])
    for words in ("I know 3 articles", "/ask", "Morning Paper (1)", "Car Weekly (2)", "Nissan and Honda"):
        assert words in said
    stage.event({"type": "app_home_opened", "user": "U5", "channel": "D5", "tab": "messages", "event_ts": "1.2"})
    stage.mention("electric?")
    slack.wait_for("chat.postMessage")
    assert len(slack.called("views.publish")) == 1


def test_more_quotes_come_to_whoever_asks_and_never_twice(stage: Stage, slack: SlackServer) -> None:
    stage.mention("LEAF Nissan battery small coming sells")
    post = slack.wait_for("chat.postMessage")[0]
    first = quotes(post.body["blocks"])
    assert len(first) == 3
    stage.press(button(post.body["blocks"], "more"), thread=post.body["thread_ts"])
    more = slack.wait_for("hook")[0].body
    assert more["response_type"] == "ephemeral"
    assert len(quotes(more["blocks"])) == 3
    assert not set(first) & set(quotes(more["blocks"]))
    stage.press(button(more["blocks"], "more"))
    assert "no further quotes" in str(slack.wait_for("hook", count=2)[1].body["blocks"])


def test_thumbs_and_wrong_quotes_are_kept_once_per_person(stage: Stage, slack: SlackServer) -> None:
    stage.mention("LEAF Nissan battery")
    blocks = slack.wait_for("chat.postMessage")[0].body["blocks"]
    for verdict, user in (("positive", "U1"), ("negative", "U1"), ("positive", "U2")):
        stage.press(button(blocks, "feedback"), verdict, user=user)
        slack.wait_for("hook", count=len(slack.called("hook")) + 1)
    stage.press(button(blocks, "wrong"), " 2")
    said = slack.wait_for("hook", count=4)[-1].body
    assert (said["response_type"], said["text"]) == ("ephemeral", "Thank you, that is noted.")
    kept = stage.feedback().all()
    assert [(each.verdict, each.number) for each in kept] == [("bad", 0), ("good", 0), ("wrong quote", 2)]
    assert {each.question for each in kept} == {"LEAF Nissan battery"}
    assert (kept[2].quotes[1].text.strip(), kept[2].generation, kept[2].face) == (quotes(blocks)[1], 7, "slack")
    assert "U1" not in repr(kept)


def test_a_button_whose_answer_is_forgotten_says_so(stage: Stage, slack: SlackServer) -> None:
    stage.press({"type": "button", "action_id": "more", "value": "gone 3"})
    assert "too old" in slack.wait_for("hook")[0].body["text"]
    assert stage.press({"type": "button", "action_id": "unknown", "value": "x"}).status_code == 200
