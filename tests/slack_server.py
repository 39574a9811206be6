"""Slack's Web API and webhooks on this machine: a real HTTP server that records what it is sent and judges it.

The shapes of its answers are those Slack documents for each method. It refuses blocks that Slack would refuse.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from bot.slack.manifest import scopes
from bot.slack.sdk import Addresses
from tests.block_kit import judge_message, judge_view

BOT_USER, BOT_ID, TEAM = "U0BOT", "B0BOT", "T0TEAM"

Json = dict[str, Any]  # what JSON holds depends on the method


@dataclass(frozen=True)
class Call:
    """One request: the method's name ("hook" for a webhook), what was sent, the token, and when it came."""

    method: str
    body: Json
    token: str
    path: str
    at: float = field(default_factory=time.monotonic)


@dataclass
class Trouble:
    """How a method fails, so many times."""

    times: int
    status: int
    answer: Json
    headers: dict[str, str]


class _Listener(ThreadingHTTPServer):
    request_queue_size = 256  # with the usual 5, a burst of connections is reset
    daemon_threads = True


class SlackServer:
    """Slack, as far as a bot can see it."""

    def __init__(self, *, judge: bool = True) -> None:
        self.calls: list[Call] = []
        self.scopes = scopes()
        self.socket_url = ""
        self.wrong: list[str] = []
        self.judge = judge
        self._troubles: dict[str, deque[Trouble]] = {}
        self._changed = threading.Condition()
        self._server = _Listener(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    @property
    def addresses(self) -> Addresses:
        return Addresses(api=f"{self.url}api/", hooks=(f"{self.url}hooks/",))

    def hook(self, name: str = "one") -> str:
        return f"{self.url}hooks/{name}"

    def fail(
        self,
        method: str,
        error: str = "",
        *,
        times: int = 1,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Let the next calls of a method fail."""
        trouble = Trouble(times, status, {"ok": False, "error": error}, headers or {})
        self._troubles.setdefault(method, deque()).append(trouble)

    def called(self, *methods: str) -> list[Call]:
        """The calls of these methods so far."""
        with self._changed:
            return [call for call in self.calls if call.method in methods]

    def wait_for(self, *methods: str, count: int = 1, seconds: float = 10) -> list[Call]:
        """The calls of these methods, once there are `count` of them."""
        with self._changed:
            fits = self._changed.wait_for(
                lambda: sum(call.method in methods for call in self.calls) >= count, timeout=seconds
            )
            found = [call for call in self.calls if call.method in methods]
            assert fits, f"{len(found)} calls of {methods}, expected {count}: {[c.method for c in self.calls]}"
            return found

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _receive(self, call: Call) -> tuple[int, Json | str, dict[str, str]]:
        try:
            if self.judge:
                _judge(call)
        except AssertionError as wrong:
            self.wrong.append(f"{call.method}: {wrong}")
            return 200, {"ok": False, "error": "invalid_blocks"}, {}
        waiting = self._troubles.get(call.method)
        if waiting:
            trouble = waiting[0]
            trouble.times -= 1
            if trouble.times <= 0:
                waiting.popleft()
            return trouble.status, trouble.answer, trouble.headers
        return self._answer(call)

    def _answer(self, call: Call) -> tuple[int, Json | str, dict[str, str]]:
        match call.method:
            case "hook":
                return 200, "ok", {}
            case "auth.test":
                answer = {"ok": True, "url": "https://team.slack.com/", "team": "Team", "user": "pullquote"}
                answer |= {"team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT_ID, "is_enterprise_install": False}
                return 200, answer, {"x-oauth-scopes": ",".join(self.scopes)}
            case "chat.postMessage":
                return (
                    200,
                    {"ok": True, "channel": call.body["channel"], "ts": f"{time.time():.6f}", "message": {}},
                    {},
                )
            case "chat.postEphemeral":
                return 200, {"ok": True, "message_ts": f"{time.time():.6f}"}, {}
            case "apps.connections.open":
                return 200, {"ok": True, "url": self.socket_url}, {}
            case "oauth.v2.access":
                return 200, _installation(call), {}
            case "views.open" | "views.publish":
                return 200, {"ok": True, "view": {"id": "V1"}}, {}
            case "reactions.add" | "reactions.remove":
                return 200, {"ok": True}, {}
        return 200, {"ok": False, "error": "unknown_method"}, {}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                form = not self.headers.get("content-type", "").startswith("application/json")
                body = {key: value[0] for key, value in parse_qs(raw).items()} if form else json.loads(raw or "{}")
                method = "hook" if self.path.startswith("/hooks/") else self.path.removeprefix("/api/")
                token = self.headers.get("authorization", "").removeprefix("Bearer ")
                call = Call(method, body, token or body.get("token", ""), self.path)
                status, answer, headers = server._receive(call)
                sent = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
                self.send_response(status)
                for name, value in {"content-length": str(len(sent)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(sent)
                with server._changed:
                    server.calls.append(call)
                    server._changed.notify_all()

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


def _judge(call: Call) -> None:
    if call.method in ("views.open", "views.publish"):
        judge_view(call.body["view"])
    elif call.method in ("chat.postMessage", "chat.postEphemeral") or (
        call.method == "hook" and "delete_original" not in call.body
    ):
        assert call.body.get("unfurl_links", False) is False
        judge_message(call.body["text"], call.body.get("blocks") or [{"type": "divider"}])


def _installation(call: Call) -> Json:
    team = {"name": "Other", "id": "T0OTHER"}
    answer: Json = {
        "ok": True,
        "app_id": "A1",
        "token_type": "bot",
        "access_token": "xoxb-other",
        "enterprise": None,
    }
    answer |= {"authed_user": {"id": "U9"}, "scope": ",".join(scopes()), "bot_user_id": BOT_USER, "team": team}
    return answer | {"is_enterprise_install": False}
