"""The door to the Slack app in the web app: who is let in, how much is read, and that Slack is answered in time."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from bot.guard import Receive, Scope, Send, header, refuse
from bot.settings import Settings
from bot.slack.desk import Desk, GetBot, Pace, log
from bot.slack.errors import SlackError
from bot.slack.sdk import Addresses
from bot.slack.trust import is_signed

if TYPE_CHECKING:
    from starlette.responses import Response

BODY_LIMIT = 1024 * 1024
"""The largest request body that is read: a button under a long message sends the message along, in bytes."""

READ_SECONDS = 10
_REPLAY_SECONDS = 900
"""Longer than a signature is good for, counted in both directions."""

_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_TIMESTAMP = re.compile(r"[0-9]{1,12}")


class SlackDoor:
    """An ASGI app to be mounted at `/slack`, and the Slack app behind it."""

    def __init__(
        self, settings: Settings, bot: GetBot, pace: Pace | None, addresses: Addresses, clock: Callable[[], float]
    ) -> None:
        from bot.slack.app import SlackApp

        self._secret = settings.slack_signing_secret
        self._clock = clock
        self._desk = Desk.open(bot, settings, pace, clock)
        self._app = SlackApp(settings, self._desk, addresses)
        # Threads of its own: those of the web app may all be waiting for the index.
        self._acks = ThreadPoolExecutor(8, thread_name_prefix="slack-ack")
        self._closing = threading.Event()
        self._hang_up: Callable[[], None] = lambda: None
        if settings.slack_app_token:
            threading.Thread(target=self._connect, args=(settings.slack_app_token,), daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        path = path.removeprefix("/slack")
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        elif path == "/events" and scope["method"] == "POST" and self._secret:
            await self._event(scope, receive, send)
        elif path in ("/install", "/oauth_redirect") and scope["method"] == "GET":
            await self._install(scope, receive, send, redirected=path == "/oauth_redirect")
        else:
            await refuse(send, 404, "There is nothing here.")

    async def _event(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read, check and hand on one request of Slack's."""
        try:
            body = await asyncio.wait_for(_body(scope, receive), READ_SECONDS)
        except _TooLargeError:
            await refuse(send, 413, f"The request is larger than the {BODY_LIMIT:,} bytes accepted here.")
            return
        except (TimeoutError, _GoneError):
            await refuse(send, 408, "The request did not arrive whole.")
            return
        loop = asyncio.get_running_loop()
        try:
            response = await loop.run_in_executor(self._acks, self._answer, scope, receive, body)
        except _RefusedError as refused:
            log.info("A request to the Slack app was refused: %s", refused)
            await refuse(send, 401, str(refused))
            return
        await response(scope, receive, send)

    def _answer(self, scope: Scope, receive: Receive, body: bytes) -> Response:
        """The response to a request. Raises _RefusedError unless Slack signed it, just now, for the first time."""
        claim = f"signature {self._signature(scope, body)}"
        # An event repeated within one second is signed alike; that it is answered once, its claims see to. Commands
        # and buttons, which are forms and not JSON, are never repeated by Slack.
        may_repeat = body.startswith(b"{") and header(scope, b"x-slack-retry-num") != ""
        if not self._desk.claims.claim(claim, seconds=_REPLAY_SECONDS) and not may_repeat:
            raise _RefusedError("This request has been made before.")
        try:
            response = self._app.dispatch(scope, receive, body)
        except BaseException:
            self._desk.claims.release(claim)
            raise
        if response.status_code >= 500:
            self._desk.claims.release(claim)  # Slack will bring it again
        return response

    def _signature(self, scope: Scope, body: bytes) -> str:
        """The signature of a request. Raises _RefusedError when it is missing, misshapen, old or wrong."""
        given: dict[bytes, list[str]] = {b"x-slack-request-timestamp": [], b"x-slack-signature": []}
        for name, value in scope["headers"]:
            if name in given:
                given[name].append(value.decode("latin-1"))
        timestamps, signatures = given.values()
        if len(timestamps) != 1 or not _TIMESTAMP.fullmatch(timestamps[0]):
            raise _RefusedError("X-Slack-Request-Timestamp is not one number.")
        if len(signatures) != 1 or not _SIGNATURE.fullmatch(signatures[0]):
            raise _RefusedError("X-Slack-Signature is not one signature of version v0.")
        try:
            signed = is_signed(self._secret, body, timestamps[0], signatures[0], self._clock)
        except UnicodeDecodeError:
            signed = False
        if not signed:
            raise _RefusedError("The signature is wrong or older than five minutes.")
        return signatures[0]

    async def _install(self, scope: Scope, receive: Receive, send: Send, *, redirected: bool) -> None:
        loop = asyncio.get_running_loop()
        install = partial(self._app.install, scope, receive, redirected=redirected)
        response = await loop.run_in_executor(self._acks, install)
        if response is None:
            await refuse(send, 404, "There is nothing here.")
        else:
            await response(scope, receive, send)

    def _connect(self, app_token: str) -> None:
        """Connect in Socket Mode, and try again for as long as Slack cannot be reached."""
        wait = 1.0
        while not self._closing.is_set():
            try:
                self._hang_up = self._app.connect(app_token)
                return
            except SlackError as error:
                log.error("No connection to Slack in Socket Mode: %s", error)
            self._closing.wait(wait)
            wait = min(60.0, 2 * wait)

    def close(self) -> None:
        """Finish the questions that were taken on, then let go of everything."""
        self._closing.set()
        self._hang_up()
        self._acks.shutdown(wait=True)
        self._desk.close()


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Raises _TooLargeError before reading beyond the limit, _GoneError when it breaks off."""
    announced = header(scope, b"content-length")
    if announced.isascii() and announced.isdigit() and int(announced) > BODY_LIMIT:
        raise _TooLargeError
    parts: list[bytes] = []
    left, more = BODY_LIMIT, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _GoneError
        parts.append(message.get("body", b""))
        left -= len(parts[-1])
        if left < 0:
            raise _TooLargeError
        more = message.get("more_body", False)
    return b"".join(parts)


class _RefusedError(Exception):
    """A request that is not Slack's, or not a new one."""


class _TooLargeError(Exception):
    """A body is larger than is read."""


class _GoneError(Exception):
    """Whoever sent a request left before it was whole."""
