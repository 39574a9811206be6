"""How the bot behaves among people: which messages it answers, where, once, and with what manners."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from bot.answer import Answer
from bot.render.blocks import Message, answer_message, notice
from bot.slack.desk import BROKEN, BUSY, Desk, log
from bot.slack.errors import SlackError, said_why
from bot.slack.memory import ChannelSettings, Kept, Place
from bot.slack.said import Said
from bot.slack.sdk import Speaker
from index import PullquoteError

HINT = (
    "Ask me a question, and I answer in the exact words of the articles I know. My Home tab shows which they are."
)


def hear(desk: Desk, said: Said, speaker: Speaker) -> None:
    """Take on a message if it is for the bot and nobody has taken it yet; returns before it is answered.

    A message can come several times: delivered again, or both as a mention and as a message of the channel,
    under different event ids. So the claim is on the event and on the message itself. A message that is not
    for the bot claims nothing: the same words may follow as a mention.
    """
    settings = desk.memory.channel(said.team, said.channel)
    if not _is_for_bot(desk, said, settings):
        return
    keys = [f"message {said.team} {said.channel} {said.ts}"]
    keys += [f"event {said.team} {said.event_id}"] if said.event_id else []
    if not desk.claims.claim(*keys):
        return
    try:
        Reply(desk, said, settings, speaker).begin()
    except BaseException:
        desk.claims.release(*keys)
        raise


def _place(said: Said) -> Place:
    """The conversation a message belongs to: its thread, the one it begins, or the direct messages as a whole."""
    return Place(said.team, said.channel, said.thread or ("" if said.direct else said.ts))


def _is_for_bot(desk: Desk, said: Said, settings: ChannelSettings) -> bool:
    if said.direct:
        return True
    if not desk.may_answer_in(said.channel) or settings.answers == "never":
        return False
    if said.mentions_bot:
        return True
    if said.mentions_others or not said.text:
        return False
    if said.thread:
        return bool(desk.memory.turns(_place(said)))
    return settings.answers == "everything" and said.asks


class Reply:
    """One message on its way to its one answer: seen, worked on, answered or declined."""

    def __init__(self, desk: Desk, said: Said, settings: ChannelSettings, speaker: Speaker) -> None:
        self._desk, self._said, self._settings, self._speaker = desk, said, settings, speaker
        self._place = _place(said)
        self._lane = f"{said.team} {said.channel}"
        self._addressed = said.mentions_bot or said.direct

    def begin(self) -> None:
        """Show that the message was seen and give it to the pool; say so when the pool is full."""
        if not self._said.text:
            self._send(notice(HINT))
            return
        self._eyes(remove=False)
        if not self._desk.pool.submit(self._work, self._failed):
            self._send(notice(BUSY), self._seen, private=self._declines_in_private)

    def _work(self, leave: Callable[[], None]) -> None:
        def done() -> None:
            self._seen()
            leave()

        try:
            answer = self._answer()
        except PullquoteError as error:
            self._send(notice(str(error)), done, private=self._declines_in_private)
            return
        if answer or self._wants_declines:
            self._send(self._message(answer), done, private=not answer and self._declines_in_private)
        else:
            done()

    def _answer(self) -> Answer:
        return self._desk.ask(
            self._said.text,
            self._settings.quotes,
            history=self._desk.memory.turns(self._place),
            sources=self._settings.sources,
        )

    def _message(self, answer: Answer) -> Message:
        """The answer with its buttons, remembered as a turn of the conversation."""
        memory, question = self._desk.memory, self._said.text
        history = tuple(memory.turns(self._place))
        memory.remember(self._place, question, answer.quotes[0].text if answer else "")
        asked = Kept(question, history, self._settings.sources, thread=self._place.thread)
        return answer_message(answer, self._desk.keep(answer, asked))

    @property
    def _wants_declines(self) -> bool:
        """Whether "no answer" is worth a line: not to people who talk among themselves."""
        return self._addressed or (self._said.thread != "" and self._said.asks)

    @property
    def _declines_in_private(self) -> bool:
        return self._settings.declines == "private" and not self._said.direct

    def _failed(self, error: BaseException) -> None:
        log.error("A question could not be answered: %s", said_why(error))
        self._send(notice(BROKEN), self._seen, private=self._declines_in_private)

    def _send(self, message: Message, after: Callable[[], None] = lambda: None, *, private: bool = False) -> None:
        """Post when it is this channel's turn, then do what is to be done `after`, posted or not."""

        def post() -> None:
            try:
                if private:
                    self._speaker.whisper(self._said.channel, self._said.user, message, self._place.thread)
                else:
                    self._speaker.post(self._said.channel, message, self._place.thread)
            finally:
                after()

        if not self._desk.voice.send(self._lane, post):
            log.error("A reply was dropped: too many wait to be sent")
            after()

    def _seen(self) -> None:
        self._eyes(remove=True)

    def _eyes(self, *, remove: bool) -> None:
        """Eyes on the message while it is worked on; a courtesy to whoever called the bot."""
        if self._addressed:
            self._desk.side.send(f"{self._lane} {self._said.ts}", partial(self._react, remove=remove))

    def _react(self, *, remove: bool) -> None:
        try:
            self._speaker.react(self._said.channel, self._said.ts, "eyes", remove=remove)
        except SlackError as error:
            log.info("No reaction: %s", error)
