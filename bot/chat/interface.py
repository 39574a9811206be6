"""The conversation on the chat page: Gradio's chat, with the reader's words shown as typed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

from bot.asking import Reply
from bot.chat.begun import Begun
from bot.render import chat_parts, escape

if TYPE_CHECKING:
    import gradio as gr


def interface(begun: Begun) -> type[gr.ChatInterface]:
    """Gradio's chat with events of its own, and with what a person typed shown as typed: no markup is read in it.

    Gradio asks the server three times for a question, one after the other, before the answer is begun. Here one
    request brings the question's words to the page, then its answer, which stays away when another conversation is
    begun meanwhile.
    """
    import gradio as gr

    class Interface(gr.ChatInterface):
        # The methods take messages in each of Gradio's forms, hence Any.
        def _append_message_to_history(self, message: Any, history: Any, role: Any = "user") -> Any:
            if role == "user":
                message = escape.html(message["text"] if isinstance(message, dict) else str(message))
            return super()._append_message_to_history(message, history, role)

        def _setup_events(self) -> None:
            inputs, outputs = [self.chatbot, *self.additional_inputs], [self.textbox, self.chatbot]
            how: Any = {"api_visibility": "private", "show_progress": "hidden", "concurrency_limit": None}
            # A question typed while the one before it is answered is asked when that is done, and sees its answer.
            self.textbox.submit(self.typed, [self.textbox, *inputs], outputs, trigger_mode="always_last", **how)
            self.chatbot.option_select(self.pressed, inputs, outputs, **how)
            self.chatbot.example_select(self.pressed, inputs, outputs, **how)

        async def typed(
            self, question: str, messages: Any, request: gr.Request, *chosen: Any
        ) -> AsyncIterator[Any]:
            answered, nothing = self._answered(question, messages, *chosen), (gr.skip(), gr.skip())
            async for shown in begun.lasting(request.session_hash, answered, nothing):
                yield shown

        async def _answered(self, question: str, messages: Any, *chosen: Any) -> AsyncIterator[Any]:
            asked = self._append_message_to_history(question, messages)
            yield gr.Textbox(""), asked
            async for reply in self.fn(question, messages, *chosen):
                yield gr.skip(), self._append_message_to_history(reply, asked, "assistant")

        async def pressed(
            self, messages: Any, option: gr.SelectData, request: gr.Request, *chosen: Any
        ) -> AsyncIterator[Any]:
            question = option.value["text"] if isinstance(option.value, dict) else option.value
            async for _, shown in self.typed(question, messages, request, *chosen):
                yield gr.skip(), shown

        give_types(typed, request=gr.Request)
        give_types(pressed, option=gr.SelectData, request=gr.Request)

    return Interface


def give_types(function: Callable[..., object], **types: type) -> None:
    """Let Gradio read what it passes by type; it cannot read annotations of names that no module of ours has."""
    function.__annotations__ |= types


def chatbot() -> gr.Chatbot:
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


def message_of(shown: Reply) -> gr.ChatMessage:
    import gradio as gr

    return gr.ChatMessage(
        role="assistant", content=shown.html, options=[{"value": each, "label": each} for each in shown.following]
    )


def after(interface: gr.ChatInterface, asked: Any, shown: Reply) -> tuple[Any, Any]:
    """The messages with a reply behind them, for the conversation and for its memory, in a type that Gradio hides."""
    answered: Any = message_of(shown)  # Gradio takes it, its types do not say so
    messages = interface._append_message_to_history(answered, asked, "assistant")
    return messages, messages
