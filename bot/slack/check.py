"""What is missing before the bot works in Slack, found out by looking and by asking Slack."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.settings import Settings
from bot.slack.errors import SlackError
from bot.slack.manifest import SCOPES, THREAD_SCOPES
from bot.slack.sdk import SLACK, Addresses, call, web_client


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is as it should be, what was seen, and what mends it."""

    fine: bool
    seen: str
    cure: str = ""

    def __str__(self) -> str:
        return f"{'ok     ' if self.fine else 'MISSING'} {self.seen}" + (
            f"\n        {self.cure}" if self.cure else ""
        )


def check(settings: Settings, *, addresses: Addresses = SLACK) -> list[Finding]:
    """Everything the Slack app needs, in the order in which it is set up; secrets are looked at and never shown."""
    findings = [_secret(settings)]
    if settings.slack_client_id or settings.slack_client_secret:
        findings.append(_installs(settings))
    if settings.slack_bot_token or not settings.slack_client_id:
        findings += _token(settings, addresses)
    if settings.slack_app_token:
        findings.append(_socket(settings, addresses))
    if settings.slack_channels:
        findings.append(_channels(settings))
    return findings


def _secret(settings: Settings) -> Finding:
    if not settings.slack_signing_secret:
        if settings.slack_app_token:
            return Finding(True, "no signing secret, and none is needed in Socket Mode")
        cure = "Basic Information > App Credentials > Signing Secret, as SLACK_SIGNING_SECRET in the environment"
        return Finding(False, "no signing secret", cure)
    if not re.fullmatch(r"[0-9a-f]{32}", settings.slack_signing_secret):
        cure = "copy the Signing Secret again; the Client Secret and the Verification Token are others"
        return Finding(False, "SLACK_SIGNING_SECRET is not 32 hexadecimal digits", cure)
    return Finding(True, "a signing secret")


def _installs(settings: Settings) -> Finding:
    if settings.slack_client_id and settings.slack_client_secret:
        return Finding(True, "client id and secret: workspaces install the app at /slack/install")
    cure = "set both SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, or neither"
    return Finding(False, "only one of client id and client secret", cure)


def _token(settings: Settings, addresses: Addresses) -> list[Finding]:
    token = settings.slack_bot_token
    if not token:
        cure = "OAuth & Permissions > Bot User OAuth Token, as SLACK_BOT_TOKEN in the environment"
        return [Finding(False, "no bot token", cure)]
    if not token.startswith("xoxb-"):
        cure = "copy the Bot User OAuth Token; those that begin with xoxp- and xapp- are others"
        return [Finding(False, "SLACK_BOT_TOKEN does not begin with xoxb-", cure)]
    try:
        headers = call(web_client(token, addresses), "auth.test", {})
    except SlackError as error:
        return [
            Finding(False, f"the bot token does not work ({error})", "install the app again and copy the new token")
        ]
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    findings = [Finding(True, "a bot token that Slack accepts")]
    for scope, reason in {**SCOPES, **THREAD_SCOPES}.items():
        cure = "" if scope in granted else "OAuth & Permissions > Scopes: add it, then install the app again"
        findings.append(Finding(scope in granted, f"scope {scope}, to {_verb(reason)}", cure))
    return findings


def _verb(reason: str) -> str:
    return f"offer {reason}" if reason.startswith("/") else f"put {reason}" if reason.startswith("eyes") else reason


def _socket(settings: Settings, addresses: Addresses) -> Finding:
    if not settings.slack_app_token.startswith("xapp-"):
        cure = "Basic Information > App-Level Tokens, with the scope connections:write"
        return Finding(False, "SLACK_APP_TOKEN does not begin with xapp-", cure)
    try:
        call(web_client(settings.slack_app_token, addresses), "apps.connections.open", {})
    except SlackError as error:
        cure = "switch Socket Mode on, and give the app-level token the scope connections:write"
        return Finding(False, f"Socket Mode does not work ({error})", cure)
    return Finding(True, "Socket Mode")


def _channels(settings: Settings) -> Finding:
    odd = [name for name in settings.slack_channels if not re.fullmatch(r"[CG][A-Z0-9]{5,}", name)]
    cure = "a channel's id stands at the end of its details, and begins with C or G"
    if odd:
        return Finding(False, f"SLACK_CHANNELS holds {', '.join(odd)}, which are no channel ids", cure)
    return Finding(True, f"answers only in {', '.join(settings.slack_channels)}")
