"""A stage for the Slack app: a served web app, a Slack that signs what it sends, and a bot that is easily led."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import uvicorn
from fastapi import FastAPI
from slack_sdk.signature import SignatureVerifier

from bot.feedback import FeedbackStore
from bot.settings import Settings
from bot.slack import SlackRoutes, slack_routes
from bot.slack.desk import Pace
from tests.slack_server import BOT_USER, TEAM, SlackServer
from tests.slack_shelf import Shelf

SECRET = "0123456789abcdef0123456789abcdef"


class Stage:
    """The web app with its Slack routes, served on loopback, and what Slack would send to it."""

    _count = itertools.count(1)  # of all stages, for no two messages in Slack have the same ts

    def __init__(
        self,
        folder: Path,
        slack: SlackServer,
        *,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
        **changes: Any,  # the fields of Settings that a test wants otherwise
    ) -> None:
        self.slack, self.shelf = slack, Shelf()
        self.settings = replace(
            Settings(
                slack_signing_secret=SECRET,
                slack_bot_token="xoxb-test",
                slack_store=folder / "slack",
                index=folder / "i",
            ),
            **changes,
        )
        pace = pace or Pace(post_seconds=0.0)
        self.routes: SlackRoutes = slack_routes(
            self.settings, lambda: self.shelf, pace=pace, addresses=slack.addresses, clock=clock
        )

    @contextmanager
    def served(self) -> Iterator[Stage]:
        """The app on a free port, with an HTTP client `http` for it."""
        app = FastAPI()
        app.mount("/slack", self.routes)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as self.http:
            yield self
        server.should_exit = True
        thread.join()
        self.routes.close()

    def feedback(self) -> FeedbackStore:
        """The verdicts that were given."""
        return FeedbackStore(self.settings.slack_store / "feedback.sqlite")

    def next_ts(self) -> str:
        return f"1700000000.{next(self._count):06d}"

    def send(
        self,
        body: str,
        *,
        form: bool = False,
        at: float | None = None,
        secret: str = SECRET,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """Deliver signed bytes."""
        stamp = str(int(time.time() if at is None else at))
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body) or ""
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        signed = {"content-type": kind, "x-slack-request-timestamp": stamp, "x-slack-signature": signature}
        return self.http.post("/slack/events", content=body.encode(), headers=signed | (headers or {}))

    def event(self, event: dict[str, Any], *, event_id: str = "", retry: int = 0, **sent: Any) -> httpx.Response:
        """Deliver an event as the Events API does."""
        body = {
            "token": "unused",
            "team_id": TEAM,
            "api_app_id": "A1",
            "event": event,
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self._count)}",
            "event_time": 1_700_000_000,
            "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        }
        headers = {"x-slack-retry-num": str(retry), "x-slack-retry-reason": "http_timeout"} if retry else {}
        return self.send(json.dumps(body), headers=headers, **sent)

    def message(
        self,
        text: str,
        *,
        kind: str = "message",
        channel: str = "C1",
        user: str = "U1",
        ts: str = "",
        **fields: Any,
    ) -> dict[str, Any]:
        """A message or app_mention event."""
        ts = ts or self.next_ts()
        event = {"type": kind, "user": user, "text": text, "ts": ts, "channel": channel, "event_ts": ts}
        if kind == "message":
            event["channel_type"] = "im" if channel.startswith("D") else "channel"
        return event | fields

    def mention(self, text: str, **fields: Any) -> httpx.Response:
        """Somebody mentions the bot in a channel."""
        return self.event(self.message(f"<@{BOT_USER}> {text}", kind="app_mention", **fields))

    def command(self, text: str, *, channel: str = "C1", **sent: Any) -> httpx.Response:
        """Somebody types /ask."""
        fields = {
            "token": "unused",
            "team_id": TEAM,
            "team_domain": "team",
            "channel_id": channel,
            "channel_name": "general",
            "user_id": "U1",
            "user_name": "ana",
            "command": "/ask",
            "text": text,
            "api_app_id": "A1",
            "response_url": self.slack.hook(f"command{next(self._count)}"),
            "trigger_id": f"tr{next(self._count)}",
        }
        return self.send(urlencode(fields), form=True, **sent)

    def interact(self, payload: dict[str, Any]) -> httpx.Response:
        """Somebody uses a shortcut, a button or a form."""
        whole = {
            "team": {"id": TEAM, "domain": "team"},
            "user": {"id": "U1", "name": "ana", "team_id": TEAM},
            "api_app_id": "A1",
            "token": "unused",
            "trigger_id": f"tr{next(self._count)}",
            **payload,
        }
        return self.send(urlencode({"payload": json.dumps(whole)}), form=True)

    def press(
        self, element: dict[str, Any], value: str = "", *, user: str = "U1", thread: str = ""
    ) -> httpx.Response:
        """Somebody presses a button of ours, or chooses from a menu."""
        action = {"action_id": element["action_id"], "type": element["type"], "block_id": "b", "action_ts": "1"}
        if element["type"] == "static_select":
            action["selected_option"] = next(each for each in element["options"] if each["value"].endswith(value))
        elif element["type"] == "feedback_buttons":
            action["value"] = element[f"{value}_button"]["value"]
        else:
            action["value"] = element["value"]
        container = {"type": "message", "message_ts": "1.1", "channel_id": "C1"} | (
            {"thread_ts": thread} if thread else {}
        )
        return self.interact(
            {
                "type": "block_actions",
                "container": container,
                "channel": {"id": "C1", "name": "general"},
                "actions": [action],
                "response_url": self.slack.hook(f"action{next(self._count)}"),
                "user": {"id": user, "name": "ana", "username": "ana", "team_id": TEAM},
            }
        )
