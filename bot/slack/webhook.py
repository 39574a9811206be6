"""The way out only: answers and digests to an incoming webhook, which hears nothing and needs no app of ours."""

from __future__ import annotations

from bot.answer import Answer
from bot.digest import Digest
from bot.render.block_views import digest_message
from bot.render.blocks import answer_message
from bot.slack.sdk import SLACK, Addresses, send_to_hook


def post_answer(answer: Answer, url: str, *, addresses: Addresses = SLACK) -> None:
    """Post an answer, headed by its question, to an incoming webhook.

    Raises NotSlackError, before anything is sent, for a url that is not https://hooks.slack.com/..., and
    SlackError when Slack does not take it.
    """
    send_to_hook(url, answer_message(answer, headed="Question:"), addresses)


def post_digest(made: Digest, url: str, *, addresses: Addresses = SLACK) -> None:
    """Post what came in and what changed to an incoming webhook; raises as `post_answer` does."""
    send_to_hook(url, digest_message(made), addresses)
