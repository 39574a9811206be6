"""What stands in front of the web app: who may ask, for what, how much, and what a browser may do with it."""

from __future__ import annotations

import contextlib
import ipaddress
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from bot.bringing import READ_ONLY
from bot.settings import BODY_LIMIT, Settings
from index import SettingError

Scope = MutableMapping[str, Any]  # ASGI's own types: a mapping whose values depend on its "type"
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SLACK_BODY_LIMIT = 1024 * 1024
"""Slack sends the whole message along when a button on it is pressed, in bytes."""

CHAT_BODY_LIMIT = 4 * 1024 * 1024
"""The chat sends its whole conversation with each question, so its requests may be larger, in bytes."""

CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
"""Gradio's page starts from inline script; whatever gets into it, nothing can leave for another server."""

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Our own pages run no script at all."""

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)
# Gradio serves these to everyone; none is needed here, and each fetches, stores or runs something. Files are
# brought in by a route of our own, which keeps them where nobody else can read them.
_CLOSED = (
    "upload",
    "proxy=",
    "vibe-",
    "undo-vibe-edit",
    "run-history",
    "runs",
    "process_recording",
    "stream/",
    "component_server",
)

_WRITING = ("/v1/articles", "/library")
"""Where articles come and go."""


def is_loopback(host: str) -> bool:
    """True for a host name or address that only this machine can reach."""
    name = host.strip().strip("[]").lower()
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


def check_binding(settings: Settings) -> None:
    """Raise SettingError where the settings would open the articles to a network without a login."""
    name, colon, password = settings.auth.partition(":")
    if settings.auth and not (name and colon and password):
        raise SettingError("auth is not of the form name:password; set PULLQUOTE_AUTH=name:password or --auth")
    if not is_loopback(settings.host) and not settings.auth and not settings.insecure:
        raise SettingError(
            f"host is {settings.host!r}, which other machines can reach, and nobody would have to log in; "
            "expected a login (--auth name:password) or --insecure if that is meant"
        )


class Guard:
    """An ASGI app that lets through what is allowed and answers the rest itself, in words.

    A request needs a Host this server answers to (loopback, the bound host, any IP address, `settings.hosts`:
    names are listed because a foreign name may be pointed here to read the answers), and an Origin, if it has
    one, of the same host and port or of `settings.hosts`. Bodies are counted before anything reads them.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.listed = frozenset(name.lower() for name in settings.hosts)
        self.names = self.listed | {settings.host.lower(), "localhost"}
        self.read_only = settings.read_only
        self.upload_limit = settings.upload_limit * 1024 * 1024

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif (refusal := self._refusal(scope)) is not None:
            await refuse(_with_headers(send), *refusal)
        else:
            await self._within(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the words with which a request is turned away; None when it may go on."""
        host, origin, path = header(scope, b"host"), header(scope, b"origin"), str(scope["path"])
        if not self._answers_to(host):
            return 400, f"This server does not answer to the host {host[:100]!r}; list it in PULLQUOTE_HOSTS."
        if origin and not self._is_own(origin, host):
            return 403, f"Requests from pages of {origin[:100]!r} are not accepted."
        inner = path.removeprefix("/gradio_api/")
        if inner != path and inner.startswith(_CLOSED):
            return 404, "There is nothing here."
        if self.read_only and scope["method"] not in ("GET", "HEAD") and path.startswith(_WRITING):
            return 403, READ_ONLY
        return None

    def _answers_to(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self.names or _is_address(name)

    def _is_own(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.scheme in ("http", "https") and (parts.netloc == host or parts.hostname in self.listed)

    def _limit(self, path: str) -> int:
        if path.startswith("/gradio_api/"):
            return CHAT_BODY_LIMIT
        if path == "/v1/articles":
            return self.upload_limit
        if path.startswith("/slack/"):
            return SLACK_BODY_LIMIT
        if path == "/v1/conversation":  # saved whole, as the chat sends it
            return CHAT_BODY_LIMIT
        return BODY_LIMIT

    async def _within(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and break off with 413 when its body is announced or found to be too large."""
        limit = self._limit(str(scope["path"]))
        words = f"The request is larger than the {limit:,} bytes accepted here."
        announced = header(scope, b"content-length")
        if announced and (not announced.isascii() or not announced.isdigit() or int(announced) > limit):
            await refuse(send, 413, words)
            return
        received, started = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _TooLargeError
            return message

        async def noted(message: Message) -> None:
            nonlocal started
            # An app that made an answer of its own out of the error above is not heard.
            if started or received <= limit:
                started = True
                await send(message)

        with contextlib.suppress(_TooLargeError):
            await self.app(scope, counted, noted)
        if received > limit and not started:
            await refuse(send, 413, words)


class _TooLargeError(Exception):
    """A body outgrew its limit while it was read."""


def header(scope: Scope, name: bytes) -> str:
    """The value of a request header, empty when it is absent."""
    headers: Iterable[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


async def refuse(send: Send, status: int, words: str, extra: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Answer a request with an error of one sentence."""
    body = json.dumps({"error": words}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *extra]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", []))
            held = {key.lower() for key, _ in given}
            policy = (b"content-security-policy", CHAT_POLICY.encode())
            message["headers"] = given + [pair for pair in (*_HEADERS, policy) if pair[0] not in held]
        await send(message)

    return sent
