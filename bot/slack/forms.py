"""The Home tab, and what comes back from the form of a channel's settings."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

from bot.render.block_parts import Block
from bot.render.block_views import home_view, saved_view
from bot.slack.desk import Desk, log
from bot.slack.errors import said_why
from bot.slack.memory import ANSWERS, DECLINES
from bot.slack.said import Json
from bot.slack.sdk import Speaker
from index import PullquoteError

_NUMBERS = [str(number) for number in range(1, 11)]


def show_home(desk: Desk, user: str, speaker: Speaker) -> None:
    """Publish a person's Home tab; left out when the pool is full, since they will come again."""

    def work(leave: Callable[[], None]) -> None:
        bot = desk.bot()
        view = home_view(bot.article_count, bot.passage_count, bot.sources(), bot.articles(limit=10))
        desk.side.send(f"home {user}", lambda: speaker.publish_home(user, view))
        leave()

    desk.pool.submit(work, lambda error: log.warning("The Home tab was not shown: %s", said_why(error)))


def offered_sources(desk: Desk) -> list[tuple[str, str]]:
    """(value, source) for each source that can be chosen, those with most articles first; none while opening.

    A value stands for its source because Slack's choices hold 150 characters, and a source's name may be longer.
    """
    try:
        return [(_value_of(source), source) for source, _ in desk.bot().sources() if source][:100]
    except PullquoteError:
        return []


def _value_of(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:32]


def save_settings(desk: Desk, team: str, view: Json) -> Block:
    """Keep what was chosen in the form; the view that takes its place. What is missing or odd stays as it was."""
    channel = str(view.get("private_metadata", ""))
    settings = desk.memory.channel(team, channel)
    sources, quotes = _chosen(view, "sources"), _chosen(view, "quotes")
    answers, declines = _chosen(view, "answers"), _chosen(view, "declines")
    known = dict(offered_sources(desk))
    if known:
        settings = replace(settings, sources=tuple(known[value] for value in sources if value in known))
    if quotes and quotes[0] in _NUMBERS:
        settings = replace(settings, quotes=int(quotes[0]))
    if answers and answers[0] in ANSWERS:
        settings = replace(settings, answers=answers[0])
    if declines and declines[0] in DECLINES:
        settings = replace(settings, declines=declines[0])
    desk.memory.set_channel(team, channel, settings)
    return saved_view()


def _chosen(view: Json, name: str) -> list[str]:
    """The values chosen in one field of the form."""
    found: object = view
    for step in ("state", "values", name, name):
        found = found.get(step, {}) if isinstance(found, dict) else {}
    if not isinstance(found, dict):
        return []
    options = found.get("selected_options") or [found.get("selected_option")]
    return [str(option["value"]) for option in options if isinstance(option, dict) and "value" in option]
