"""The app manifest: everything Slack needs to know to create the app, as YAML to paste there."""

from __future__ import annotations

from urllib.parse import urlsplit

from index import SettingError

SCOPES = {
    "app_mentions:read": "hear mentions",
    "chat:write": "answer",
    "commands": "/ask and the message shortcut",
    "im:history": "hear direct messages",
    "reactions:write": "eyes on a question while it is worked on",
}
THREAD_SCOPES = {
    "channels:history": "hear follow-ups in threads it answered in, and questions without a mention where allowed"
}

_MANIFEST = """\
# Paste at https://api.slack.com/apps > Create New App > From a manifest.
display_information:
  name: Pullquote
  description: Answers questions in the exact words of your articles
  background_color: "#1f2933"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  bot_user:
    display_name: Pullquote
    always_online: true
  shortcuts:
    - name: Find quotes for this
      type: message
      callback_id: find_quotes
      description: Quotes from the articles that bear on this message
  slash_commands:
    - command: /ask
      description: Ask the articles; only you see the answer
      usage_hint: "a question, or settings"
      should_escape: true
{command_url}\
oauth_config:
{redirect_urls}\
  scopes:
    bot:
{scopes}\
settings:
  event_subscriptions:
{request_url}\
    bot_events:
      - app_home_opened
      - app_mention
{thread_events}\
      - message.im
  interactivity:
    is_enabled: true
{request_url_of_interactivity}\
  org_deploy_enabled: false
  socket_mode_enabled: {socket}
  token_rotation_enabled: false
"""


def scopes(*, threads: bool = True) -> list[str]:
    """What the bot must be allowed; without `threads` it hears only mentions, direct messages and commands."""
    return [*SCOPES, *(THREAD_SCOPES if threads else {})]


def manifest(url: str = "", *, threads: bool = True, installs: bool = False) -> str:
    """The manifest in YAML for an app reached at `url`; without one, for Socket Mode.

    `threads`: with the scope that follow-ups in threads need. `installs`: with the address that other
    workspaces come back to after installing. Raises SettingError for a url Slack would not call.
    """
    base = _base(url)
    endpoint = f"{base}/slack/events"
    reasons = {**SCOPES, **(THREAD_SCOPES if threads else {})}

    def request(indent: int, name: str = "request_url") -> str:
        return f"{' ' * indent}{name}: {endpoint}\n" if base else ""

    return _MANIFEST.format(
        command_url=request(6, "url"),
        redirect_urls=f"  redirect_urls:\n    - {base}/slack/oauth_redirect\n" if installs and base else "",
        scopes="".join(f"      - {scope}  # {reason}\n" for scope, reason in reasons.items()),
        request_url=request(4),
        thread_events="      - message.channels\n" if threads else "",
        request_url_of_interactivity=request(4),
        socket="false" if base else "true",
    )


def _base(url: str) -> str:
    """The address without a slash at its end; empty for none."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        fits = parts.scheme == "https" and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        fits = False
    if not fits or not url.isascii() or not url.isprintable() or set(url) & set(" #'\"{}[]<>"):
        raise SettingError(
            f"url is {url!r}, expected the public address of this server, such as https://quotes.example.com"
        )
    return url.rstrip("/")
