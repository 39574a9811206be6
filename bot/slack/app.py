"""The Slack app proper, on slack-bolt: what Slack delivers goes to the room that answers it.

The only file that imports slack_bolt. A listener takes a question on and returns, so the whole dispatch is
quick enough to run before Slack is answered: when it fails, Slack hears of it and delivers again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.feedback import store_of
from bot.guard import Receive, Scope
from bot.settings import Settings
from bot.slack import buttons, colleague, forms, private
from bot.slack.desk import Desk, log
from bot.slack.errors import SlackError, said_why
from bot.slack.manifest import scopes
from bot.slack.said import Json, action_in, command_in, said_in, shortcut_in
from bot.slack.sdk import Addresses, Speaker, library_log, speaking, web_client
from bot.slack.trust import installation_stores

if TYPE_CHECKING:
    from slack_bolt import Ack, BoltContext
    from slack_bolt.oauth.oauth_settings import OAuthSettings
    from starlette.responses import Response

INSTALL_PATH, REDIRECT_PATH = "/slack/install", "/slack/oauth_redirect"
ANY = re.compile("")


class SlackApp:
    """The bolt app over a Desk."""

    def __init__(self, settings: Settings, desk: Desk, addresses: Addresses) -> None:
        from slack_bolt import App

        self._desk = desk
        self._addresses = addresses
        oauth = _oauth(settings, addresses) if settings.slack_client_id and settings.slack_client_secret else None
        self._bolt = App(
            logger=library_log,
            name="pullquote",
            # Slack is answered once a question is taken on, not before: see above.
            process_before_response=True,
            # An unhandled request is logged by bolt with its whole body; as an error it comes to us instead.
            raise_error_for_unhandled_request=True,
            # The door has checked the signature, and unlike bolt it does not log the body of a bad one.
            request_verification_enabled=False,
            signing_secret=settings.slack_signing_secret,
            # Not asked at the start: the web app must come up without Slack. The first request asks.
            token_verification_enabled=False,
            client=web_client("" if oauth else settings.slack_bot_token, addresses),
            oauth_settings=oauth,
        )
        if oauth:
            # The revoked or uninstalled workspace's tokens are forgotten.
            self._bolt.enable_token_revocation_listeners()
        self._listen()

    def dispatch(self, scope: Scope, receive: Receive, body: bytes) -> Response:
        """The response to a request whose signature has been checked."""
        from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
        from starlette.requests import Request
        from starlette.responses import Response

        try:
            return to_starlette_response(self._bolt.dispatch(to_bolt_request(Request(scope, receive), body)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            # Bolt takes the shape of what it reads for granted.
            log.error("A request from Slack could not be read: %s", said_why(error))
            return Response(status_code=400)

    def install(self, scope: Scope, receive: Receive, *, redirected: bool) -> Response | None:
        """The response to someone who installs the app in a workspace; None where that is not offered."""
        from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
        from starlette.requests import Request

        flow = self._bolt.oauth_flow
        if flow is None:
            return None
        request = to_bolt_request(Request(scope, receive), b"")
        return to_starlette_response(
            flow.handle_callback(request) if redirected else flow.handle_installation(request)
        )

    def connect(self, app_token: str) -> Callable[[], None]:
        """Hear from Slack over a connection of our own (Socket Mode); what ends it. Raises SlackError."""
        from slack_bolt.adapter.socket_mode import SocketModeHandler

        handler = SocketModeHandler(self._bolt, app_token, logger=library_log)
        close: Callable[[], None] = handler.close
        try:
            with speaking("apps.connections.open"):
                handler.connect()  # type: ignore[no-untyped-call]  # bolt's adapter has no types
        except SlackError:
            close()
            raise
        return close

    def _listen(self) -> None:
        """Say which room answers what."""
        desk, speaker, bolt = self._desk, self._speaker, self._bolt

        def heard(body: Json, context: BoltContext) -> None:
            if said := said_in(body, _team(context), context.bot_user_id or ""):
                colleague.hear(desk, said, speaker(context))

        def opened_home(body: Json, context: BoltContext) -> None:
            event = body.get("event")
            if isinstance(event, dict) and event.get("tab", "home") == "home" and context.user_id:
                forms.show_home(desk, context.user_id, speaker(context))

        def command(ack: Ack, body: Json, context: BoltContext) -> None:
            said = private.command(desk, command_in(body, _team(context)), speaker(context))
            ack(text=said, response_type="ephemeral") if said else ack()

        def shortcut(ack: Ack, body: Json, context: BoltContext) -> None:
            private.shortcut(desk, shortcut_in(body, _team(context)), speaker(context))
            ack()

        def pressed(ack: Ack, body: Json, context: BoltContext) -> None:
            buttons.press(desk, *action_in(body, _team(context)), speaker(context))
            ack()

        def saved(ack: Ack, view: Json, context: BoltContext) -> None:
            ack(response_action="update", view=forms.save_settings(desk, _team(context), view))

        def other() -> None:
            """Events of no interest are acknowledged, so that Slack does not bring them again."""

        def failed(error: Exception) -> None:
            log.error("A request from Slack failed: %s", said_why(error))

        bolt.event("app_mention")(heard)
        bolt.event("message")(heard)
        bolt.event("app_home_opened")(opened_home)
        bolt.event(ANY)(other)
        bolt.command(ANY)(command)
        bolt.message_shortcut("find_quotes")(shortcut)
        bolt.action(ANY)(pressed)
        bolt.view("channel_settings")(saved)
        bolt.error(failed)

    def _speaker(self, context: BoltContext) -> Speaker:
        return Speaker(context.bot_token or context.token or "", self._addresses)


def _team(context: BoltContext) -> str:
    return context.team_id or context.enterprise_id or ""


def _oauth(settings: Settings, addresses: Addresses) -> OAuthSettings:
    """Installation into any number of workspaces, kept in the Slack app's own store."""
    from slack_bolt.oauth.oauth_settings import OAuthSettings

    path = store_of(settings) / "installations.sqlite"
    installations, states = installation_stores(path, settings.slack_client_id)
    made = OAuthSettings(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret,
        scopes=scopes(),
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        # Straight on to Slack: bolt's own page shows a picture from Slack's servers.
        install_page_rendering_enabled=False,
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        logger=library_log,
    )
    # Otherwise every request waits for a call of auth.test; a revoked token is no longer found, so never cached.
    made.authorize.cache_enabled = True  # type: ignore[attr-defined]
    return made
