"""What `watch` says: a line for each look, and the list of what is watched; it looks at nothing itself."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from bot.render.escape import terminal
from index import Looked, ReadError, Remark, Watched, spelled

Say = Callable[[str], None]


class Lines:
    """Tells of looks: for people only what came of them, for programs every one, as a line of JSON."""

    def __init__(self, out: Say, *, as_json: bool = False) -> None:
        self._out = out
        self._as_json = as_json
        self._shown: set[str] = set()

    def say(self, text: str) -> None:
        """A sentence about the watching as a whole."""
        self.remark(Remark(time.time(), text))

    def remark(self, remark: Remark) -> None:
        """Tell of something that concerns no single source."""
        if self._as_json:
            self._out(json.dumps({"at": _iso(remark.at), "remark": remark.text}, ensure_ascii=False))
        else:
            self._out(f"{_clock(remark.at)}  {terminal(remark.text)}")

    def look(self, looked: Looked) -> None:
        """Tell of a look, if there is anything to tell."""
        name = looked.source.source
        is_first = name not in self._shown
        self._shown.add(name)
        if self._as_json:
            self._out(json.dumps(_record(looked), ensure_ascii=False))
        elif is_first or looked.is_news:
            self._out(_line(looked))
            for error in looked.report.skipped:
                self._out(f"          skipped {terminal(str(error))}")


def _line(looked: Looked) -> str:
    source, report = looked.source, looked.report
    name = terminal(source.source)
    if looked.error is not None:
        reason = looked.error.reason if isinstance(looked.error, ReadError) else str(looked.error)
        often = f" ({source.failures} times in a row)" if source.failures > 1 else ""
        return f"{_clock(looked.at)}  {name}: {terminal(reason)}{often}; next look at {_clock(source.next_at)}"
    counts = {"added": report.added, "updated": report.updated, "removed": report.removed}
    told = [f"{what} {number:,}" for what, number in counts.items() if number]
    told += [f"unchanged {report.unchanged:,}"] if report.unchanged else []
    told += [f"skipped {len(report.skipped):,}"] if report.skipped else []
    return f"{_clock(looked.at)}  {name}: {', '.join(told) or 'nothing new'}"


def _record(looked: Looked) -> dict[str, object]:
    source, report = looked.source, looked.report
    return {
        "at": _iso(looked.at),
        "source": source.source,
        "kind": source.kind,
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "skipped": [{"source": error.source, "reason": error.reason} for error in report.skipped],
        "error": str(looked.error) if looked.error else None,
        "failures": source.failures,
        "next_at": _iso(source.next_at),
    }


def listing(sources: Sequence[Watched], as_json: bool) -> Iterator[str]:
    """The list of what is watched, for people as a table."""
    if as_json:
        for each in sources:
            record = {
                "source": each.source,
                "kind": each.kind,
                "every": each.every,
                "looked_at": _iso(each.looked_at) if each.looked_at else None,
                "outcome": each.outcome,
                "next_at": _iso(each.next_at),
                "failures": each.failures,
            }
            yield json.dumps(record, ensure_ascii=False)
        return
    if not sources:
        yield "nothing is watched; begin with: python -m bot watch SOURCE"
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("SOURCE", "KIND", "EVERY", "LAST LOOK", "OUTCOME", "NEXT"):
        table.add_column(heading, overflow="fold")
    for each in sources:
        last = _moment(each.looked_at) if each.looked_at else "not yet"
        cells = (each.source, each.kind, spelled(each.every), last, each.outcome, _moment(each.next_at))
        table.add_row(*(Text(terminal(cell)) for cell in cells))
    console = Console(highlight=False, soft_wrap=False)
    with console.capture() as shown:
        console.print(table)
    yield from (line.rstrip() for line in shown.get().splitlines())


def _clock(at: float) -> str:
    return time.strftime("%H:%M:%S", time.localtime(at))


def _moment(at: float) -> str:
    return time.strftime("%d %b %H:%M", time.localtime(at))


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
