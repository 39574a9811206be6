"""Setting Slack up: the manifest, the check, webhooks, Socket Mode, and installing into other workspaces."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from bot.answer import Answer, Quote
from bot.digest import digest, since_of
from bot.feedback import Feedback, FeedbackStore, QuoteMark
from bot.render.block_views import digest_message
from bot.settings import Settings
from bot.slack.check import check
from bot.slack.errors import NotSlackError, SlackRefusal
from bot.slack.manifest import manifest, scopes
from bot.slack.sdk import Speaker
from bot.slack.webhook import post_answer, post_digest
from index import Article, SettingError
from tests.block_kit import judge_message
from tests.slack_server import SlackServer
from tests.slack_shelf import ARTICLES, Shelf
from tests.slack_socket import SocketServer
from tests.slack_stage import SECRET, Stage


def test_the_manifest_names_every_address_scope_and_event() -> None:
    made = yaml.safe_load(manifest("https://quotes.example.com/"))
    endpoint = "https://quotes.example.com/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == endpoint
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": endpoint}
    [command] = made["features"]["slash_commands"]
    assert (command["command"], command["url"]) == ("/ask", endpoint)
    assert made["features"]["shortcuts"][0]["callback_id"] == "find_quotes"
    assert made["oauth_config"]["scopes"]["bot"] == [
        "app_mentions:read", "chat:write", "commands", "im:history", "reactions:write", "channels:history",
    ]  # fmt: skip
    assert made["settings"]["event_subscriptions"]["bot_events"] == [
        "app_home_opened", "app_mention", "message.channels", "message.im",
    ]  # fmt: skip
    assert made["settings"]["socket_mode_enabled"] is False


def test_the_manifest_leaves_out_what_is_not_wanted() -> None:
    made = yaml.safe_load(manifest("https://quotes.example.com", threads=False, installs=True))
    assert "channels:history" not in made["oauth_config"]["scopes"]["bot"]
    assert "message.channels" not in made["settings"]["event_subscriptions"]["bot_events"]
    assert made["oauth_config"]["redirect_urls"] == ["https://quotes.example.com/slack/oauth_redirect"]
    socket = yaml.safe_load(manifest())
    assert socket["settings"]["socket_mode_enabled"] is True
    assert "url" not in str(socket)


@pytest.mark.parametrize(
    "url", ["http://x.example", "x.example", "https://", "https://x?y", "https://x\n- evil: 1"]
)
def test_a_manifest_is_only_made_for_an_address_slack_would_call(url: str) -> None:
    with pytest.raises(SettingError, match="expected the public address"):
        manifest(url)


def settings(tmp_path: Path) -> Settings:
    return Settings(slack_signing_secret=SECRET, slack_bot_token="xoxb-test", slack_store=tmp_path)


def test_the_check_is_content_with_a_complete_set_up(tmp_path: Path, slack: SlackServer) -> None:
    slack.socket_url = "ws://127.0.0.1/"
    whole = replace(settings(tmp_path), slack_app_token="xapp-1", slack_channels=("C012345",))
    findings = check(whole, addresses=slack.addresses)
    assert [str(each) for each in findings if not each.fine] == []
    assert len(findings) == 4 + len(scopes())


def test_the_check_says_what_is_missing_and_what_mends_it(tmp_path: Path, slack: SlackServer) -> None:
    assert [each.seen for each in check(Settings())] == ["no signing secret", "no bot token"]
    slack.scopes = ["chat:write"]
    missing = [each for each in check(settings(tmp_path), addresses=slack.addresses) if not each.fine]
    assert len(missing) == len(scopes()) - 1
    assert all("install the app again" in each.cure for each in missing)
    slack.fail("auth.test", "invalid_auth")
    [refused] = [each for each in check(settings(tmp_path), addresses=slack.addresses) if not each.fine]
    assert "invalid_auth" in refused.seen
    odd = replace(settings(tmp_path), slack_signing_secret="oops", slack_bot_token="xoxp-1", slack_app_token="x")
    seen = " ".join(each.seen for each in check(odd, addresses=slack.addresses))
    for words in ("not 32 hexadecimal", "does not begin with xoxb-", "does not begin with xapp-"):
        assert words in seen
    assert "xoxp-1" not in seen


def an_answer() -> Answer:
    return Answer("Where?", (Quote(ARTICLES[0], 0, 51, 1.0, 0.9),), 0.9)


def test_an_answer_and_a_digest_go_to_an_incoming_webhook(slack: SlackServer) -> None:
    post_answer(an_answer(), slack.hook(), addresses=slack.addresses)
    made = digest(Shelf(), datetime.now(UTC) - timedelta(days=1))
    post_digest(made, slack.hook(), addresses=slack.addresses)
    answer, news = slack.wait_for("hook", count=2)
    assert "Nissan is talking to Honda" in str(answer.body["blocks"])
    assert not {"actions", "context_actions"} & {block["type"] for block in answer.body["blocks"]}
    assert news.body["text"].startswith("3 new and 0 changed since ")
    slack.fail("hook", status=404)
    with pytest.raises(SlackRefusal):
        post_answer(an_answer(), slack.hook(), addresses=slack.addresses)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/services/T/B/x",
        "https://hooks.slack.com.evil.example/services/x",
        "https://hooks.slack.com@evil.example/",
        "https://hooks.slack.com:8443/services/x",
        "https://evil.example/https://hooks.slack.com/",
        "https://hooks.slack.com\\@evil.example/",
        " https://hooks.slack.com/services/x",
        "file:///etc/passwd",
        "http://127.0.0.1/hooks/one",
        "",
    ],
)
def test_nothing_is_sent_to_an_address_that_is_not_slacks(url: str) -> None:
    with pytest.raises(NotSlackError) as wrong:
        post_answer(an_answer(), url)
    assert "services/T" not in str(wrong.value)
    with pytest.raises(NotSlackError):
        Speaker("xoxb-1").respond(url, digest_message(digest(Shelf(), datetime.now(UTC))))


def test_a_digest_tells_new_from_changed_and_fits_however_much_there_is() -> None:
    shelf = Shelf([Article(f"<!here> {'T' * 190} {n}", "x.", "S" * 90, url=f"https://e.com/{n}|{'y' * 300}",
                           version=1 + n % 2, id=str(n)) for n in range(2_500)])  # fmt: skip
    made = digest(shelf, datetime.now(UTC) - timedelta(hours=1))
    assert (len(made.new), len(made.changed), made.total) == (1_250, 1_250, 2_500)
    judge_message(*digest_message(made)[:2])
    assert re.search(r"and 1,2\d\d more", str(digest_message(made).blocks))
    later = digest(shelf, datetime.now(UTC) + timedelta(hours=1))
    assert not later
    assert later.summary.startswith("Nothing new or changed since ")


def test_since_is_a_span_or_a_date() -> None:
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert since_of("1d", lambda: now) == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert since_of("2w", lambda: now) == datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert since_of("90m", lambda: now) == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
    assert since_of("2026-11-01") == datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(SettingError, match="expected a span"):
        since_of("yesterday")


def test_verdicts_survive_and_a_second_one_replaces_the_first(tmp_path: Path) -> None:
    given = datetime(2026, 11, 24, 12, tzinfo=UTC)
    first = Feedback("Where?", (QuoteMark("a", 0, 5, "Words"),), "good", 3, given, 0, "slack", "answer", "voter")
    FeedbackStore(tmp_path / "f.sqlite").add(first)
    changed = replace(first, verdict="bad")
    FeedbackStore(tmp_path / "f.sqlite").add(changed)
    assert FeedbackStore(tmp_path / "f.sqlite").all() == [changed]
    with pytest.raises(SettingError):
        FeedbackStore(tmp_path / "f.sqlite").add(replace(first, verdict="meh"))  # type: ignore[arg-type]


def test_socket_mode_answers_without_a_public_address(tmp_path: Path, slack: SlackServer) -> None:
    with SocketServer() as socket:
        slack.socket_url = socket.url
        with Stage(tmp_path, slack, slack_app_token="xapp-test", slack_signing_secret="").served() as stage:
            event = stage.message("<@U0BOT> electric?", kind="app_mention")
            payload = {"type": "event_callback", "team_id": "T0TEAM", "event_id": "Ev1", "event": event}
            socket.send({"type": "events_api", "envelope_id": "e1", "payload": payload})
            assert socket.answers(1) == [{"envelope_id": "e1"}]
            slack.wait_for("chat.postMessage")
            socket.send({"type": "events_api", "envelope_id": "e2", "payload": payload, "retry_attempt": 1})
            assert socket.answers(2)[1] == {"envelope_id": "e2"}
            help_ = {"command": "/ask", "text": "", "team_id": "T0TEAM", "channel_id": "C1", "user_id": "U1"}
            socket.send({"type": "slash_commands", "envelope_id": "e3", "payload": help_})
            assert "Type /ask" in str(socket.answers(3)[2]["payload"])
            assert stage.http.post("/slack/events", content=b"{}").status_code == 404
        assert slack.called("apps.connections.open")[0].token == "xapp-test"
        assert len(slack.called("chat.postMessage")) == 1


@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")  # slack_sdk leaves that to the collector
def test_another_workspace_installs_the_app_and_is_answered_with_its_own_token(
    tmp_path: Path, slack: SlackServer
) -> None:
    stage_of = partial(Stage, tmp_path, slack, slack_client_id="1.2", slack_client_secret="hush")
    with stage_of(slack_bot_token="").served() as stage:
        start = stage.http.get("/slack/install")
        assert start.status_code == 302
        parts = urlsplit(start.headers["location"])
        asked = {name: value[0] for name, value in parse_qs(parts.query).items()}
        assert (parts.hostname, asked["client_id"]) == ("slack.com", "1.2")
        assert asked["scope"].split(",") == scopes()
        assert {"Secure", "HttpOnly"} <= {each.strip() for each in start.headers["set-cookie"].split(";")}
        cookie = {"cookie": start.headers["set-cookie"].split(";")[0]}
        forged = stage.http.get("/slack/oauth_redirect", params={"code": "c", "state": "forged"}, headers=cookie)
        assert forged.status_code == 400
        done = stage.http.get(
            "/slack/oauth_redirect", params={"code": "c", "state": asked["state"]}, headers=cookie
        )
        assert done.status_code == 200
        assert slack.wait_for("oauth.v2.access")[0].body["code"] == "c"
        for number in range(2):
            event = stage.message(f"<@U0BOT> electric {number}?", kind="app_mention")
            body = {"type": "event_callback", "team_id": "T0OTHER", "event_id": f"Ev-{number}", "event": event}
            assert stage.send(json.dumps(body)).status_code == 200
        assert {post.token for post in slack.wait_for("chat.postMessage", count=2)} == {"xoxb-other"}
        revoked = {"type": "tokens_revoked", "tokens": {"bot": ["U0BOT"]}}
        body = {"type": "event_callback", "team_id": "T0OTHER", "event_id": "Ev-9", "event": revoked}
        assert stage.send(json.dumps(body)).status_code == 200
        mode = (stage.settings.slack_store / "installations.sqlite").stat().st_mode
        assert mode & 0o077 == 0
