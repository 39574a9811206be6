"""The part of the chat page by which articles are brought in: a form of our own, and a button for its script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.bringing_form import bringing_form

if TYPE_CHECKING:
    import gradio as gr


def bringing(limit: int) -> gr.Button:
    """The form, and the button that its script presses once articles are in: what depends on them is filled anew.

    `limit` is the most megabytes at once, 0 where articles cannot be brought in: the form is not there then.
    """
    import gradio as gr

    if limit:
        # Not gr.HTML, which evaluates strings as script. All of the form is ours: nothing needs to be taken out.
        gr.Markdown(bringing_form(limit), sanitize_html=False, elem_id="pq-bringing")
    return gr.Button("Look again", elem_id="pq-refresh")
