"""What became of a run or a rebuild in the end, for people and for programs; it shows no progress."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from bot.render.escape import terminal
from index import AddReport, Rebuilding

Record = dict[str, object]
# A rate of less than this many seconds would say nothing.
_WORTH_A_RATE = 1.0


def report_record(report: AddReport) -> Record:
    """The last event of a run: what became of it."""
    return {
        "event": "done",
        **_counts(report),
        "skipped": len(report.skipped),
        "stopped": report.was_stopped,
        "passages": report.passages,
        "seconds": round(report.seconds, 1),
        "passages_per_second": rate_of(report.passages, report.seconds),
        "kinds": {
            kind or "other": {
                "files": of.files,
                "added": of.added,
                "updated": of.updated,
                "unchanged": of.unchanged,
                "skipped": of.skipped,
            }
            for kind, of in report.kinds.items()
        },
    }


def rebuilt_record(last: Rebuilding) -> Record:
    """The last event of a rebuild, from its last step."""
    return {
        "event": "done",
        "articles": last.articles,
        "passages": last.encoded,
        "seconds": round(last.seconds, 1),
        "passages_per_second": rate_of(last.encoded, last.seconds),
    }


def rebuilt_line(last: Rebuilding) -> str:
    """What became of a rebuild, in one line."""
    rate = f", {rate_of(last.encoded, last.seconds):,} a second" if last.seconds >= _WORTH_A_RATE else ""
    return f"encoded {last.encoded:,} passages anew in {span(last.seconds)}{rate}"


def report_line(report: AddReport) -> str:
    """What became of a run, in one line."""
    counts = {**_counts(report), "skipped": len(report.skipped)}
    told = [f"{name} {number:,}" for name, number in counts.items() if number]
    return ", ".join(told) or "there was nothing to take in"


def report_table(report: AddReport) -> Iterator[Table | str]:
    """What became of each kind of file, where there is more than one thing to tell, and the rate of it all."""
    columns = ("files", "added", "updated", "unchanged", "skipped")
    if len(report.kinds) > 1 or len(report.skipped) or report.updated:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("KIND")
        for column in columns:
            table.add_column(column.upper(), justify="right")
        for kind, of in report.kinds.items():
            numbers = (getattr(of, column) for column in columns)
            table.add_row(Text(terminal(kind or "other")), *(f"{number:,}" if number else "" for number in numbers))
        yield table
    if report.passages:
        rate = rate_of(report.passages, report.seconds)
        yield f"{report.passages:,} passages in {span(report.seconds)}, {rate:,} a second"


def span(seconds: float) -> str:
    """A time as a person says it: 0.8 s, 42 s, 3 min, 2 h 5 min."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _counts(report: AddReport) -> dict[str, int]:
    return {
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "removed": report.removed,
    }


def rate_of(passages: int, seconds: float) -> float:
    """Passages a second, with as many digits as are worth reading."""
    rate = passages / max(seconds, 1e-9)
    return round(rate, 1) if rate < 10 else round(rate)
