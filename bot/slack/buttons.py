"""What the buttons under an answer do: share it, show more of it, say that it is good, bad or wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.answer import Answer
from bot.feedback import Feedback, QuoteMark, Verdict
from bot.render.blocks import answer_message, notice
from bot.slack.desk import BROKEN, BUSY, Desk, log
from bot.slack.errors import said_why
from bot.slack.memory import Kept
from bot.slack.private import respond
from bot.slack.said import Pressed
from bot.slack.sdk import Speaker
from index import PullquoteError

NOTED = "Thank you, that is noted."
SHARED_BEFORE = "This answer is in the channel already."
CHANGED = "The articles have changed since this answer. Please ask again and share that."

_MORE_AT_ONCE = 5


def press(desk: Desk, name: str, pressed: Pressed, speaker: Speaker) -> None:
    """Take on the press of a button; anything but ours is let be."""
    does = {"share": _share, "more": _more, "wrong": _wrong, "feedback": _thumb}.get(name)
    if does is None:
        return
    key, _, rest = pressed.value.partition(" ")

    def work(leave: Callable[[], None]) -> None:
        try:
            does(desk, pressed, speaker, key, rest)
        except PullquoteError as error:
            respond(desk, pressed, speaker, notice(str(error)))
        leave()

    def failed(error: BaseException) -> None:
        log.error("A button did nothing: %s", said_why(error))
        respond(desk, pressed, speaker, notice(BROKEN))

    if not desk.pool.submit(work, failed):
        respond(desk, pressed, speaker, notice(BUSY))


def _ask_again(desk: Desk, kept: Kept, k: int) -> Answer:
    return desk.ask(kept.question, k, history=kept.history, sources=kept.sources, interpret=kept.interpret)


def _share(desk: Desk, pressed: Pressed, speaker: Speaker, key: str, _: str) -> None:
    """Post an answer for everyone and take the private one away; once, and only what was seen."""
    kept = desk.memory.find(key)
    answer = _ask_again(desk, kept, len(kept.quotes))
    if [quote.text for quote in answer.quotes] != [mark.text for mark in kept.quotes]:
        respond(desk, pressed, speaker, notice(CHANGED))
        return
    claim = f"share {key}"
    if not desk.claims.claim(claim):
        respond(desk, pressed, speaker, notice(SHARED_BEFORE))
        return
    message = answer_message(answer, desk.keep(answer, kept), headed=f"{pressed.user_name or 'Somebody'} asked:")

    def send() -> None:
        try:
            speaker.respond(pressed.url, message, public=True, thread=kept.thread)
        except BaseException:
            desk.claims.release(claim)
            raise
        speaker.delete_original(pressed.url)

    desk.voice.send(f"{pressed.team} {pressed.channel}", send)


def _more(desk: Desk, pressed: Pressed, speaker: Speaker, key: str, shown: str) -> None:
    """Show the quotes that come after those shown, to whoever asked for them; none of those again."""
    kept = desk.memory.find(key)
    before = kept.quotes[: _number(shown)]
    answer = _ask_again(desk, kept, len(before) + _MORE_AT_ONCE)
    seen = tuple(quote for quote in answer.quotes if QuoteMark.of(quote) in before)
    unseen = tuple(quote for quote in answer.quotes if QuoteMark.of(quote) not in before)
    answer = replace(answer, quotes=seen + unseen)
    respond(desk, pressed, speaker, answer_message(answer, desk.keep(answer, kept), skip=len(seen)))


def _wrong(desk: Desk, pressed: Pressed, speaker: Speaker, key: str, number: str) -> None:
    _note(desk, pressed, key, "wrong quote", _number(number))
    respond(desk, pressed, speaker, notice(NOTED))


def _thumb(desk: Desk, pressed: Pressed, speaker: Speaker, key: str, verdict: str) -> None:
    _note(desk, pressed, key, "good" if verdict == "good" else "bad", 0)
    respond(desk, pressed, speaker, notice(NOTED))


def _note(desk: Desk, pressed: Pressed, key: str, verdict: Verdict, number: int) -> None:
    """Keep a verdict; its giver as a digest, enough to let a second verdict replace the first."""
    kept = desk.memory.find(key)
    voter = hashlib.sha256(f"{pressed.team} {pressed.user}".encode()).hexdigest()[:16]
    now = datetime.now(UTC)
    desk.feedback.add(
        Feedback(kept.question, kept.quotes, verdict, kept.generation, now, number, "slack", key, voter)
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
