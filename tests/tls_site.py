"""A real HTTPS server on loopback that speaks HTTP/2, and the authority that signs for it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

Scope = dict[str, Any]  # as ASGI gives it


class TlsSite:
    """What was asked, in which version of HTTP and under which name; `trust` is for a client that knows the CA."""

    def __init__(self, port: int, authority: trustme.CA) -> None:
        self.port = port
        self.asked: list[tuple[str, str]] = []
        self.hosts: list[str] = []
        self.names: list[str | None] = []
        self.trust = ssl.create_default_context()
        authority.configure_trust(self.trust)

    async def answer(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.asked.append((scope["path"], scope["http_version"]))
        self.hosts += [value.decode() for name, value in scope["headers"] if name in (b"host", b":authority")]
        is_robots = scope["path"] == "/robots.txt"
        headers = [(b"content-type", b"text/plain"), (b"etag", b'"1"'), (b"cache-control", b"max-age=600")]
        await send({"type": "http.response.start", "status": 404 if is_robots else 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"words " * 20_000})


class _Config(Config):
    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__()
        self._context = context
        self.accesslog = self.errorlog = None

    @property
    def ssl_enabled(self) -> bool:
        return True

    def create_ssl_context(self) -> ssl.SSLContext:
        return self._context


@contextmanager
def serving_tls(name: str, protocols: tuple[str, ...] = ("h2", "http/1.1")) -> Iterator[TlsSite]:
    """A site whose certificate is made out to `name`, until the block ends."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    context.set_alpn_protocols(list(protocols))
    listener = socket.create_server(("127.0.0.1", 0))
    site = TlsSite(listener.getsockname()[1], authority)
    context.sni_callback = lambda _, asked, __: site.names.append(asked)
    config = _Config(context)
    config.bind = [f"fd://{listener.detach()}"]
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve(site.answer, config, shutdown_trigger=ended.wait))  # type: ignore[arg-type]

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
