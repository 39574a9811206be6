"""How cost grows with the number of passages: building, asking, memory and disk, from a thousand on.

    python -m tests.benchmarks.scale CACHE FOLDER [FOLDER ...] [--sizes 1000 10000 100000] [--plot FILE.svg]

FOLDER holds real text; questions are taken from the JSON lines of the first. Indexes are kept in CACHE and not
built twice; each is asked in a process of its own. All texts are real and distinct, and so are the questions and
their vectors. The vectors of passages are real for --real sentences only; all others lie between two neighbours of
these, with some noise, so build times are without encoding, and the recall is that of such a cloud. One sentence
is a passage.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bot import Bot
from index import Article, OpenIndex, Ranking, find_encoder, open_index
from index.fuse import convex
from index.retriever import DEPTH, WEIGHTS
from index.snapshot import Snapshot
from index.stores.faiss import FaissStore
from tests.benchmarks.real_text import questions_of, sentences_of
from tests.benchmarks.standing_in import StandIn, real_vectors

T = TypeVar("T")

QUESTIONS = 120
IN_AN_ARTICLE = 20
IN_A_BATCH = 200
COLUMNS = ("passages", "build s", "disk MB", "RSS MB", "open s", "encode", "dense", "lexical", "fuse", "ask")
Figures = dict[str, Any]  # a line of the table: numbers, and [p50, p95] pairs in milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--real", type=int, default=15_000, help="sentences whose vectors are real")
    parser.add_argument("--plot", type=Path, help="draw the figures, both axes logarithmic")
    parser.add_argument("--ask", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    if options.ask:
        print(json.dumps(asked(options.cache, options.folders[0], options.ask, options.real)))
        return
    sentences = texts(options.cache, options.folders, max(*options.sizes, options.real))
    encoder = stand_in(options.cache, options.real)
    print(
        f"{len(sentences):,} sentences; real vectors: {min(options.real, len(sentences)):,}; the others are mixed"
    )
    rows = []
    for size in options.sizes:
        built = build(options.cache, encoder, sentences[:size])
        command = [sys.executable, "-m", "tests.benchmarks.scale", *sys.argv[1:], "--ask", str(size)]
        rows.append(built | json.loads(subprocess.check_output(command, text=True).splitlines()[-1]))
        print("  ".join(f"{name} {shown(rows[-1][name])}" for name in [*COLUMNS, "recall@10", "add s"]), flush=True)
    if options.plot:
        plot(rows, options.plot)


def texts(cache: Path, folders: Sequence[Path], most: int) -> list[str]:
    """The sentences, from the cache if it has enough."""
    path = cache / "sentences.txt"
    known = path.read_text("utf-8").split("\n") if path.exists() else []
    if len(known) < most:
        known = sentences_of(folders, most)
        path.write_text("\n".join(known), "utf-8")
    return known


def stand_in(cache: Path, real: int) -> StandIn:
    with (cache / "sentences.txt").open(encoding="utf-8", newline="\n") as lines:
        first = [line.rstrip("\n") for line in islice(lines, real)]
    encoder = find_encoder("")
    return StandIn(encoder, first, real_vectors(encoder, first, cache / "real.npy"))


def build(cache: Path, encoder: StandIn, sentences: Sequence[str]) -> Figures:
    """Build an index through the catalogue, as `add` does, or tell what was noted when that was done."""
    folder = cache / f"{len(sentences)}.index"
    noted = folder.with_suffix(".json")
    if noted.exists():
        return dict(json.loads(noted.read_text("utf-8")))
    start = time.perf_counter()
    opened = open_index(folder, encoder=encoder)
    articles = [
        Article(
            f"Article {at}", "\n\n".join(sentences[at : at + IN_AN_ARTICLE]), f"Source {at % 97}", origin=str(at)
        )
        for at in range(0, len(sentences), IN_AN_ARTICLE)
    ]
    for at in range(0, len(articles), IN_A_BATCH):
        opened.builder.put(articles[at : at + IN_A_BATCH])
    opened.close()
    seconds = time.perf_counter() - start
    snapshot = opened.retriever.snapshot
    assert isinstance(snapshot, Snapshot)
    current = snapshot.manifest.generation
    last = folder / "generations" / f"{current:08d}"
    files = [*last.rglob("*"), folder / "catalogue.sqlite"]
    disk = sum(path.stat().st_size for path in files if path.is_file()) / 1e6
    figures = {"passages": len(sentences), "build s": round(seconds, 1), "disk MB": round(disk, 1)}
    noted.write_text(json.dumps(figures), "utf-8")
    return figures


def asked(cache: Path, folder: Path, size: int, real: int) -> Figures:
    """What questions cost in an index that is there, each asked once after twenty others."""
    encoder = stand_in(cache, real)
    before = memory()
    start = time.perf_counter()
    path = cache / f"{size}.index"
    opened = open_index(path, encoder=encoder)
    opened_in = time.perf_counter() - start
    questions = questions_of(folder, QUESTIONS + 20)
    for question in questions[:20]:
        opened.retriever.search(question, 10)
    figures = stages(opened, questions[20:]) | {"open s": round(opened_in, 2)}
    with Bot.open(path, encoder=encoder) as bot:
        for question in questions[:20]:
            bot.ask(question)
        figures["ask"] = spread([timed(partial(bot.ask, question))[0] for question in questions[20:]])
    figures |= {"RSS MB": round(memory()), "RSS MB before": round(before)}
    figures["recall@10"] = recall(opened, encoder.encode_queries(questions[20:]))
    encoder.encode_passages([""], ["The first time it looks for neighbours."])
    one = Article("Added", f"It was added at {time.time()}.", origin="added")
    figures["add s"] = round(timed(partial(opened.builder.put, [one]))[0], 2)
    opened.builder.forget(["added"])
    opened.close()
    return figures


def stages(opened: OpenIndex, questions: Sequence[str]) -> Figures:
    times: dict[str, list[float]] = {name: [] for name in ("encode", "dense", "lexical", "fuse")}
    rankers = opened.retriever.snapshot
    for question in questions:
        rankings: dict[str, Ranking] = {}
        took, vectors = timed(partial(opened.encoder.encode_queries, [question]))
        times["encode"].append(took)
        took, rankings["dense"] = timed(partial(rankers.vectors.search, vectors[0], DEPTH))
        times["dense"].append(took)
        took, rankings["lexical"] = timed(partial(rankers.words.search, question, DEPTH))
        times["lexical"].append(took)
        times["fuse"].append(timed(partial(convex, rankings, WEIGHTS))[0])
    return {name: spread(of) for name, of in times.items()}


def recall(opened: OpenIndex, queries: Any) -> float:
    """How many of the ten passages nearest to a question are found, against a search of every list."""
    store = opened.retriever.snapshot.vectors
    assert isinstance(store, FaissStore)
    lists = [replace(s, probes=int(s.index.nlist)) if s.probes else s for s in store.segments]
    exact = FaissStore(lists, np.empty(0, np.int64))
    shares = [len({i for i, _ in store.search(q, 10)} & {i for i, _ in exact.search(q, 10)}) / 10 for q in queries]
    return round(float(np.mean(shares)), 4)


def timed(run: Callable[[], T]) -> tuple[float, T]:
    """How many seconds a call took, and what it gave."""
    start = time.perf_counter()
    given = run()
    return time.perf_counter() - start, given


def spread(times: Sequence[float]) -> list[float]:
    """The median and the 95th percentile, in milliseconds."""
    return [round(float(1000 * np.percentile(times, at)), 1) for at in (50, 95)]


def memory() -> float:
    """The memory that this process holds now, in MB, with what is mapped and was read."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def shown(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else f"{value:,}"


def plot(rows: Sequence[Figures], path: Path) -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    sizes = [row["passages"] for row in rows]
    for name in ("build s", "disk MB", "RSS MB"):
        axes.loglog(sizes, [row[name] for row in rows], "o-", label=name)
    for name in ("dense", "lexical", "ask"):
        axes.loglog(sizes, [row[name][0] for row in rows], "s--", label=f"{name}, p50 ms")
    axes.loglog(sizes, [rows[0]["disk MB"] * size / sizes[0] for size in sizes], ":", color="grey", label="linear")
    axes.set_xlabel("passages")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize=8)
    figure.savefig(path)


if __name__ == "__main__":
    main()
