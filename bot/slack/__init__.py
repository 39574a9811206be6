"""The bot in Slack: the face of the package; importing it loads nothing of Slack's own libraries."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from bot.guard import Receive, Scope, Send, refuse
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.slack.desk import GetBot, Pace
    from bot.slack.sdk import Addresses

__all__ = ["SlackRoutes", "is_set_up", "slack_routes"]


class SlackRoutes(Protocol):
    """What the web app mounts at `/slack`, and closes when it ends."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    def close(self) -> None: ...


def is_set_up(settings: Settings) -> bool:
    """Whether the settings are enough to work in Slack: a way to hear from it, and a token or a way to get one."""
    hears = bool(settings.slack_signing_secret or settings.slack_app_token)
    return hears and bool(settings.slack_bot_token or (settings.slack_client_id and settings.slack_client_secret))


def slack_routes(
    settings: Settings,
    bot: GetBot,
    *,
    pace: Pace | None = None,
    addresses: Addresses | None = None,
    clock: Callable[[], float] = time.time,
) -> SlackRoutes:
    """The Slack app as an ASGI app; one that knows no address (404) where Slack is not set up.

    `bot` gives the open Bot, or raises a PullquoteError whose words can be shown while it is being opened.
    `addresses` are others than Slack's own only in tests.
    """
    if not is_set_up(settings):
        return _Closed()
    from bot.slack.door import SlackDoor
    from bot.slack.sdk import SLACK

    return SlackDoor(settings, bot, pace, addresses or SLACK, clock)


class _Closed:
    """The Slack app of a server that has none."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await refuse(send, 404, "There is nothing here.")
        else:
            await send({"type": "websocket.close", "code": 1008})

    def close(self) -> None:
        """Nothing was opened."""
