"""The controls of the chat page that narrow the search."""

from __future__ import annotations

from typing import Any


def filters() -> tuple[Any, ...]:
    """Sources, authors and the two dates, folded away; components of several types."""
    import gradio as gr

    with gr.Accordion("Narrow the search", open=False, elem_id="pq-narrow"), gr.Row():
        sources = gr.Dropdown([], multiselect=True, label="Sources", allow_custom_value=True)
        authors = gr.Dropdown([], multiselect=True, label="Authors", allow_custom_value=True)
        after = gr.Textbox(label="Published from", placeholder="2024-01-31", max_length=10)
        before = gr.Textbox(label="Published before", placeholder="2024-12-31", max_length=10)
    return sources, authors, after, before
