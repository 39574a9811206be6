"""Slack's own client behind a few plain functions: everything that is sent to Slack is sent from here."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from http.client import HTTPException
from typing import TYPE_CHECKING, NamedTuple
from urllib.error import URLError

from bot.render.block_parts import Block
from bot.render.blocks import Message
from bot.slack.errors import NotSlackError, SlackError, SlackRefusal

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.http_retry import RetryHandler

TIMEOUT = 15
"""Seconds to wait for Slack to answer a call."""

_BLOCK_CODES = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long")

library_log = logging.getLogger("pullquote.slack.library")
# Slack's libraries write request bodies, which hold questions, at the DEBUG level, and ask for the level itself.
library_log.setLevel(logging.WARNING)


class Addresses(NamedTuple):
    """Where Slack is. Only tests give others: they play Slack on this machine."""

    api: str = "https://slack.com/api/"
    hooks: tuple[str, ...] = ("https://hooks.slack.com/", "https://hooks.slack-gov.com/")


SLACK = Addresses()


class Speaker:
    """The bot's voice in one workspace. Each method raises SlackError when Slack does not take what is sent."""

    def __init__(self, token: str, addresses: Addresses = SLACK) -> None:
        self._token = token
        self._addresses = addresses

    def __repr__(self) -> str:
        return "Speaker(...)"  # never the token

    @cached_property
    def _patient(self) -> WebClient:
        """A client that waits when Slack says Retry-After."""
        return web_client(self._token, self._addresses, _retry_handlers())

    @cached_property
    def _hasty(self) -> WebClient:
        """A client that lets it be: no reaction is worth holding up an answer."""
        return web_client(self._token, self._addresses, [])

    def post(self, channel: str, message: Message, thread: str = "") -> None:
        """Post for everyone in a channel or thread."""
        fields = {"channel": channel, "unfurl_links": False, "unfurl_media": False}
        self._say("chat.postMessage", message, fields | ({"thread_ts": thread} if thread else {}))

    def whisper(self, channel: str, user: str, message: Message, thread: str = "") -> None:
        """Post where only one person sees it."""
        fields: dict[str, object] = {"channel": channel, "user": user}
        self._say("chat.postEphemeral", message, fields | ({"thread_ts": thread} if thread else {}))

    def react(self, channel: str, ts: str, name: str, *, remove: bool = False) -> None:
        """Put an emoji on a message, or take it off."""
        method = "reactions.remove" if remove else "reactions.add"
        call(self._hasty, method, {"channel": channel, "timestamp": ts, "name": name})

    def open_form(self, trigger: str, view: Block) -> None:
        """Open a modal for whoever caused `trigger`, within three seconds of it."""
        call(self._hasty, "views.open", {"trigger_id": trigger, "view": view})

    def publish_home(self, user: str, view: Block) -> None:
        """Show a person's Home tab."""
        call(self._patient, "views.publish", {"user_id": user, "view": view})

    def respond(self, url: str, message: Message, *, public: bool = False, thread: str = "") -> None:
        """Answer a command or button at its `response_url`, unseen by others unless `public`."""
        fields: dict[str, object] = {
            "response_type": "in_channel" if public else "ephemeral",
            "replace_original": False,
        }
        if public and thread:
            fields["thread_ts"] = thread
        send_to_hook(url, message, self._addresses, fields)

    def delete_original(self, url: str) -> None:
        """Take away the message whose button was pressed."""
        # Slack wants this field alone: a message beside it would replace instead.
        _post_to_hook(url, {"delete_original": True}, self._addresses)

    def _say(self, method: str, message: Message, fields: dict[str, object]) -> None:
        try:
            call(self._patient, method, {**fields, "text": message.text, "blocks": message.blocks})
        except SlackRefusal as refusal:
            if refusal.code not in _BLOCK_CODES:
                raise
            # Slack's limits have changed before without notice: the words still arrive.
            call(self._patient, method, {**fields, "text": message.text})


def web_client(token: str, addresses: Addresses, retry_handlers: list[RetryHandler] | None = None) -> WebClient:
    """Slack's Web API client."""
    from slack_sdk import WebClient

    handlers = _retry_handlers() if retry_handlers is None else retry_handlers
    return WebClient(token or None, addresses.api, TIMEOUT, logger=library_log, retry_handlers=handlers)


def _retry_handlers() -> list[RetryHandler]:
    """Wait as Slack asks; try again when the connection failed before anything was sent.

    Not when it broke later or Slack had an error of its own: the message may have been posted.
    """
    from slack_sdk.http_retry import ConnectionErrorRetryHandler, RateLimitErrorRetryHandler

    return [RateLimitErrorRetryHandler(max_retry_count=3), ConnectionErrorRetryHandler(error_types=[URLError])]


def call(client: WebClient, method: str, fields: Mapping[str, object]) -> Mapping[str, str]:
    """Call a method of the Web API; the answer's headers. Raises SlackError."""
    with speaking(method):
        answer = client.api_call(method, json=dict(fields))
    return {str(name).lower(): str(value) for name, value in answer.headers.items()}


@contextmanager
def speaking(method: str) -> Iterator[None]:
    """Turns what Slack's client raises into a SlackError without the request in it."""
    from slack_sdk.errors import SlackApiError, SlackClientError

    try:
        yield
    except SlackApiError as error:
        raise SlackRefusal(method, str(error.response.get("error", "unknown"))) from None
    except (SlackClientError, OSError, HTTPException) as error:
        raise SlackError(f"Slack could not be reached for {method}: {type(error).__name__}") from None


def send_to_hook(
    url: str, message: Message, addresses: Addresses = SLACK, fields: Mapping[str, object] | None = None
) -> None:
    """Post to an incoming webhook or a response_url. Raises SlackError, NotSlackError for any other address."""
    _post_to_hook(
        url,
        {
            "text": message.text,
            "blocks": message.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
            **(fields or {}),
        },
        addresses,
    )


def _post_to_hook(url: str, body: dict[str, object], addresses: Addresses) -> None:
    if not url.isascii() or not url.isprintable() or not url.startswith(addresses.hooks):
        # The address itself stays out of the message: a webhook's is a secret.
        raise NotSlackError(
            f"the address to send to is not Slack's, expected one that begins with {addresses.hooks[0]}"
        )
    from slack_sdk.webhook import WebhookClient

    with speaking("the message"):
        answer = WebhookClient(url, TIMEOUT, logger=library_log, retry_handlers=_retry_handlers()).send_dict(body)
    if answer.status_code != 200:
        raise SlackRefusal("the message", answer.body[:80] or str(answer.status_code))
