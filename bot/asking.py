"""From what the chat page holds to what the bot is asked, and back to what the page shows; knows no Gradio."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from bot import sampling
from bot.answer import Answer
from bot.keeping import keep, read_conversation, restore
from bot.opening import Opening
from bot.render import AnswerRecord, answer_record, html
from bot.render.answer_foot import AGAIN, foot
from bot.render.escape import text_of_html
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
    languages: Sequence[str] = ()

    def filters(self) -> Filters:
        """The filters meant; raises QuestionError for a date that is none."""
        names = tuple(self.sources or ()), tuple(self.authors or ())
        return Filters(*names, _day(self.after), _day(self.before), language_codes(self.languages))


class Reply(NamedTuple):
    """What the page shows for a question: HTML, and questions to go on with."""

    html: str
    following: Sequence[str] = ()


def replies(opening: Opening, question: str, messages: Sequence[Message], chosen: Chosen) -> Iterator[Reply]:
    """The quotes, the decline, or what went wrong; then the same with questions to go on with, which take longer."""
    try:
        history = turns(messages)
        # A question that the page offered stands alone, whatever was asked before it.
        answer = _ask(opening, question, 5, chosen, history, interpret=question not in offered(messages))
        shown = Reply(html.answer(answer) + _foot(answer, opening.bot().generation))
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


def answer_record_of(opening: Opening, question: str, k: int, chosen: Chosen) -> AnswerRecord:
    """The answer as JSON, for programs."""
    return answer_record(_ask(opening, question, max(1, min(int(k), 20)), chosen, (), interpret=True))


def _ask(
    opening: Opening, question: str, k: int, chosen: Chosen, history: Sequence[tuple[str, str]], *, interpret: bool
) -> Answer:
    filters = chosen.filters()
    return opening.bot().ask(
        question,
        k,
        history=history,
        sources=filters.sources,
        authors=filters.authors,
        after=filters.after,
        before=filters.before,
        languages=filters.languages,
        interpret=interpret,
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


def covered(opening: Opening) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The sources and the authors to choose from: (what is shown, with the number of articles; what is meant)."""
    if not opening.is_ready:
        return [], []
    bot = opening.bot()
    sources, authors = bot.sources(), bot.authors()
    return _numbered(sources), _numbered(authors)


def _numbered(names: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    return [(f"{name} ({times:,})", name) for name, times in names if name]


def shared(query: Sequence[tuple[str, str]]) -> tuple[str, Chosen]:
    """The question and the filters of a link such as `/?q=...&source=...&source=...&after=2024-01-01`."""
    last = dict(query)
    sources = [value for name, value in query if name == "source" and value]
    authors = [value for name, value in query if name == "author" and value]
    languages = [value for name, value in query if name == "language" and value]
    days = last.get("after", ""), last.get("before", "")
    return last.get("q", "").strip(), Chosen(sources, authors, *days, languages)


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
