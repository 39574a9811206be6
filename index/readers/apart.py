"""Readers run in a process of their own, so that a file which makes its parser hang or die ends no run."""

from __future__ import annotations

import atexit
import functools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from index.article import Article
from index.errors import ReadError
from index.readers.rows import Columns
from index.readers.source import Notice, shown
from index.readers.worker import Reader, TableReader

SECONDS = 60.0
"""The longest that is waited for the next article of a file."""

MEMORY = 1_500_000_000
"""The most bytes that a parser may take, where the system can limit that."""

_idle: list[_Worker] = []
_busy: set[_Worker] = set()
_turn = threading.Lock()


def apart(reader: Reader, seconds: float = SECONDS, memory: int = MEMORY) -> Reader:
    """The same reader, run in a process of its own; a file that it hangs or dies over raises ReadError.

    `reader` must be a function at the top of a module. The process is kept for the next file; it is given
    no environment, so that no secret is within a parser's reach.
    """

    @functools.wraps(reader)
    def read(path: Path, notice: Notice) -> Iterator[Article]:
        yield from _apart(reader, path, notice, seconds, memory, None)

    return read


def apart_table(reader: TableReader, seconds: float = SECONDS, memory: int = MEMORY) -> TableReader:
    """The same for a reader that is told what the columns are called."""

    @functools.wraps(reader)
    def read(path: Path, notice: Notice, columns: Columns | None = None) -> Iterator[Article]:
        yield from _apart(reader, path, notice, seconds, memory, columns or {})

    return read


def _apart(
    reader: Reader | TableReader, path: Path, notice: Notice, seconds: float, memory: int, columns: Columns | None
) -> Iterator[Article]:
    asked = {
        "reader": f"{reader.__module__}:{reader.__name__}",
        "path": str(path),
        "memory": memory,
        "columns": columns if columns is None else dict(columns),
    }
    worker = _take()
    try:
        yield from worker.read(asked, path, notice, seconds)
    except GeneratorExit:  # the caller wants no more of a file that is half read
        worker.end()
        raise
    finally:
        _give_back(worker)


class _Worker:
    """One process, for one file at a time."""

    def __init__(self) -> None:
        places = os.pathsep.join(place or str(Path.cwd()) for place in sys.path)
        bare = {"PYTHONPATH": places, "PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        bare["ARROW_DEFAULT_MEMORY_POOL"] = "system"  # its own one sets a gigabyte of addresses aside
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from index.readers.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=None if os.name == "nt" else bare,  # Windows starts no process without its own variables
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is ours to answer, between two batches
        )
        self.owner = os.getpid()
        self.is_late = False

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def read(self, asked: Mapping[str, object], path: Path, notice: Notice, seconds: float) -> Iterator[Article]:
        """The articles that the reader asked for finds in the file."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:
            raise ReadError(shown(path), f"its parser could not be started ({error})") from error
        while True:
            answer = self._next_line(seconds)
            if not answer.endswith("\n"):
                raise ReadError(shown(path), self._why_it_ended(seconds))
            said = json.loads(answer)
            if "skipped" in said:
                notice(ReadError(*said["skipped"]))
            elif "article" in said:
                yield _article(said["article"])
            elif "refused" in said:
                raise ReadError(*said["refused"])
            else:
                return

    def kill(self) -> None:
        """Stop the process; whoever reads from it sees its answer end."""
        self._process.kill()

    def end(self) -> None:
        """Stop the process, and let go of what leads to it."""
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:  # what was not yet written is of no use any more
                    continue

    def _next_line(self, seconds: float) -> str:
        """The next line of the answer; cut short or empty when the process ended or was stopped for being late."""
        assert self._process.stdout is not None
        timer = threading.Timer(seconds, self._stop)
        timer.daemon = True
        timer.start()
        try:
            return self._process.stdout.readline()
        finally:
            timer.cancel()

    def _stop(self) -> None:
        self.is_late = True
        self.kill()

    def _why_it_ended(self, seconds: float) -> str:
        code = self._process.wait()
        if self.is_late:
            return f"takes more than {seconds:.0f} seconds to read and was given up; split it, or save it anew"
        how = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return f"made its parser fail ({how}); it may be damaged. Save it anew, or in another format"


def _take() -> _Worker:
    with _turn:
        while _idle:
            worker = _idle.pop()
            if worker.owner == os.getpid() and worker.is_alive:
                _busy.add(worker)
                return worker
    worker = _Worker()
    _busy.add(worker)
    return worker


def _give_back(worker: _Worker) -> None:
    _busy.discard(worker)
    if not worker.is_alive or worker.is_late:
        worker.end()
        return
    with _turn:
        _idle.append(worker)


@atexit.register
def _end_all() -> None:
    for worker in _idle:
        if worker.owner == os.getpid():
            worker.end()
    for worker in _busy:
        if worker.owner == os.getpid():
            worker.kill()  # one that hangs would go on when nobody waits for it any more


def _article(said: dict[str, object]) -> Article:
    published, moment, pages = said["published"], said["published_at"], said["pages"]
    assert isinstance(pages, list)
    return Article(
        str(said["title"]),
        str(said["text"]),
        str(said["source"]),
        str(said["author"]),
        str(said["url"]),
        origin=str(said["origin"]),
        published=date.fromisoformat(published) if isinstance(published, str) else None,
        published_at=datetime.fromisoformat(moment) if isinstance(moment, str) else None,
        dated_by=str(said["dated_by"]),
        pages=tuple((int(start), int(page)) for start, page in pages),
    )
