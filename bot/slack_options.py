"""What may be written behind `python -m bot digest` and `python -m bot slack`; nothing is done here."""

from __future__ import annotations

import argparse


def slack_options(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], shared: argparse.ArgumentParser
) -> None:
    """Add the commands."""
    digest = commands.add_parser("digest", parents=[shared], help="tell what came in and what changed")
    digest.add_argument(
        "--since", default="1d", metavar="SPAN", help="1d, 12h, 2w, or a date (default: %(default)s)"
    )
    digest.add_argument("--slack-webhook", default="", metavar="URL", help="post it to this incoming webhook")
    slack = commands.add_parser("slack", help="set up the Slack app: its manifest, and what is missing")
    what = slack.add_subparsers(dest="what", required=True, metavar="WHAT")
    manifest = what.add_parser("manifest", help="print the app's manifest in YAML")
    manifest.add_argument("--url", default="", help="where Slack reaches this server; without it, Socket Mode")
    what.add_parser("check", help="say what is missing before the bot works in Slack")
