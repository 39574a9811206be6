"""What a run tells of itself: a time left that does not jump, events for programs, and a table at the end."""

from __future__ import annotations

import io

from rich.console import Console
from rich.table import Table

from bot.outcome import rebuilt_line, report_line, report_record, report_table, span
from bot.progress import Bar, Lines, Pace
from index import AddReport, Progress, ReadError, Rebuilding, Tally


def step(seconds: float, read: int, *, total: int = 10_000, is_counted: bool = True) -> Progress:
    return Progress(read, total, read, total, read, read, read, 0, seconds, is_counted)


def test_the_time_left_is_right_at_a_steady_pace_from_the_first_seconds_on() -> None:
    pace = Pace()
    assert pace.left(step(0.5, 50)) is None
    for second in range(1, 60):
        left = pace.left(step(second, second * 100))
        assert left is not None
        assert abs(left - (100 - second)) < 0.01


def test_one_slow_file_does_not_make_the_time_left_jump() -> None:
    pace = Pace()
    for second in range(1, 31):
        pace.left(step(second, second * 100))
    before, after = pace.left(step(31, 3100)), pace.left(step(34, 3110))
    assert before is not None
    assert after is not None
    assert before < after < before * 1.3


def test_no_time_is_told_while_files_are_still_being_counted() -> None:
    assert Pace().left(step(5, 500, is_counted=False)) is None


def test_where_there_is_no_terminal_no_control_character_is_written() -> None:
    written = io.StringIO()
    with Bar(Console(file=written)) as bar:
        for second in range(0, 100, 10):
            bar(step(second, second * 100))
    lines = written.getvalue().splitlines()
    assert lines[0] == "4,000 of 10,000 files · 100 passages/s · about 1 min left"
    assert len(lines) == 2
    assert "\x1b" not in written.getvalue()
    assert "\r" not in written.getvalue()


def test_programs_are_told_at_once_and_then_once_a_second() -> None:
    said: list[dict[str, object]] = []
    lines = Lines(said.append)
    lines(step(2, 200))
    lines(step(2.1, 210))
    (only,) = said
    assert (only["event"], only["files_read"], only["passages_per_second"], only["seconds_left"]) == (
        "progress",
        200,
        100,
        98,
    )


def test_a_rebuild_is_told_of_in_lines_in_events_and_at_its_end() -> None:
    written = io.StringIO()
    said: list[dict[str, object]] = []
    steps = [Rebuilding(at, 100, 0, 0, at) for at in range(0, 100, 20)]
    steps += [Rebuilding(100, 100, at * 10, 1_000, at) for at in range(0, 101, 20)]
    with Bar(Console(file=written)) as bar:
        for each in steps:
            bar.rebuilding(each)
    assert written.getvalue().splitlines() == [
        "40 of 100 articles · being split",
        "80 of 100 articles · being split",
        "0 of 1,000 passages · ",
        "400 of 1,000 passages · 10 passages/s · about 1 min left",
        "800 of 1,000 passages · 10 passages/s · 20 s left",
    ]
    Lines(said.append).rebuilding(steps[-2])
    (only,) = said
    assert (only["encoded"], only["passages"], only["seconds_left"]) == (800, 1_000, 20)
    assert rebuilt_line(steps[-1]) == "encoded 1,000 passages anew in 2 min, 10 a second"


def test_a_report_is_a_line_a_record_and_a_table() -> None:
    report = AddReport(
        added=3,
        updated=1,
        skipped=(ReadError("/b.pdf", "is empty"),),
        passages=12,
        seconds=2.0,
        kinds={".pdf": Tally(2, 1, 0, 0, 1), ".txt": Tally(3, 2, 1)},
    )
    assert report_line(report) == "added 3, updated 1, skipped 1"
    record = report_record(report)
    assert (record["event"], record["passages_per_second"], record["skipped"]) == ("done", 6.0, 1)
    table, rate = report_table(report)
    assert rate == "12 passages in 2.0 s, 6.0 a second"
    assert isinstance(table, Table)
    written = io.StringIO()
    Console(file=written).print(table)
    assert [line.split() for line in written.getvalue().splitlines()] == [
        ["KIND", "FILES", "ADDED", "UPDATED", "UNCHANGED", "SKIPPED"],
        [".pdf", "2", "1", "1"],
        [".txt", "3", "2", "1"],
    ]


def test_times_are_told_as_people_tell_them() -> None:
    assert [span(each) for each in (0.84, 42.4, 200, 7500)] == ["0.8 s", "42 s", "3 min", "2 h 5 min"]
