"""How the bot behaves in Slack: one answer a question, in time, at Slack's pace, and where it is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.slack.desk import Pace
from index import QuestionError
from tests.slack_server import BOT_USER, SlackServer
from tests.slack_stage import Stage

Play = Callable[..., Stage]


@pytest.fixture
def play(tmp_path: Path, slack: SlackServer) -> Iterator[Play]:
    """Serves an app with the settings asked for; several share one store, as worker processes do."""
    stages: list[Any] = []

    def begin(**given: Any) -> Stage:  # the arguments of Stage
        served = Stage(tmp_path, slack, **given).served()
        stages.append(served)
        return served.__enter__()

    yield begin
    for served in stages:
        served.__exit__(None, None, None)


def test_a_retry_of_what_arrived_is_answered_once(play: Play, slack: SlackServer) -> None:
    stage = play()
    event = stage.message(f"<@{BOT_USER}> electric?", kind="app_mention")
    for retry in range(4):
        assert stage.event(event, event_id="Ev1", retry=retry).status_code == 200
    stage.mention("battery?")
    slack.wait_for("chat.postMessage", count=2)
    assert [asked["question"] for asked in stage.shelf.asked] == ["electric?", "battery?"]


def test_a_retry_of_what_was_lost_is_answered(play: Play, slack: SlackServer) -> None:
    stage = play()
    stage.event(stage.message(f"<@{BOT_USER}> electric?", kind="app_mention"), retry=2)
    slack.wait_for("chat.postMessage")
    assert len(stage.shelf.asked) == 1


def test_a_mention_that_also_comes_as_a_message_is_answered_once(play: Play, slack: SlackServer) -> None:
    stage = play()
    for kinds in (("app_mention", "message"), ("message", "app_mention")):
        ts = stage.next_ts()
        for kind in kinds:
            stage.event(stage.message(f"<@{BOT_USER}> electric?", kind=kind, ts=ts))
    slack.wait_for("reactions.remove", count=2)
    assert len(slack.called("chat.postMessage")) == 2


def test_workers_share_what_was_taken(play: Play, slack: SlackServer) -> None:
    one, other = play(), play()
    event = one.message(f"<@{BOT_USER}> electric?", kind="app_mention")
    one.event(event, event_id="Ev1")
    other.event(event, event_id="Ev1", retry=1)
    other.event(event | {"type": "message", "channel_type": "channel"}, event_id="Ev2")
    other.mention("battery?")
    slack.wait_for("chat.postMessage", count=2)
    assert (len(one.shelf.asked), len(other.shelf.asked)) == (1, 1)


def test_slack_is_answered_at_once_while_twenty_questions_wait(play: Play, slack: SlackServer) -> None:
    stage = play(pace=Pace(workers=2, places=100, post_seconds=0.0))
    stage.shelf.gate.clear()
    took = []
    for number in range(21):
        began = time.monotonic()
        assert stage.mention(f"electric {number}?", channel=f"C{number}").status_code == 200
        took.append(time.monotonic() - began)
    assert max(took) < 3
    slack.wait_for("reactions.add", count=21)
    assert slack.called("chat.postMessage") == []
    stage.shelf.gate.set()
    posts = slack.wait_for("chat.postMessage", count=21)
    assert {post.body["channel"] for post in posts} == {f"C{number}" for number in range(21)}


def test_a_full_pool_says_so_politely_and_forgets_nothing_it_took(play: Play, slack: SlackServer) -> None:
    stage = play(pace=Pace(workers=1, places=2, post_seconds=0.0))
    stage.shelf.gate.clear()
    for number in range(3):
        stage.mention(f"electric {number}?", channel=f"C{number}")
    busy = slack.wait_for("chat.postMessage")[0]
    assert busy.body["channel"] == "C2"
    assert "more questions than I can answer" in busy.body["text"]
    assert "more questions" in stage.command("electric?").json()["text"]
    stage.shelf.gate.set()
    posts = slack.wait_for("chat.postMessage", count=3)
    assert sorted(post.body["channel"] for post in posts) == ["C0", "C1", "C2"]
    slack.wait_for("reactions.remove", count=3)


def test_too_many_requests_are_sent_again_when_slack_says(play: Play, slack: SlackServer) -> None:
    stage = play()
    slack.fail("chat.postMessage", "ratelimited", status=429, headers={"Retry-After": "1"})
    stage.mention("electric?")
    refused, taken = slack.wait_for("chat.postMessage", count=2)
    assert taken.at - refused.at >= 1
    assert taken.body == refused.body
    slack.wait_for("reactions.remove")
    assert len(slack.called("chat.postMessage")) == 2


def test_a_waiting_channel_does_not_hold_up_another(play: Play, slack: SlackServer) -> None:
    stage = play()
    slack.fail("chat.postMessage", "ratelimited", status=429, headers={"Retry-After": "2"})
    stage.mention("electric?", channel="C1")
    slack.wait_for("chat.postMessage")
    began = time.monotonic()
    stage.mention("battery?", channel="C2")
    assert slack.wait_for("chat.postMessage", count=2)[1].body["channel"] == "C2"
    assert time.monotonic() - began < 1


def test_a_channel_gets_about_one_message_a_second(play: Play, slack: SlackServer) -> None:
    stage = play(pace=Pace(post_seconds=0.4))
    for number in range(3):
        stage.mention(f"electric {number}?")
    posts = slack.wait_for("chat.postMessage", count=3)
    assert all(later.at - earlier.at >= 0.3 for earlier, later in pairwise(posts))


def test_blocks_that_slack_refuses_still_arrive_as_text(play: Play, slack: SlackServer) -> None:
    stage = play()
    slack.fail("chat.postMessage", "msg_blocks_too_long")
    stage.mention("electric?")
    plain = slack.wait_for("chat.postMessage", count=2)[1].body
    assert "blocks" not in plain
    assert "electric vehicles" in plain["text"]


def test_a_missing_reaction_scope_costs_no_answer(play: Play, slack: SlackServer) -> None:
    stage = play()
    slack.fail("reactions.add", "missing_scope")
    slack.fail("reactions.remove", "no_reaction")
    stage.mention("electric?")
    slack.wait_for("chat.postMessage")


def test_a_broken_question_is_owned_up_to_without_its_words_in_the_log(
    play: Play, slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    stage = play()
    stage.shelf.failure = RuntimeError("the secret question was: electric?")
    stage.mention("electric?")
    assert "Something went wrong" in slack.wait_for("chat.postMessage")[0].body["text"]
    stage.shelf.failure = QuestionError("the question is too odd")
    stage.mention("electric?")
    assert slack.wait_for("chat.postMessage", count=2)[1].body["text"] == "the question is too odd"
    assert "RuntimeError" in caplog.text
    assert "electric" not in caplog.text


def test_a_decline_is_one_line_with_the_nearest_miss(play: Play, slack: SlackServer) -> None:
    stage = play()
    stage.mention("Who won the cup?")
    blocks = slack.wait_for("chat.postMessage")[0].body["blocks"]
    said = "".join(each["text"] for each in blocks[0]["elements"][0]["elements"])
    assert said == (
        "The articles do not answer this. The nearest they come: "
        "“Nissan is talking to Honda about electric vehicles.” Nissan and Honda"
    )
    assert [block["type"] for block in blocks] == ["rich_text", "context_actions"]


def test_it_speaks_only_in_the_channels_it_is_allowed_in(play: Play, slack: SlackServer) -> None:
    stage = play(slack_channels=("CYES",))
    stage.mention("electric?", channel="CNO")
    stage.mention("electric?", channel="CYES")
    stage.event(stage.message("electric?", channel="D1"))
    posts = slack.wait_for("chat.postMessage", count=2)
    assert {post.body["channel"] for post in posts} == {"CYES", "D1"}
    stage.command("electric?", channel="CNO")
    assert "share" not in str(slack.wait_for("hook")[0].body["blocks"])


def test_of_a_hundred_questions_at_once_none_is_lost_and_none_answered_twice(
    play: Play, slack: SlackServer
) -> None:
    stages = [play(), play()]
    asked = [
        stages[0].message(f"<@{BOT_USER}> electric {n}?", kind="app_mention", channel=f"C{n}") for n in range(100)
    ]
    seen_as_message = [event | {"type": "message", "channel_type": "channel"} for event in asked]

    def deliver(job: tuple[int, dict[str, Any], int]) -> int:
        number, event, retry = job
        event_id = f"Ev-{event['type']}-{event['ts']}"
        return stages[number % 2].event(event, event_id=event_id, retry=retry).status_code

    jobs = [(n, event, 0) for n, event in enumerate(asked)]
    jobs += [(n + 1, event, 0) for n, event in enumerate(seen_as_message)]
    jobs += [(n + 1, event, 1) for n, event in enumerate(asked)]
    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(deliver, jobs))
    assert set(codes) <= {200, 401}  # 401: the same bytes, signed in the same second, came through another worker
    posts = slack.wait_for("chat.postMessage", count=100, seconds=30)
    slack.wait_for("reactions.remove", count=100, seconds=30)
    assert sorted(post.body["thread_ts"] for post in slack.called("chat.postMessage")) == sorted(
        event["ts"] for event in asked
    )
    assert len(posts) == 100
