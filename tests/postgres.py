"""A PostgreSQL server of the tests' own: real, on loopback, and killed as often as it takes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

PASSWORD = "a secret/@:%"  # what has to be written otherwise in an address, too
_OWNER = "postgres"  # it refuses to run as root
_UNTIL = 60.0


def _programs() -> Path:
    """The folder of the newest PostgreSQL on this machine, as Debian has them, or wherever `postgres` is found."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda each: int(each.parts[-3]))
    program = str(found[-1]) if found else shutil.which("postgres")
    assert program, "the tests need PostgreSQL: apt-get install postgresql"
    return Path(program).parent


def _runs(pid: int) -> bool:
    """Whether a process has not ended; one that has may wait for whoever adopted it to hear of it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Postgres:
    """A server with an empty cluster, started; `close` it in the end."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._owner = _OWNER if os.geteuid() == 0 else None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        secret = self._folder / "secret"
        secret.write_text(PASSWORD, "utf-8")
        if self._owner:
            for path in (self._folder, secret):
                shutil.chown(path, self._owner)
        self._run(
            "initdb", "--pgdata", str(self._folder / "data"), "--username", "owner", "--pwfile", str(secret),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [_programs() / program, *arguments],
            check=True,
            capture_output=True,
            cwd=self._folder,
            user=self._owner,
            extra_groups=[] if self._owner else None,
        )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            # What was written survives a kill without it, and it is most of the time that tests would take.
            "fsync": "off",
        }
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [str(_programs() / "postgres"), "-D", str(self._folder / "data")]
                + [f"--{name}={value}" for name, value in settings.items()],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._owner,
                extra_groups=[] if self._owner else None,
            )
        until = time.monotonic() + _UNTIL
        while not self._answers():
            assert time.monotonic() < until, (self._folder / "log").read_text("utf-8")
            assert self._server.poll() is None, (self._folder / "log").read_text("utf-8")
            time.sleep(0.05)

    def _answers(self) -> bool:
        ready = [str(_programs() / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def kill(self) -> None:
        """End it and all its processes at once, without a word."""
        children = self._children()
        for pid in (self._server.pid, *children):
            os.kill(pid, signal.SIGKILL)
        self._server.wait(_UNTIL)
        until = time.monotonic() + _UNTIL
        while any(map(_runs, children)):  # whoever is left of them keeps another server from starting
            assert time.monotonic() < until
            time.sleep(0.01)

    def freeze(self) -> None:
        """Have its processes stop where they are, connections and all."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Have them go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, what: signal.Signals) -> None:
        for pid in (self._server.pid, *self._children()):
            os.kill(pid, what)

    def _children(self) -> list[int]:
        pid = self._server.pid
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()]

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        secret = "".join(f"%{byte:02X}" for byte in PASSWORD.encode())
        return f"postgresql://owner:{secret}@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        """The address of a new, empty database."""
        name = f"articles_{uuid4().hex[:12]}"
        engine = create_engine(self.url("postgres").replace("postgresql:", "postgresql+psycopg:"))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url(name)

    def close(self) -> None:
        """End it and take its files away."""
        if self._server.poll() is None:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(_UNTIL)
        shutil.rmtree(self._folder)
