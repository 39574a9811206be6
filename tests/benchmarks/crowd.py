"""The real server in a process of its own, and clients that ask it over HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import local

ROOT = Path(__file__).parent.parent.parent
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that has given its first answer, `seconds` after it was started."""

    port: int
    process: int
    seconds: float

    def memory(self) -> dict[str, float]:
        """Resident and proportional memory in MB."""
        rows = (Path("/proc") / str(self.process) / "smaps_rollup").read_text("ascii").splitlines()[1:]
        sizes = {row.split(":")[0]: int(row.split()[1]) / 1024 for row in rows}
        return {"RSS": sizes["Rss"], "PSS": sizes["Pss"]}


@contextmanager
def served(index: Path, question: str) -> Iterator[Server]:
    """`python app.py` on an index, from its start to its first answer and beyond."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    start = time.perf_counter()
    app = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py"), "--index", str(index), "--port", str(port)],
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                if _asked(HTTPConnection("127.0.0.1", port, timeout=_PATIENCE), question) == 200:
                    break
            except OSError:
                if time.perf_counter() - start > _PATIENCE or app.poll() is not None:
                    raise
            time.sleep(0.02)
        yield Server(port, app.pid, time.perf_counter() - start)
    finally:
        app.terminate()
        app.wait()


@dataclass(frozen=True, slots=True)
class Crowd:
    """What clients saw: questions a second, each question's milliseconds in ascending order, and other statuses."""

    rate: float
    took: list[float]
    errors: int


def ask_all(port: int, questions: Sequence[str], clients: int) -> Crowd:
    """Put the questions to the server from so many clients, each asking its next when it has its answer."""
    own = local()

    def ask(question: str) -> tuple[float, bool]:
        if not hasattr(own, "connection"):
            own.connection = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
        start = time.perf_counter()
        status = _asked(own.connection, question)
        return 1000 * (time.perf_counter() - start), status == 200

    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        seen = list(pool.map(ask, questions))
    rate = len(questions) / (time.perf_counter() - start)
    return Crowd(rate, sorted(took for took, _ in seen), sum(not fine for _, fine in seen))


def _asked(connection: HTTPConnection, question: str) -> int:
    body = json.dumps({"question": question})
    connection.request("POST", "/v1/ask", body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    return answer.status
