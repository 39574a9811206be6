"""One web app: the chat, REST, article pages and Slack behind one guard; and the server that runs it."""

from __future__ import annotations

import gc
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from threading import Event

import uvicorn
from fastapi import FastAPI

from bot import chat, library, noting, onward_routes, pages, receiving, rest
from bot.bot import Bot
from bot.bringing import Bringing
from bot.chat.lean import load_gradio
from bot.feedback import feedback_path
from bot.guard import Guard, check_binding, is_loopback
from bot.login import Login
from bot.opened import opened
from bot.opening import Opening
from bot.settings import Settings
from bot.slack import slack_routes
from bot.turnstile import Turnstile
from index import SettingError

GRACE = 3
"""How long a stopping server waits for open connections, in seconds."""


def create_app(settings: Settings, bot: Bot | Opening, turnstile: Turnstile | None = None) -> FastAPI:
    """The whole app over an open bot, or over one that the app opens in the background when it starts."""
    opening = bot if isinstance(bot, Opening) else Opening.done(bot)

    slack = slack_routes(settings, opening.bot)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        opening.start()
        try:
            yield
        finally:
            slack.close()
            opening.close()

    app = FastAPI(
        title="Pullquote",
        description="Ask your articles, get their exact words.",
        lifespan=life,
        docs_url=None,
        redoc_url=None,
    )
    rest.add_error_handlers(app)
    bringing = Bringing(opening.bot, allow_private=settings.allow_private, read_only=settings.read_only)
    app.include_router(rest.routes(opening))
    app.include_router(receiving.routes(bringing))
    app.include_router(noting.routes(opening, feedback_path(settings)))
    app.include_router(library.routes(opening, bringing))
    app.include_router(pages.routes(app, opening))
    app.include_router(onward_routes.routes(opening))
    app.mount("/slack", slack)
    limit = 0 if settings.read_only else settings.upload_limit
    chat.mount(app, opening, turnstile or Turnstile(), limit)
    if settings.auth:
        app.add_middleware(Login, auth=settings.auth)
    app.add_middleware(Guard, settings=settings)
    return app


def serve(
    settings: Settings,
    *,
    prepare: Callable[[Bot], None] | None = None,
    on_listening: Callable[[str], None] | None = None,
    before_close: Callable[[], None] | None = None,
) -> None:
    """Serve the app until it is interrupted; returns then.

    The server listens at once and opens the index in the background; `prepare` runs there too, once questions
    are answered. `on_listening` is told the address, and `before_close` ends what else uses the bot. Raises
    SettingError where the address cannot be bound or must not be, and whatever opening the index raised.
    """
    check_binding(settings)
    listener = listen(settings)
    server: uvicorn.Server | None = None
    is_loaded = Event()

    def stop() -> None:
        if server is not None:
            server.should_exit = True

    def prepared(bot: Bot) -> None:
        is_loaded.wait()  # see `load_gradio`: nothing else may want Arrow meanwhile
        if prepare is not None:
            prepare(bot)

    opening = Opening(lambda: opened(settings, eager=True), prepared, on_failure=stop, before_close=before_close)
    opening.start()  # beside the loading of Gradio, which is most of a start
    load_gradio()
    is_loaded.set()
    app = create_app(settings, opening)
    # What Gradio is made of stays as long as the server does; to look through it for garbage again and again took a
    # sixth of what a question takes.
    gc.freeze()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
            h11_max_incomplete_event_size=64 * 1024,
        )
    )
    if opening.failure is not None:
        server.should_exit = True  # it came before there was a server to stop
    if on_listening is not None:
        on_listening(address_of(listener, settings))
    # Uvicorn raises the signal that stopped it once more when it has ended; to us that is the normal end.
    with suppress(KeyboardInterrupt), listener:
        server.run(sockets=[listener])
    if opening.failure is not None:
        raise opening.failure


def listen(settings: Settings) -> socket.socket:
    """A socket at the address of the settings; whatever is sent to who connects is sent at once.

    Without that the body of a response, which follows its head in a packet of its own, waits until the other side
    has confirmed the head: 40 ms for every response. asyncio sees to it for sockets that say that they speak TCP,
    which `create_server` leaves open.
    Raises SettingError where the address cannot be bound.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host.strip("[]"), settings.port), family=family, backlog=256)
        return socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=listener.detach())
    except OSError as error:
        raise SettingError(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror or error}; "
            "choose another with --host and --port"
        ) from error


def address_of(listener: socket.socket, settings: Settings) -> str:
    """The address to open in a browser on this machine."""
    port = int(listener.getsockname()[1])
    anywhere = settings.host in ("0.0.0.0", "::")
    host = "127.0.0.1" if anywhere or is_loopback(settings.host) else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"
