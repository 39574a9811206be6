"""The chat page; the only file that knows Gradio, which it loads when the page is built."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI

from bot.asking import Chosen, Message, Reply, answer_record_of, covered, opening_words, replies, shared
from bot.opening import Opening
from bot.render import AnswerRecord, chat_parts, escape
from bot.settings import QUESTION_LIMIT, silence_gradio

if TYPE_CHECKING:
    import gradio as gr

AT_ONCE = 8
"""How many questions are answered at the same time."""

WAITING = 64
"""How many more may wait; a question beyond that is turned away with a message."""


def mount(app: FastAPI, opening: Opening) -> None:
    """Put the chat at the root of the web app, behind every route that is there already."""
    silence_gradio()
    # Gradio opens an event loop for each of its locks where it finds none running, and never closes them. So it
    # is built within one, in a thread of its own because the caller's may run one already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _mount(app, opening)).result()


async def _mount(app: FastAPI, opening: Opening) -> None:
    import gradio as gr

    gr.mount_gradio_app(
        app,
        _page(opening),
        path="/",
        theme=gr.themes.Base(
            primary_hue="orange",
            neutral_hue="stone",
            radius_size="sm",
            font=["Source Sans 3", "ui-sans-serif", "system-ui", "sans-serif"],
            font_mono=["ui-monospace", "Consolas", "monospace"],
        ),
        head=chat_parts.HEAD,
        ssr_mode=False,
        footer_links=[],
        run_history=False,
        mcp_server=False,
        enable_monitoring=False,
    )


def _page(opening: Opening) -> gr.Blocks:
    """The page: masthead, what narrows the search, the conversation, the question."""
    import gradio as gr

    def answer(question: str, messages: list[Message], *chosen: Any) -> Iterator[gr.ChatMessage]:
        for shown in replies(opening, question, messages, Chosen(*chosen)):
            yield _message(shown)

    page: gr.Blocks = gr.Blocks(title="Pullquote", analytics_enabled=False, fill_height=True)
    with page:
        masthead = gr.Markdown(chat_parts.masthead(0), elem_id="pq-masthead")
        filters = _filters()
        interface = _interface()(
            answer,
            chatbot=_chatbot(),
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
            additional_inputs=list(filters),
            examples=[["", *[None for _ in filters]]],
            concurrency_limit=AT_ONCE,
            show_progress="hidden",
            api_visibility="private",
        )
        interface.chatbot.examples = None  # given above so that clicks are wired; the real ones come with the page
        _greet(page, opening, masthead, interface, filters)
        _offer(opening)
    page.queue(max_size=WAITING, default_concurrency_limit=AT_ONCE)
    return page


def _offer(opening: Opening) -> None:
    """The one function that Gradio's own clients see: "/ask", which gives JSON."""
    from gradio.events import api

    def ask(
        question: str,
        k: int = 5,
        sources: list[str] | None = None,
        authors: list[str] | None = None,
        after: str = "",
        before: str = "",
    ) -> AnswerRecord:
        """Answer a question with exact quotes. A date is written 2024-03-03."""
        return answer_record_of(opening, question, k, Chosen(sources, authors, after, before))

    api(ask, api_name="ask", concurrency_limit=AT_ONCE)


def _greet(
    page: gr.Blocks, opening: Opening, masthead: gr.Markdown, interface: gr.ChatInterface, filters: tuple[Any, ...]
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

    def linked(request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """The question and the filters of a link such as `/?q=...&source=...`, answered."""
        question, chosen = shared(request.query_params.multi_items())
        if not question:
            yield tuple(gr.skip() for _ in range(2 + len(filters)))
            return
        asked = interface._append_message_to_history(question, [], "user")
        for shown in replies(opening, question, [], chosen):
            answered: Any = _message(shown)  # Gradio takes it, its types do not say so
            messages = interface._append_message_to_history(answered, asked, "assistant")
            yield messages, messages, *chosen

    _give_types(linked, request=gr.Request)
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
    )


def _filters() -> tuple[Any, ...]:
    """Sources, authors and the two dates, folded away; components of several types."""
    import gradio as gr

    with gr.Accordion("Narrow the search", open=False, elem_id="pq-narrow"), gr.Row():
        sources = gr.Dropdown([], multiselect=True, label="Sources", allow_custom_value=True)
        authors = gr.Dropdown([], multiselect=True, label="Authors", allow_custom_value=True)
        after = gr.Textbox(label="Published from", placeholder="2024-01-31", max_length=10)
        before = gr.Textbox(label="Published before", placeholder="2024-12-31", max_length=10)
    return sources, authors, after, before


def _message(shown: Reply) -> gr.ChatMessage:
    import gradio as gr

    return gr.ChatMessage(
        role="assistant", content=shown.html, options=[{"value": each, "label": each} for each in shown.following]
    )


def _interface() -> type[gr.ChatInterface]:
    """Gradio's chat, except that what a person typed is shown as typed: neither Markdown nor HTML is read in it."""
    import gradio as gr

    class Interface(gr.ChatInterface):
        # The overridden methods take messages in each of Gradio's forms, hence Any.
        def _append_message_to_history(self, message: Any, history: Any, role: Any = "user") -> Any:
            if role == "user":
                message = escape.html(message["text"] if isinstance(message, dict) else str(message))
            return super()._append_message_to_history(message, history, role)

        def _clear_and_save_textbox(self, message: Any) -> Any:
            return gr.Textbox(""), message  # and stays usable while the answer is found

        def option_clicked(self, history: Any, option: gr.SelectData) -> Any:
            return self._append_message_to_history(option.value, history), option.value

        _give_types(option_clicked, option=gr.SelectData)

    return Interface


def _give_types(function: Callable[..., object], **types: type) -> None:
    """Let Gradio read what it passes by type; it cannot read annotations of names that no module of ours has."""
    function.__annotations__ |= types


def _chatbot() -> gr.Chatbot:
    import gradio as gr

    return gr.Chatbot(
        elem_id="pq-chat",
        label="Conversation",
        show_label=False,
        container=False,
        height=None,
        layout="panel",
        latex_delimiters=[],
        allow_tags=False,
        buttons=[],
        autoscroll=False,
        feedback_options=None,
        group_consecutive_messages=False,
        placeholder=chat_parts.OPENING,
        render=False,
    )
