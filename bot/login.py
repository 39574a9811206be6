"""The login that covers the whole web app: HTTP Basic, one name and password, few tries."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable

from bot.guard import App, Receive, Scope, Send, header, refuse

TRIES = 5
"""How many wrong logins an address has before it must wait."""

WAIT = 60.0
"""How long it must wait, in seconds."""

_ADDRESSES = 10_000
_OPEN = ("/health",)
_SIGNED = "/slack/"


class Login:
    """An ASGI app that asks everyone for `name:password`, except of `/health` and of Slack, which signs its own.

    After TRIES wrong logins an address is refused for WAIT seconds, right ones included. A request without a
    login is asked for one and does not count.
    """

    def __init__(self, app: App, auth: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.app = app
        self._expected = auth.encode()
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or path in _OPEN or path.startswith(_SIGNED):
            await self.app(scope, receive, send)
            return
        address = str((scope.get("client") or ("",))[0])
        wait = self._wait(address)
        if wait > 0:
            later = (b"retry-after", str(int(wait) + 1).encode())
            await refuse(send, 429, f"Too many wrong logins; try again in {int(wait) + 1} seconds.", [later])
            return
        given = header(scope, b"authorization")
        if given and hmac.compare_digest(_credentials(given), self._expected):
            self._wrong.pop(address, None)
            await self.app(scope, receive, send)
            return
        if given:
            self._note_wrong(address)
        ask = (b"www-authenticate", b'Basic realm="Pullquote", charset="UTF-8"')
        await refuse(send, 401, "Log in with the name and password of this server.", [ask])

    def _wait(self, address: str) -> float:
        """How many seconds the address must wait still; 0 or less when it need not."""
        tries, since = self._wrong.get(address, (0, 0.0))
        if tries < TRIES:
            return 0.0
        left = since + WAIT - self._clock()
        if left <= 0:
            self._wrong.pop(address, None)
        return left

    def _note_wrong(self, address: str) -> None:
        tries, since = self._wrong.pop(address, (0, 0.0))
        recent = self._clock() - since < WAIT
        self._wrong[address] = (tries + 1 if recent else 1, self._clock())
        while len(self._wrong) > _ADDRESSES:
            self._wrong.popitem(last=False)


def _credentials(given: str) -> bytes:
    """The bytes of `name:password` in a Basic header; empty for anything else."""
    scheme, _, encoded = given.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""
