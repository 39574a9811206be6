"""The conversation on the chat page: Gradio's chat, with the reader's words shown as typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.asking import Reply
from bot.render import chat_parts, escape

if TYPE_CHECKING:
    import gradio as gr


def interface() -> type[gr.ChatInterface]:
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

        give_types(option_clicked, option=gr.SelectData)

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
