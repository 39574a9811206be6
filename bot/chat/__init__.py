"""The chat page on Gradio: the only room that knows Gradio, which it loads when the page is built."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI

from bot.chat.page import page
from bot.opening import Opening
from bot.render import chat_parts
from bot.settings import silence_gradio
from bot.turnstile import Turnstile


def mount(app: FastAPI, opening: Opening, turnstile: Turnstile, upload_limit: int) -> None:
    """Put the chat at the root of the web app, behind every route that is there already.

    `upload_limit` is the most megabytes of articles brought in at once, 0 where none can be.
    """
    silence_gradio()
    # Gradio opens an event loop for each of its locks where it finds none running, and never closes them. So it
    # is built within one, in a thread of its own because the caller's may run one already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, _mount(app, opening, turnstile, upload_limit)).result()


async def _mount(app: FastAPI, opening: Opening, turnstile: Turnstile, upload_limit: int) -> None:
    import gradio as gr

    gr.mount_gradio_app(
        app,
        page(opening, turnstile, upload_limit),
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
