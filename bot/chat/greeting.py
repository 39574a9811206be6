"""What the chat page fills in when it is loaded: what depends on the articles, and on the link it was opened by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from bot.asking import Reply, covered, opening_words, replies, shared, turned_away
from bot.chat.interface import give_types, message_of
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
    filters: tuple[Any, ...],
) -> None:
    """Fill in, whenever the page is loaded, what depends on the articles and on the link it was opened by."""
    import gradio as gr

    def greeting() -> tuple[Any, ...]:  # Gradio types an update of a component as a plain dict
        count, samples = opening_words(opening)
        sources, authors = covered(opening)
        return (
            chat_parts.masthead(count),
            gr.update(
                placeholder=chat_parts.welcome(count) if opening.is_ready else chat_parts.OPENING,
                examples=[{"text": each} for each in samples],
            ),
            gr.update(choices=sources),
            gr.update(choices=authors),
        )

    async def linked(request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        """The question and the filters of a link such as `/?q=...&source=...`, answered."""
        question, chosen = shared(request.query_params.multi_items())
        if not question:
            yield tuple(gr.skip() for _ in range(2 + len(filters)))
            return
        asked = interface._append_message_to_history(question, [], "user")
        try:
            async for shown in turnstile.each(replies(opening, question, [], chosen)):
                yield *after(asked, shown), *chosen[: len(filters)]
        except FullError as error:
            yield *after(asked, turned_away(error)), *chosen[: len(filters)]

    def after(asked: Any, shown: Reply) -> tuple[Any, Any]:
        answered: Any = message_of(shown)  # Gradio takes it, its types do not say so
        messages = interface._append_message_to_history(answered, asked, "assistant")
        return messages, messages

    give_types(linked, request=gr.Request)
    greeted = page.load(
        greeting,
        None,
        [masthead, interface.chatbot, *filters[:2]],
        api_visibility="private",
        show_progress="hidden",
        queue=False,
    )
    greeted.then(
        linked,
        None,
        [interface.chatbot, interface.chatbot_state, *filters],
        api_visibility="private",
        show_progress="hidden",
        concurrency_limit=None,  # the turnstile's matter
    )
