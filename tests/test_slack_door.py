"""Who gets into the Slack app: signed, fresh, first, and small enough; everybody else is told so and nothing more."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.slack.door import BODY_LIMIT
from tests.slack_server import BOT_USER, SlackServer
from tests.slack_stage import SECRET, Stage


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    server = SlackServer()
    yield server
    server.close()


@pytest.fixture
def stage(tmp_path: Path, slack: SlackServer) -> Iterator[Stage]:
    with Stage(tmp_path, slack).served() as served:
        yield served


def an_event(stage: Stage) -> str:
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": "T0TEAM",
            "event_id": "Ev1",
            "event": stage.message(f"<@{BOT_USER}> electric?", kind="app_mention"),
        }
    )


def test_the_address_is_verified_as_slack_asks(stage: Stage) -> None:
    said = stage.send(json.dumps({"type": "url_verification", "challenge": "abc", "token": "t"}))
    assert said.status_code == 200
    assert "abc" in said.text


def test_a_request_of_the_last_five_minutes_is_let_in(stage: Stage, slack: SlackServer) -> None:
    for age in (-290, 290):
        assert stage.send(an_event(stage), at=time.time() + age).status_code == 200
    slack.wait_for("chat.postMessage")


@pytest.mark.parametrize("age", [-310, 310, -(10**9)])
def test_an_older_or_later_request_is_refused(age: int, stage: Stage) -> None:
    assert stage.send(an_event(stage), at=max(1, time.time() + age)).status_code == 401
    assert stage.shelf.asked == []


def test_another_secret_or_another_body_is_refused(stage: Stage) -> None:
    assert stage.send(an_event(stage), secret="f" * 32).status_code == 401
    good = stage.send('{"type": "url_verification", "challenge": "x"}').request.headers
    signed = {name: good[name] for name in ("x-slack-request-timestamp", "x-slack-signature")}
    for body in (b'{"type": "url_verification", "challenge": "y"}', b'{"type": "url_verif', b"", b"\xff\xfe"):
        assert stage.http.post("/slack/events", content=body, headers=signed).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-slack-request-timestamp": "NOW"},
        {"x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "soon", "x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "", "x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "1e9", "x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "-1", "x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "9" * 400, "x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "²³", "x-slack-signature": "v0=" + "0" * 64},
        {"x-slack-request-timestamp": "NOW", "x-slack-signature": "v0=é" + "0" * 63},
        {"x-slack-request-timestamp": "NOW", "x-slack-signature": "v1=" + "0" * 64},
        {"x-slack-request-timestamp": "NOW", "x-slack-signature": ""},
    ],
)
def test_missing_and_misshapen_headers_are_refused_and_break_nothing(headers: dict[str, str], stage: Stage) -> None:
    now = str(int(time.time()))
    raw = {name.encode(): value.replace("NOW", now).encode("utf-8") for name, value in headers.items()}
    said = stage.http.post("/slack/events", content=b"{}", headers=list(raw.items()))
    assert said.status_code == 401
    assert "error" in said.json()


def test_a_request_is_refused_when_it_is_played_again(stage: Stage, slack: SlackServer) -> None:
    now = time.time()
    for body, form in ((an_event(stage), False), ("command=%2Fask&text=electric&team_id=T&user_id=U", True)):
        assert stage.send(body, form=form, at=now).status_code == 200
        assert stage.send(body, form=form, at=now).status_code == 401
        again = stage.send(body, form=form, at=now, headers={"x-slack-retry-num": "1"})
        assert again.status_code == (401 if form else 200)
    slack.wait_for("chat.postMessage")
    assert len(slack.called("chat.postMessage")) == 1


def test_a_request_that_failed_may_come_again(stage: Stage, slack: SlackServer) -> None:
    slack.fail("auth.test", "internal_error", status=500)
    body, now = an_event(stage), time.time()
    first = stage.send(body, at=now)
    second = stage.send(body, at=now + 1, headers={"x-slack-retry-num": "1"})
    assert second.status_code == 200
    slack.wait_for("chat.postMessage")
    assert first.status_code in (200, 500)
    assert len(slack.called("chat.postMessage")) == 1


def test_a_body_is_refused_before_it_is_read(stage: Stage) -> None:
    address = (stage.http.base_url.host, stage.http.base_url.port or 0)
    with socket.create_connection(address, timeout=5) as connection:
        head = f"POST /slack/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: {BODY_LIMIT + 1}\r\n\r\n"
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413")
    endless = (b"x" * 65_536 for _ in range(BODY_LIMIT // 65_536 + 2))
    assert stage.http.post("/slack/events", content=endless).status_code == 413


def test_other_paths_and_methods_are_not_there(stage: Stage) -> None:
    for path in ("/slack", "/slack/", "/slack/other", "/slack/install", "/slack/oauth_redirect"):
        assert stage.http.get(path).status_code in (404, 307)
    assert stage.http.get("/slack/events").status_code == 404
    assert stage.http.put("/slack/events").status_code == 404


def test_secrets_and_questions_reach_no_log_and_no_repr(
    stage: Stage, slack: SlackServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stage.mention("electric secretquestion?")
    stage.event({"type": "unheard_of", "text": "secretquestion"})
    stage.interact({"type": "view_closed", "view": {"title": "secretquestion"}})
    stage.send(an_event(stage).replace("electric", "secretquestion"), secret="f" * 32)
    slack.wait_for("reactions.remove")
    for secret in ("secretquestion", SECRET, "xoxb-test"):
        assert secret not in "".join(record.getMessage() for record in caplog.records if record.name != "httpx")
        assert secret not in repr(stage.settings)
        assert secret not in repr(stage.routes)


def test_without_slack_settings_nothing_is_there_and_nothing_of_slack_is_loaded(
    tmp_path: Path, slack: SlackServer
) -> None:
    with Stage(tmp_path, slack, slack_signing_secret="", slack_bot_token="").served() as stage:
        for path in ("/slack/events", "/slack/install"):
            assert stage.http.post(path).status_code == 404
            assert stage.http.get(path).status_code == 404
    program = (
        "import sys; from bot.settings import Settings; from bot.slack import slack_routes; "
        "slack_routes(Settings(), None); print([m for m in sys.modules if m.startswith(('slack_', 'bot.slack.'))])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_settings_come_from_the_environment() -> None:
    given = {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_CHANNELS": "C1, C2"}
    settings = Settings.from_environment(given | {"SLACK_CLIENT_SECRET": "hush"})
    assert settings.slack_channels == ("C1", "C2")
    for secret in (SECRET, "xoxb-1", "hush"):
        assert secret not in repr(settings)


ODD = ("[]", "{}", "null", '{"type": "event_callback"}', "{", "payload=x", "command=%2Fask", "payload=%7B%7D")


@pytest.mark.parametrize("body", ODD)
def test_signed_requests_of_odd_shapes_are_told_off_and_break_nothing(
    body: str, stage: Stage, slack: SlackServer
) -> None:
    assert stage.send(body, form=not body.startswith(("[", "{", "n"))).status_code in (200, 400, 404)
    stage.mention("electric?")
    slack.wait_for("chat.postMessage")
