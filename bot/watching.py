"""`watch`, alone and inside `serve`: sources kept in step, with a calm line for each change."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.opened import opened
from bot.render.escape import terminal
from bot.shelf import Shelf
from bot.watch_lines import Lines, Say, listing
from index import (
    IndexBusyError,
    IndexMissingError,
    Pace,
    SettingError,
    Watched,
    Watcher,
    WatchList,
    placed,
    spelled,
)

_LOOK_FOR_LIST = 2.0
_TAKE_OVER = 15.0


def watch(options: argparse.Namespace) -> int:
    """Keep sources in step, or show or change the list of them."""
    if options.list or options.add or options.remove:
        return _change_list(options)
    with opened(options) as bot:
        lines = Lines(_out, as_json=options.json)
        watcher = bot.watcher(lines.look, lines.remark)
        try:
            _put_on(watcher.sources, options)
            return _watch(watcher, lines, options.once)
        finally:
            watcher.close()


def _watch(watcher: Watcher, lines: Lines, once: bool) -> int:
    if not watcher.sources.all():
        raise SettingError("nothing is on the list of what is watched; name a source: python -m bot watch SOURCE")
    if once:
        return 1 if watcher.once() else 0
    signal.signal(signal.SIGTERM, lambda *_: watcher.stop())
    with suppress(KeyboardInterrupt):  # the way in which this is meant to end
        watcher.run()
    lines.say("stopped; what is in is kept")
    return 0


def _change_list(options: argparse.Namespace) -> int:
    if not options.database and not (options.index / "catalogue.sqlite").is_file():
        raise IndexMissingError(
            f"there is no index at {options.index}; make one and watch at once with: python -m bot watch SOURCE"
        )
    kept = WatchList(options.index)
    try:
        if options.list:
            for line in listing(kept.all(), options.json):
                _out(line)
            return 0
        if not options.sources:
            raise SettingError("no source is named; expected one behind the options")
        if options.add:
            for source in _put_on(kept, options):
                _out(f"on the list: {terminal(source.source)}, every {spelled(source.every)}")
            return 0
        for name in options.sources:
            kept.remove(_known(name, kept))
            _out(f"off the list: {terminal(name)}; its articles stay")
        return 0
    finally:
        kept.close()


def _known(name: str, kept: WatchList) -> str:
    """The source as it is on the list, which may be gone from the disk by now."""
    names = {source.source for source in kept.all()}
    return next((each for each in (name, str(Path(name).expanduser().resolve())) if each in names), name)


def _put_on(kept: WatchList, options: argparse.Namespace) -> list[Watched]:
    found = [placed(each, options.mail) for each in options.sources]
    return [
        kept.add(
            source,
            kind,
            Pace().every(kind == "web", options.every),
            allow_private=options.allow_private,
            move_failed=options.move_failed,
            keep_pace=options.every is None,
        )
        for source, kind in found
    ]


class Watching:
    """A watcher beside a server: waits for a list of sources to be there, and for its turn to watch them."""

    def __init__(self, sources: Sequence[str], say: Say, allow_private: bool = False) -> None:
        self._sources = sources
        self._allow_private = allow_private
        self._say = say
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, shelf: Shelf) -> None:
        """Begin, in a thread; raises ReadError for a source that is not there."""
        if self._sources:
            kept = WatchList(shelf.folder)
            try:
                for source, kind in map(placed, self._sources):
                    every = Pace().every(kind == "web", None)
                    kept.add(source, kind, every, allow_private=self._allow_private, keep_pace=True)
            finally:
                kept.close()
        self._thread = threading.Thread(target=self._run, args=(shelf,), name="watching", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it; what is in is kept."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, shelf: Shelf) -> None:
        while not WatchList.are_there(shelf.folder):  # `watch --add` in another process may make one
            if self._stop.wait(_LOOK_FOR_LIST):
                return
        lines = Lines(self._say)
        is_told = False
        while not self._stop.is_set():
            watcher = shelf.watcher(lines.look, lines.remark, stop=self._stop)
            try:
                watcher.run()
            except IndexBusyError as error:
                if not is_told:
                    lines.say(str(error))
                is_told = True
                self._stop.wait(_TAKE_OVER)
            finally:
                watcher.close()


def _out(line: str) -> None:
    sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.flush()
