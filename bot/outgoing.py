"""The commands that have to do with Slack: `digest`, `slack manifest`, `slack check`, and an answer sent there."""

from __future__ import annotations

import argparse
import sys

from bot.answer import Answer
from bot.digest import digest as made
from bot.digest import since_of
from bot.opened import opened
from bot.render import long_date
from bot.render.escape import terminal


def post_answer(answer: Answer, url: str) -> None:
    """Send an answer to an incoming webhook."""
    from bot.slack.webhook import post_answer

    post_answer(answer, url)


def digest(options: argparse.Namespace) -> int:
    """Tell what came in and what changed, here or in Slack."""
    since = since_of(options.since)
    with opened(options, create=False) as bot:
        found = made(bot, since)
    if options.slack_webhook:
        from bot.slack.webhook import post_digest

        post_digest(found, options.slack_webhook)
    lines = [f"since {long_date(since.date())}: {len(found.new)} new, {len(found.changed)} changed"]
    lines += [f"  new      {terminal(each.title)}" for each in found.new]
    lines += [f"  changed  {terminal(each.title)}" for each in found.changed]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def slack(options: argparse.Namespace) -> int:
    """Print the app's manifest, or what is missing before the app works."""
    if options.what == "manifest":
        from bot.slack.manifest import manifest

        sys.stdout.write(manifest(options.url, installs=bool(options.settings.slack_client_id)))
        return 0
    from bot.slack.check import check

    findings = check(options.settings)
    sys.stdout.write("\n".join(map(str, findings)) + "\n")
    return 0 if all(each.fine for each in findings) else 1
