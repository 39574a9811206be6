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
        if (self._folder / "configs" / "milvus.yaml").exists():
            self._started_again()
        else:
            command = [str(Path(sys.executable).parent / "milvus-server"), "--data", str(self._folder)]
            self._process = self._begun([*command, "--proxy-port", str(self._port)], None)
        self._wait()

    def _started_again(self) -> None:
        """Start the server itself as it was set up the first time.

        The package's program would give it another port, for as long as the system remembers connections to this one
        that a kill has cut: a minute.
        """
        programs = self._folder / "bin"
        environment = {
            "DEPLOY_MODE": "STANDALONE",
            "METRICS_PORT": str(free_port()),
            "MILVUS_RUN_DIR": str(self._folder / "run"),
            "LD_LIBRARY_PATH": str(programs),
        }
        self._process = self._begun([str(programs / "milvus"), "run", "standalone"], environment)

    def _begun(self, command: list[str], environment: dict[str, str] | None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=self._folder if environment else None,
            env={**os.environ, **environment} if environment else None,
        )

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
