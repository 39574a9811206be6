"""A real Milvus server on loopback, from the PyPI package: which tests start, kill and hold."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

# The first start unpacks half a gigabyte.
_PATIENCE = 240


def free_port() -> int:
    """A port that nobody has just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class MilvusServer:
    """One server over one folder; its process group is its own, so that all of it can be ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self.uri = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [str(Path(sys.executable).parent / "milvus-server"), "--data", str(self._folder)]
        self._process = subprocess.Popen(
            [*command, "--proxy-port", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait()

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def hold(self) -> None:
        """Have it answer nothing, with its connections open."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGCONT)

    def _wait(self) -> None:
        from pymilvus import MilvusClient
        from pymilvus.exceptions import MilvusException

        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            try:
                client = MilvusClient(self.uri, timeout=2)
                client.list_collections(timeout=2)
                client.close()
                return
            except MilvusException:
                time.sleep(0.3)
        raise AssertionError("Milvus did not start")
