"""Answers that only one person sees: the command `/ask` and the message shortcut; sharing is a button of theirs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.render.block_parts import clip
from bot.render.block_views import settings_view
from bot.render.blocks import Message, answer_message, notice
from bot.settings import QUESTION_LIMIT
from bot.slack.desk import BROKEN, BUSY, Desk, log
from bot.slack.errors import SlackError, said_why
from bot.slack.forms import offered_sources
from bot.slack.memory import Kept
from bot.slack.said import Pressed
from bot.slack.sdk import Speaker
from index import PullquoteError

HELP = (
    "Type /ask and a question, and I answer in the exact words of the articles I know; only you see it until you "
    "share it. /ask settings says how I answer in this channel."
)
NO_TEXT = "There are no words in that message to look for."


def command(desk: Desk, pressed: Pressed, speaker: Speaker) -> str:
    """Take on `/ask ...`; what to show at once, or nothing."""
    if pressed.value.lower() in ("", "help"):
        return HELP
    if pressed.value.lower() == "settings":
        desk.side.send(pressed.url, partial(_open_settings, desk, pressed, speaker))
        return ""
    return _take_on(desk, pressed, speaker, pressed.value)


def shortcut(desk: Desk, pressed: Pressed, speaker: Speaker) -> None:
    """Find quotes for a message someone pointed at."""
    question = clip(pressed.value, QUESTION_LIMIT).strip()
    said = _take_on(desk, pressed, speaker, question, interpret=False) if question else NO_TEXT
    if said:
        respond(desk, pressed, speaker, notice(said))


def respond(desk: Desk, pressed: Pressed, speaker: Speaker, message: Message) -> None:
    """Send a message to whoever pressed or typed, after what was sent to them before."""
    desk.side.send(pressed.url, partial(speaker.respond, pressed.url, message))


def _take_on(desk: Desk, pressed: Pressed, speaker: Speaker, question: str, *, interpret: bool = True) -> str:
    """Give a question to the pool; the words for a full one, or nothing."""

    def work(leave: Callable[[], None]) -> None:
        settings = desk.memory.channel(pressed.team, pressed.channel)
        try:
            answer = desk.ask(question, settings.quotes, sources=settings.sources, interpret=interpret)
        except PullquoteError as error:
            message = notice(str(error))
        else:
            asked = Kept(question, sources=settings.sources, thread=pressed.thread, interpret=interpret)
            share = bool(answer) and settings.answers != "never" and desk.may_answer_in(pressed.channel)
            message = answer_message(answer, desk.keep(answer, asked), share=share)
        respond(desk, pressed, speaker, message)
        leave()

    def failed(error: BaseException) -> None:
        log.error("A question could not be answered: %s", said_why(error))
        respond(desk, pressed, speaker, notice(BROKEN))

    return "" if desk.pool.submit(work, failed) else BUSY


def _open_settings(desk: Desk, pressed: Pressed, speaker: Speaker) -> None:
    """Show the form of the channel's settings; within three seconds, or Slack no longer allows it."""
    settings = desk.memory.channel(pressed.team, pressed.channel)
    sources = offered_sources(desk)
    chosen = [value for value, source in sources if source in settings.sources]
    view = settings_view(pressed.channel, sources, chosen, settings.quotes, settings.answers, settings.declines)
    try:
        speaker.open_form(pressed.trigger, view)
    except SlackError as error:
        log.warning("The settings form was not opened: %s", error)
        speaker.respond(pressed.url, notice("The form could not be opened in time. Please try again."))
