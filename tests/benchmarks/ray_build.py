"""Encoding by Ray against one process: python -m tests.benchmarks.ray_build [--articles 40] [--ray HOST:PORT]

Both make an index of the same articles, in turns; medians are told. Starting Ray is told apart, because it costs the
same however many articles there are. On one machine Ray can gain nothing: what it loses is what it costs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bot.settings import silence_ray
from index import Encoder, add, find_encoder, open_index, spread_over
from tests.benchmarks.build import write_articles


class Timed(NamedTuple):
    """A build of so many passages: seconds until it could begin, and seconds that it took."""

    passages: int
    started: float
    built: float


def build(encoder: Encoder, folder: Path, address: str | None) -> Timed:
    """An index of a folder, by Ray unless the address is None."""
    with tempfile.TemporaryDirectory() as place:
        index = open_index(Path(place) / "built.index", encoder=encoder)
        began = time.perf_counter()
        if address is None:
            report = add(index.builder, [folder])
            timed = Timed(report.passages, 0.0, time.perf_counter() - began)
        else:
            with spread_over(address, encoder) as spread:
                started = time.perf_counter() - began
                report = add(index.builder, [folder], spread=spread)
                timed = Timed(report.passages, started, time.perf_counter() - began - started)
        index.close()
    return timed


def main() -> None:
    """Print how many passages a second each makes, and what Ray costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--ray", default="", metavar="HOST:PORT", help="a cluster (default: one on this machine)")
    options = parser.parse_args()
    silence_ray()
    encoder = find_encoder()
    encoder.encode_queries(["The model is loaded before anything is measured."])
    with tempfile.TemporaryDirectory() as folder:
        write_articles(Path(folder), options.articles)
        pairs = [
            [build(encoder, Path(folder), address) for address in (None, options.ray)]
            for _ in range(options.repeat)
        ]
    for name, turns in zip(("one process", "by Ray"), zip(*pairs, strict=True), strict=True):
        built, started = median(each.built for each in turns), median(each.started for each in turns)
        passages = turns[0].passages
        print(
            f"{name:12} {passages:,} passages in {built:.1f} s, {passages / built:.1f} a second; start {started:.1f} s"
        )
    ratio = median(alone.built / by_ray.built for alone, by_ray in pairs)
    print(f"Ray makes {ratio:.2f} times the passages a second")


if __name__ == "__main__":
    main()
