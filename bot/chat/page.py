"""The chat page: masthead, what narrows the search, the conversation, the question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from bot.asking import Asked, Chosen, Message, answer_record_of, replies, turned_away
from bot.chat.begun import Begun
from bot.chat.bringing import bringing
from bot.chat.greeting import greet
from bot.chat.history import keep_history
from bot.chat.interface import chatbot, interface, message_of
from bot.chat.narrowing import controls, fitting, wire
from bot.opening import Opening
from bot.render import AnswerRecord, chat_parts
from bot.settings import QUESTION_LIMIT
from bot.turnstile import AT_ONCE, FullError, Turnstile

if TYPE_CHECKING:
    import gradio as gr


QUEUED = 256
"""How many of Gradio's own events may wait; questions are turned away long before that, in words."""


def page(opening: Opening, turnstile: Turnstile, upload_limit: int) -> gr.Blocks:
    """The page: masthead, what narrows the search, the conversation, the question."""
    import gradio as gr

    async def answer(question: str, messages: list[Message], *chosen: Any) -> AsyncIterator[gr.ChatMessage]:
        try:
            async for shown in turnstile.each(replies(opening, Asked(question, Chosen(*chosen)), messages)):
                yield message_of(shown)
        except FullError as error:
            yield message_of(turned_away(error))

    blocks: gr.Blocks = gr.Blocks(title="Pullquote", analytics_enabled=False, fill_height=True)
    with blocks:
        masthead = gr.Markdown(chat_parts.masthead(0), elem_id="pq-masthead")
        brought = bringing(upload_limit)
        narrowing = controls()
        begun = Begun()
        conversation = interface(begun)(
            answer,
            chatbot=chatbot(),
            textbox=gr.Textbox(
                placeholder=chat_parts.ASK,
                label="Your question",
                max_length=QUESTION_LIMIT,
                lines=1,
                max_lines=6,
                autofocus=True,
                submit_btn=True,
                elem_id="pq-question",
            ),
            additional_inputs=list(narrowing.chosen),
            examples=[["", *[None for _ in narrowing.chosen]]],
            concurrency_limit=None,  # the turnstile's matter
            show_progress="hidden",
            api_visibility="private",
        )
        conversation.chatbot.examples = (
            None  # given above so that clicks are wired; the real ones come with the page
        )
        fit = fitting(opening, Begun())
        wire(opening, turnstile, conversation, narrowing, begun, fit)
        greet(
            blocks,
            opening,
            turnstile,
            masthead,
            conversation,
            narrowing,
            brought,
            begun,
            fit,
            may_bring=bool(upload_limit),
        )
        keep_history(opening, conversation, begun)
        offer(opening)
    blocks.queue(max_size=QUEUED, default_concurrency_limit=AT_ONCE)
    return blocks


def offer(opening: Opening) -> None:
    """The one function that Gradio's own clients see: "/ask", which gives JSON."""
    from gradio.events import api

    def ask(
        question: str,
        k: int = 5,
        sources: list[str] | None = None,
        authors: list[str] | None = None,
        after: str = "",
        before: str = "",
        sort: str = "best",
        interpret: bool = True,
        languages: list[str] | None = None,
    ) -> AnswerRecord:
        """Answer a question with exact quotes. A date is written 2024-03-03; the order is best, newest or oldest."""
        chosen = Chosen(sources, authors, after, before, sort, languages or ())
        return answer_record_of(opening, Asked(question, chosen, interpret), k)

    api(ask, api_name="ask", concurrency_limit=AT_ONCE)
