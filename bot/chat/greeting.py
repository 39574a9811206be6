"""What the chat page fills in when it is loaded: what depends on the articles, and on the link it was opened by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from bot.asking import Asked, Chosen, Message, opening_words, replies, shared, turned_away
from bot.chat.begun import Begun
from bot.chat.interface import after, give_types
from bot.chat.narrowing import Controls, fitted
from bot.opening import Opening
from bot.render import chat_parts
from bot.turnstile import FullError, Turnstile

if TYPE_CHECKING:
    import gradio as gr


def greet(
    page: gr.Blocks,
    opening: Opening,
    turnstile: Turnstile,
    masthead: gr.Markdown,
    interface: gr.ChatInterface,
    narrowing: Controls,
    brought: gr.Button,
    begun: Begun,
    fit: Callable[..., Any],
    *,
    may_bring: bool,
) -> None:
    """Fill in, whenever the page is loaded, what depends on the articles and on the link it was opened by.

    What depends on the articles is filled in anew whenever `brought` is pressed.
    """
    import gradio as gr

    # Gradio types an update of a component as a plain dict.
    def greeting(messages: list[Message], *chosen: Any) -> tuple[Any, ...]:
        count, samples = opening_words(opening)
        is_empty = opening.is_ready and not count
        return (
            chat_parts.masthead(count) + (chat_parts.ways_in(may_bring) if is_empty else ""),
            gr.update(
                placeholder=chat_parts.welcome(count) if opening.is_ready else chat_parts.OPENING,
                examples=[{"text": each} for each in samples],
            ),
            *fitted(opening, messages, Chosen(*chosen)),
        )

    # What is chosen comes first: the arrival of the answer has the panel fitted to what is chosen by then.
    filled = [*narrowing.chosen, interface.chatbot, interface.chatbot_state]
    nothing = tuple(gr.skip() for _ in filled)

    async def linked(request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """The question and the filters of a link such as `/?q=...&source=...`, answered."""
        answer = answered(shared(request.query_params.multi_items()))
        async for shown in begun.lasting(request.session_hash, answer, nothing):
            yield shown

    async def answered(link: Asked) -> AsyncIterator[tuple[Any, ...]]:
        if not link.question:
            yield nothing
            return
        asked = interface._append_message_to_history(link.question, [], "user")
        chosen = link.chosen[: len(narrowing.chosen)]
        try:
            async for shown in turnstile.each(replies(opening, link, [])):
                yield *chosen, *after(interface, asked, shown)
        except FullError as error:
            yield *chosen, *after(interface, asked, turned_away(error))

    give_types(linked, request=gr.Request)
    known = [interface.chatbot, *narrowing.chosen]
    depends = [masthead, interface.chatbot, *narrowing.fitting]
    quietly: Any = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    brought.click(greeting, known, depends, **quietly)
    greeted = page.load(greeting, known, depends, **quietly)
    followed = greeted.then(
        linked,
        None,
        filled,
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=None,  # the turnstile's matter
    )

    # A busy browser tells of the answer's arrival before it has put in place what the link chose.
    followed.then(fit, known, narrowing.fitting, **quietly)
