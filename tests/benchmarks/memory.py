"""How memory grows with the number of articles: python -m tests.benchmarks.memory [NUMBER ...] [--plot PATH]

A build runs in a process of its own, over a folder of generated articles, with an encoder that costs little
(tests/small_encoder.py), so that the memory seen is the pipeline's. What is told is the most that the process and its
readers had held together, looked at ten times a second, by the time so many articles were encoded, and the
processor's time until then, which on a busy machine says more than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import NamedTuple

NUMBERS = (1_000, 3_000, 10_000, 30_000, 100_000)
FOLDER = 1_000
BUILD = """
import json, resource, sys, time
from index import add, open_index
from tests.small_encoder import SmallEncoder

class Forgetful(SmallEncoder):
    def encode_passages(self, titles, texts, spans=None):
        encoded = super().encode_passages(titles, texts, spans)
        self.encoded.clear()  # what it keeps for tests would be taken for the pipeline's
        return encoded

def told(step):
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = round(used.ru_utime + used.ru_stime, 1)
    print(json.dumps([step.articles, step.passages, seconds]), flush=True)

index = open_index(sys.argv[1], encoder=Forgetful())
add(index.builder, [sys.argv[2]], on_progress=told)
"""
WORDS = "plant union battery price market driver winter factory report minister harbour signal promise river"


class Row(NamedTuple):
    """What a build had taken by the time it came to so many articles."""

    articles: int
    passages: int
    seconds: float
    megabytes: int


def write_articles(folder: Path, number: int) -> None:
    """Articles of two passages each, in folders of a thousand, written one after the other."""
    chance = random.Random(1)
    for at in range(number):
        if at % FOLDER == 0:
            (folder / f"{at // FOLDER:04}").mkdir()
        body = " ".join(f"{' '.join(chance.choices(WORDS.split(), k=9)).capitalize()} {at}." for _ in range(6))
        (folder / f"{at // FOLDER:04}" / f"{at:07}.txt").write_text(f"Article {at}\n\n{body}\n")


def held(pid: int) -> int:
    """Bytes that a process and those it started hold in memory; shared pages count for each."""
    total = 0
    for each in (pid, *children(pid)):
        try:
            pages = int(Path(f"/proc/{each}/statm").read_text().split()[1])
        except (OSError, IndexError):  # it has just ended
            continue
        total += pages * os.sysconf("SC_PAGE_SIZE")
    return total


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def measure(numbers: Sequence[int]) -> Iterator[Row]:
    """One build over the largest number of articles, and what it had taken at most when it came to each number."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "articles")
        folder.mkdir()
        write_articles(folder, max(numbers))
        build = subprocess.Popen(
            [sys.executable, "-c", BUILD, str(Path(place, "a.index")), str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        most = [0]
        Thread(target=_look, args=(build, most), daemon=True).start()
        left = sorted(numbers)
        assert build.stdout is not None
        for line in build.stdout:
            articles, passages, seconds = json.loads(line)
            while left and articles >= left[0]:
                yield Row(left.pop(0), passages, seconds, round(most[0] / 1e6))
        build.wait()


def _look(build: subprocess.Popen[str], most: list[int]) -> None:
    while build.poll() is None:
        most[0] = max(most[0], held(build.pid))
        time.sleep(0.1)


def plot(rows: Sequence[Row]) -> str:
    """An SVG of megabytes over articles, these on a logarithmic scale."""
    from math import log10

    low, high = log10(rows[0].articles), log10(rows[-1].articles)
    top = max(500.0, *(row.megabytes * 1.2 for row in rows))
    points = [
        (60 + 480 * (log10(row.articles) - low) / max(high - low, 1e-9), 240 - 200 * row.megabytes / top)
        for row in rows
    ]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    marks = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#2a6fb0"/>'
        f'<text x="{x:.0f}" y="{y - 10:.0f}">{row.megabytes:.0f} MB</text>'
        f'<text x="{x:.0f}" y="262">{row.articles:,.0f}</text>'
        for (x, y), row in zip(points, rows, strict=True)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 290" font-family="sans-serif" font-size="12" '
        'text-anchor="middle"><rect width="600" height="290" fill="#fff"/>'
        '<path d="M60 20V240H560" fill="none" stroke="#888"/>'
        f'<polyline points="{line}" fill="none" stroke="#2a6fb0" stroke-width="2"/>{marks}'
        '<text x="300" y="282">articles</text><text x="300" y="16">most memory held during a build</text></svg>\n'
    )


def main() -> None:
    """Print a row for each number of articles, and draw them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", type=int, default=NUMBERS)
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    rows: list[Row] = []
    print("| articles | passages to be found | MB | processor s | ms an article |\n|---|---|---|---|---|")
    for row in measure(options.numbers):
        rows.append(row)
        each = 1000 * row.seconds / row.articles
        print(
            f"| {row.articles:,} | {row.passages:,} | {row.megabytes} | {row.seconds:.0f} | {each:.1f} |",
            flush=True,
        )
        if options.plot:  # as far as it has come, should it be ended
            options.plot.write_text(plot(rows))


if __name__ == "__main__":
    main()
