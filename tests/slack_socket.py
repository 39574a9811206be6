"""The far end of Socket Mode: a WebSocket server for one client, as much of one as Slack's client needs."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import socket
import struct
import threading
from types import TracebackType
from typing import Any, Self

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class SocketServer:
    """Takes one connection, sends envelopes to it and keeps what it answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._connection: socket.socket | None = None
        self._answers: list[dict[str, Any]] = []
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._listener.getsockname()[1]}/link"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        if self._connection:
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)
            self._connection.close()
        self._thread.join(timeout=5)

    def send(self, envelope: dict[str, Any]) -> None:
        """Send an envelope once somebody is connected."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._connection is not None, timeout=10)
        self._frame(1, json.dumps(envelope).encode())

    def answers(self, count: int) -> list[dict[str, Any]]:
        """What was answered, once there are `count` answers."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self._answers) >= count, timeout=10)
            return list(self._answers)

    def _frame(self, opcode: int, payload: bytes) -> None:
        assert self._connection is not None
        size = len(payload)
        head = bytes([0x80 | opcode, size]) if size < 126 else struct.pack("!BBH", 0x80 | opcode, 126, size)
        self._connection.sendall(head + payload)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            stream = connection.makefile("rb")
            headers: dict[str, str] = {}
            while line := stream.readline().decode().strip():
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()
            accept = base64.b64encode(
                hashlib.sha1((headers["sec-websocket-key"] + _MAGIC).encode()).digest()
            ).decode()
            connection.sendall(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
            )
            with self._changed:
                self._connection = connection
                self._changed.notify_all()
            with stream:
                while head := stream.read(2):
                    size = head[1] & 0x7F
                    size = struct.unpack("!H", stream.read(2))[0] if size == 126 else size
                    mask = stream.read(4) if head[1] & 0x80 else b"\0\0\0\0"
                    payload = bytes(byte ^ mask[place % 4] for place, byte in enumerate(stream.read(size)))
                    self._heard(head[0] & 0x0F, payload)

    def _heard(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self._frame(10, payload)
        elif opcode == 1:
            with self._changed:
                self._answers.append(json.loads(payload))
                self._changed.notify_all()
