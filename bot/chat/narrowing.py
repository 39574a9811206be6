"""The controls of the chat page that narrow the search, and what they show of the articles."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, NamedTuple

from starlette.concurrency import run_in_threadpool

from bot.again import Again, from_choice, from_link
from bot.answer import SORTS
from bot.asking import Chosen, Message, replies, turned_away
from bot.chat.begun import Begun
from bot.chat.interface import after, give_types
from bot.narrowing import panel
from bot.opening import Opening
from bot.turnstile import FullError, Turnstile


class Controls(NamedTuple):
    """The components; `chosen` are those that hold what is chosen, in the order of `bot.asking.Chosen`."""

    chosen: tuple[Any, ...]
    chips: Any
    chart: Any
    link: Any
    panel: Any

    @property
    def fitting(self) -> list[Any]:
        """What `fitted` fills: what may be chosen among sources, authors and languages, the chips and the chart."""
        sources, authors, *_, languages = self.chosen
        return [sources, authors, languages, self.chips, self.chart]


def controls() -> Controls:
    """Sources, authors, dates, order and the chart, folded away; what is chosen, as chips, in the open."""
    import gradio as gr

    with gr.Accordion("Narrow and sort", open=False, elem_id="pq-narrow") as unfolded:
        with gr.Row():
            sources = gr.Dropdown([], multiselect=True, label="Sources", allow_custom_value=True)
            authors = gr.Dropdown([], multiselect=True, label="Authors", allow_custom_value=True)
        with gr.Row():
            after = gr.Textbox(label="Published from", placeholder="such as 2024-01-31", max_length=10)
            before = gr.Textbox(label="Published before", placeholder="such as 2024-12-31", max_length=10)
        languages = gr.Dropdown([], multiselect=True, label="Languages", visible="hidden")
        orders = [(f"{each.capitalize()} first", each) for each in SORTS]
        sort = gr.Radio(orders, value="best", label="Order of the quotes", elem_id="pq-sort")
        chart = gr.Markdown(elem_id="pq-chart")
    chips = gr.Markdown(elem_id="pq-chosen")
    # chat.js writes the address of a link here that is to be asked in the conversation.
    link = gr.Textbox(visible="hidden", elem_id="pq-anew", show_label=False)
    return Controls((sources, authors, after, before, sort, languages), chips, chart, link, unfolded)


def fitting(opening: Opening, fits: Begun) -> Callable[..., Any]:
    """The function that fits the panel to what is chosen and asked, and changes nothing where it comes too late.

    A choice and an answer each have the panel fitted, and of two such requests that are under way together the one
    that knows less may be answered last.
    """
    import gradio as gr

    async def fit(messages: list[Message], request: gr.Request, *chosen: Any) -> tuple[Any, ...]:
        number = fits.anew(request.session_hash)
        shown = await run_in_threadpool(fitted, opening, messages, Chosen(*chosen))
        return shown if fits.number(request.session_hash) == number else tuple(gr.skip() for _ in shown)

    give_types(fit, request=gr.Request)
    return fit


def fitted(opening: Opening, messages: list[Message], chosen: Chosen) -> tuple[Any, ...]:
    """What `Controls.fitting` shows for what is chosen and asked."""
    import gradio as gr

    shown = panel(opening, messages, chosen)
    is_choice = len(shown.languages) > 1 or bool(chosen.languages)
    return (
        gr.update(choices=shown.sources),
        gr.update(choices=shown.authors),
        gr.update(choices=shown.languages, visible=True if is_choice else "hidden"),
        shown.chips,
        shown.chart,
    )


def wire(
    opening: Opening, turnstile: Turnstile, conversation: Any, of: Controls, begun: Begun, fit: Callable[..., Any]
) -> None:
    """Have a choice and a link answer the question again, and the panel fit what is chosen and asked."""
    import gradio as gr

    def asked_again(again: Again, request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        nothing = tuple(gr.skip() for _ in range(2 + len(of.chosen)))
        return begun.lasting(request.session_hash, answered(again), nothing)

    async def answered(again: Again) -> AsyncIterator[tuple[Any, ...]]:
        question, chosen = again.asked.question, again.asked.chosen[: len(of.chosen)]
        if not question:
            yield *chosen, gr.skip(), gr.skip()
            return
        asked = conversation._append_message_to_history(question, list(again.before), "user")
        try:
            async for shown in turnstile.each(replies(opening, again.asked, again.before)):
                yield *chosen, *after(conversation, asked, shown)
        except FullError as error:
            yield *chosen, *after(conversation, asked, turned_away(error))

    async def by_link(link: str, messages: list[Message], request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        async for shown in asked_again(from_link(link, messages), request):
            yield shown

    async def by_choice(
        messages: list[Message], request: gr.Request, *chosen: Any
    ) -> AsyncIterator[tuple[Any, ...]]:
        async for shown in asked_again(from_choice(messages, Chosen(*chosen)), request):
            yield shown[-2:]

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    chat = [conversation.chatbot, conversation.chatbot_state]
    give_types(by_link, request=gr.Request)
    give_types(by_choice, request=gr.Request)
    of.link.change(by_link, [of.link, conversation.chatbot], [*of.chosen, *chat], **quiet)
    gr.on(
        [each.input for each in of.chosen],
        by_choice,
        [conversation.chatbot, *of.chosen],
        chat,
        trigger_mode="always_last",
        **quiet,
    )
    gr.on(
        # Gradio shows a control of a folded panel as it was at first, so that it is fitted when it is unfolded too.
        [conversation.chatbot.change, of.panel.expand, *(each.change for each in of.chosen)],
        fit,
        [conversation.chatbot, *of.chosen],
        of.fitting,
        trigger_mode="always_last",
        queue=False,  # or it could come after one that knows more, such as the one behind the answer to a link
        **quiet,
    )
