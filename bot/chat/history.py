"""Opening a conversation again that the browser kept: plain values in, messages out, rendered anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.asking import reopened
from bot.chat.begun import Begun
from bot.chat.interface import give_types, message_of
from bot.opening import Opening
from bot.render import html
from index import PullquoteError

if TYPE_CHECKING:
    import gradio as gr


def keep_history(opening: Opening, interface: gr.ChatInterface, begun: Begun) -> None:
    """Wire the field that nobody sees: what the page's script writes into it is shown as the conversation.

    Answers that are under way stay away, or they would take the page back.
    """
    import gradio as gr

    def shown(
        written: str, request: gr.Request
    ) -> tuple[Any, Any]:  # Gradio's messages, whose type it names nowhere
        begun.anew(request.session_hash)
        messages: Any = []
        try:
            for question, reply in reopened(opening, written):
                answered: Any = message_of(reply)
                messages = interface._append_message_to_history(question, messages, "user")
                messages = interface._append_message_to_history(answered, messages, "assistant")
        except PullquoteError as error:
            messages = [{"role": "assistant", "content": html.message(str(error))}]
        return messages, messages

    give_types(shown, request=gr.Request)
    written = gr.Textbox(elem_id="pq-reopen", elem_classes="pq-unseen", label="A conversation")
    written.submit(
        shown,
        written,
        [interface.chatbot, interface.chatbot_state],
        api_visibility="private",
        show_progress="hidden",
        queue=False,
    )
