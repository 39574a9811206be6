"""From what the chat page holds to what the bot is asked, and back to what the page shows; knows no Gradio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from bot import sampling
from bot.answer import Answer, Sort
from bot.keeping import keep, read_conversation, restore
from bot.opening import Opening
from bot.order import sort_of
from bot.render import AnswerRecord, answer_record, html
from bot.render.answer_foot import AGAIN, foot
from bot.render.escape import text_of_html
from bot.said import quoted_before
from bot.turnstile import FullError
from index import Filters, PullquoteError, QuestionError, language_codes

Message = Mapping[str, Any]  # Gradio's message: "role", and "content" as text or as a list of parts

REMEMBERED = 8
"""How many earlier questions a follow-up is read with."""


class Chosen(NamedTuple):
    """What is chosen on the page to narrow the search, as the page holds it; a date is written 2024-03-03."""

    sources: Sequence[str] | None = None
    authors: Sequence[str] | None = None
    after: str = ""
    before: str = ""
    sort: str = "best"
    languages: Sequence[str] = ()

    @property
    def order(self) -> Sort:
        """The order of the quotes; raises QuestionError for a word that names none."""
        return sort_of(self.sort)

    def filters(self) -> Filters:
        """The filters meant; raises QuestionError for a date that is none."""
        names = tuple(self.sources or ()), tuple(self.authors or ())
        return Filters(*names, _day(self.after), _day(self.before), language_codes(self.languages))


class Asked(NamedTuple):
    """A question with all that decides its answer: what a link of the page holds."""

    question: str
    chosen: Chosen = Chosen()
    interpret: bool = True


class Reply(NamedTuple):
    """What the page shows for a question: HTML, and questions to go on with."""

    html: str
    following: Sequence[str] = ()


def replies(opening: Opening, asked: Asked, messages: Sequence[Message]) -> Iterator[Reply]:
    """The quotes, the decline, or what went wrong; then the same with questions to go on with, which take longer."""
    try:
        history = turns(messages)
        # A question that the page offered stands alone, whatever was asked before it.
        interpret = asked.interpret and asked.question not in offered(messages)
        answer = _ask(opening, asked._replace(interpret=interpret), 5, history)
        said = html.answer(answer, quoted_before(map(text_of, messages)))
        shown = Reply(said + _foot(answer, opening.bot().generation))
        yield shown
        yield shown._replace(
            following=sampling.next_questions(opening.bot(), answer, [asked for asked, _ in history])
        )
    except PullquoteError as error:
        yield Reply(html.message(str(error)))


def reopened(opening: Opening, written: str) -> Iterator[tuple[str, Reply]]:
    """Each question of a conversation that a browser kept, with its answer as its articles have it today."""
    bot = opening.bot()
    for kept in read_conversation(written):
        answer, lost = restore(bot, kept)
        shown = html.message(answer.notes[-1]) if lost and not answer else html.answer(answer)
        yield kept.question, Reply(shown + foot(answer, kept.to_json()))


def _foot(answer: Answer, generation: int) -> str:
    return foot(answer, keep(answer, generation).to_json())


def turned_away(error: FullError) -> Reply:
    """What the page shows when too many wait, with a way to ask the same again."""
    return Reply(html.message(str(error)) + AGAIN)


def answer_record_of(opening: Opening, asked: Asked, k: int) -> AnswerRecord:
    """The answer as JSON, for programs."""
    return answer_record(_ask(opening, asked, max(1, min(int(k), 20)), ()))


def _ask(opening: Opening, asked: Asked, k: int, history: Sequence[tuple[str, str]]) -> Answer:
    filters = asked.chosen.filters()
    return opening.bot().ask(
        asked.question,
        k,
        history=history,
        sources=filters.sources,
        authors=filters.authors,
        after=filters.after,
        before=filters.before,
        languages=filters.languages,
        interpret=asked.interpret,
        sort=asked.chosen.order,
    )


def offered(messages: Sequence[Message]) -> set[str]:
    """The questions to go on with that the conversation has offered."""
    return {str(each.get("value", "")) for message in messages for each in message.get("options") or ()}


def opening_words(opening: Opening) -> tuple[int, list[str]]:
    """How many articles there are, and questions they answer; none while the index is being opened."""
    if not opening.is_ready:
        return 0, []
    bot = opening.bot()
    return bot.article_count, sampling.sample_questions(bot)


def shared(query: Sequence[tuple[str, str]]) -> Asked:
    """What a link such as `/?q=...&source=...&source=...&after=2024-01-01&sort=newest` asks."""
    last = dict(query)
    sources = [value for name, value in query if name == "source" and value]
    authors = [value for name, value in query if name == "author" and value]
    languages = [value for name, value in query if name == "language" and value]
    days = last.get("after", ""), last.get("before", "")
    chosen = Chosen(sources, authors, *days, last.get("sort", "best"), languages)
    return Asked(last.get("q", "").strip(), chosen, last.get("interpret", "") != "no")


def turns(messages: Sequence[Message]) -> list[tuple[str, str]]:
    """The conversation so far: each question with the words quoted in its answer, oldest first."""
    found: list[tuple[str, str]] = []
    for message in messages:
        words = text_of(message)
        if message.get("role") == "user":
            found.append((text_of_html(words), ""))
        elif found:
            found[-1] = (found[-1][0], found[-1][1] or html.quoted_in(words))
    return found[-REMEMBERED:]


def text_of(message: Message) -> str:
    """A message's text parts, one after the other."""
    content = message.get("content", "")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else [content]
    return "".join(str(part.get("text", "")) if isinstance(part, Mapping) else str(part) for part in parts)


def _day(written: str) -> date | None:
    text = (written or "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise QuestionError(f"the date is {text[:40]!r}, expected one like 2024-03-03") from error
