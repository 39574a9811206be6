"""How memory grows with the number of articles: python -m tests.benchmarks.memory [NUMBER ...] [--plot PATH]

Each build runs in a process of its own, over a folder of generated articles, with an encoder that costs next to
nothing (tests/small_encoder.py), so that all memory seen is the pipeline's. What is told is the most that the
process and its readers held together, looked at ten times a second, and the processor's time, which on a busy
machine says more than the clock.
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
from pathlib import Path

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

index = open_index(sys.argv[1], encoder=Forgetful())
began = time.perf_counter()
report = add(index.builder, [sys.argv[2]])
used = resource.getrusage(resource.RUSAGE_SELF)
said = {
    "articles": report.added,
    "passages": index.catalogue.count()[1],
    "seconds": round(time.perf_counter() - began, 1),
    "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
}
print(json.dumps(said))
"""
WORDS = "plant union battery price market driver winter factory report minister harbour signal promise river"


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


def measure(number: int) -> dict[str, float]:
    """Build an index of so many articles, and look at what it takes."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "articles")
        folder.mkdir()
        write_articles(folder, number)
        build = subprocess.Popen(
            [sys.executable, "-c", BUILD, str(Path(place, "a.index")), str(folder)],
            stdout=subprocess.PIPE,
            text=True,
        )
        most = 0
        while build.poll() is None:
            most = max(most, held(build.pid))
            time.sleep(0.1)
        assert build.stdout is not None
        said: dict[str, float] = json.loads(build.stdout.read())
        build.stdout.close()
        return {**said, "megabytes": round(most / 1e6)}


def plot(rows: list[dict[str, float]]) -> str:
    """An SVG of megabytes over articles, these on a logarithmic scale."""
    from math import log10

    low, high = log10(rows[0]["articles"]), log10(rows[-1]["articles"])
    top = max(500.0, *(row["megabytes"] * 1.2 for row in rows))
    points = [
        (60 + 480 * (log10(row["articles"]) - low) / max(high - low, 1e-9), 240 - 200 * row["megabytes"] / top)
        for row in rows
    ]
    line = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    marks = "".join(
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="#2a6fb0"/>'
        f'<text x="{x:.0f}" y="{y - 10:.0f}">{row["megabytes"]:.0f} MB</text>'
        f'<text x="{x:.0f}" y="262">{row["articles"]:,.0f}</text>'
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
    rows = []
    print("| articles | passages | MB | processor s | ms a passage | s |\n|---|---|---|---|---|---|")
    for number in options.numbers:
        row = measure(number)
        rows.append(row)
        each = 1000 * row["processor_seconds"] / row["passages"]
        print(
            f"| {row['articles']:,.0f} | {row['passages']:,.0f} | {row['megabytes']:.0f} "
            f"| {row['processor_seconds']:.0f} | {each:.2f} | {row['seconds']:.0f} |",
            flush=True,
        )
    if options.plot:
        options.plot.write_text(plot(rows))


if __name__ == "__main__":
    main()
