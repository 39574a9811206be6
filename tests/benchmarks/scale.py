"""How cost grows with the number of passages: building, asking, memory and disk, from a thousand on.

    python -m tests.benchmarks.scale CACHE FOLDER [FOLDER ...] [--sizes 1000 10000 100000] [--plot FILE.svg]

FOLDER holds real text; questions are taken from the JSON lines of the first. Indexes are kept in CACHE and not
built twice; each is built and asked in a process of its own. All texts are real and distinct, and so are the questions;
every vector is the encoder's. One sentence is a passage, twenty an article, and they come from a file of JSON lines.
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
from index import Article, Encoder, OpenIndex, Ranking, add, find_encoder, open_index
from index.fuse import convex
from index.retriever import DEPTH, WEIGHTS
from index.snapshot import Snapshot
from index.stores.faiss import FaissStore
from tests.benchmarks.one_sentence import OneSentence
from tests.benchmarks.real_text import questions_of, sentences_of

T = TypeVar("T")

QUESTIONS = 120
IN_AN_ARTICLE = 20
COLUMNS = (
    "passages",
    "build s",
    "disk MB",
    "RSS MB",
    "own MB",
    "open s",
    "encode",
    "dense",
    "lexical",
    "fuse",
    "ask",
)
Figures = dict[str, Any]  # a line of the table: numbers, and [p50, p95] pairs in milliseconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cache", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--plot", type=Path, help="draw the figures, both axes logarithmic")
    parser.add_argument("--build", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--ask", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    if options.build:
        print(json.dumps(built(options.cache, options.build)))
        return
    if options.ask:
        print(json.dumps(asked(options.cache, options.folders[0], options.ask)))
        return
    texts(options.cache, options.folders, max(options.sizes))
    rows: list[Figures] = []
    for size in options.sizes:
        rows.append({})
        for step in ("--build", "--ask"):
            command = [sys.executable, "-m", "tests.benchmarks.scale", *sys.argv[1:], step, str(size)]
            rows[-1] |= json.loads(subprocess.check_output(command, text=True).splitlines()[-1])
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


def encoder_of_sentences() -> OneSentence:
    return OneSentence(find_encoder(""))


def build(cache: Path, encoder: Encoder, sentences: Sequence[str]) -> Figures:
    """Build an index of so many passages as `add` does, or tell what was noted when that was done."""
    folder = cache / f"{len(sentences)}.index"
    noted = folder.with_suffix(".json")
    if noted.exists():
        return dict(json.loads(noted.read_text("utf-8")))
    lines = cache / f"{len(sentences)}.jsonl"
    with lines.open("w", encoding="utf-8") as stream:
        for at in range(0, len(sentences), IN_AN_ARTICLE):
            text = "\n\n".join(sentences[at : at + IN_AN_ARTICLE])
            stream.write(json.dumps({"title": f"Article {at}", "text": text, "source": f"Source {at % 97}"}) + "\n")
    encoder.encode_queries(["The first pass of a model also makes room."])
    start = time.perf_counter()
    opened = open_index(folder, encoder=encoder)
    add(opened.builder, [lines])
    opened.close()
    seconds = time.perf_counter() - start
    lines.unlink()
    snapshot = opened.retriever.snapshot
    assert isinstance(snapshot, Snapshot)
    current = snapshot.manifest.generation
    last = folder / "generations" / f"{current:08d}"
    files = [*last.rglob("*"), folder / "catalogue.sqlite"]
    disk = sum(path.stat().st_size for path in files if path.is_file()) / 1e6
    figures = {
        "passages": len(opened.catalogue.passage_ids()),
        "build s": round(seconds, 1),
        "disk MB": round(disk, 1),
    }
    noted.write_text(json.dumps(figures), "utf-8")
    return figures


def built(cache: Path, size: int) -> Figures:
    """The index of the first sentences, built in this process."""
    with (cache / "sentences.txt").open(encoding="utf-8", newline="\n") as lines:
        sentences = [line.rstrip("\n") for line in islice(lines, size)]
    return build(cache, encoder_of_sentences(), sentences)


def asked(cache: Path, folder: Path, size: int) -> Figures:
    """What questions cost in an index that is there, each asked once after twenty others."""
    path = cache / f"{size}.index"
    first, questions = (each := questions_of(folder, QUESTIONS + 20))[:20], each[20:]
    start = time.perf_counter()
    with Bot.open(path, encoder=encoder_of_sentences()) as bot:
        figures: Figures = {"open s": round(time.perf_counter() - start, 2)}
        for question in first:
            bot.ask(question)
        figures["ask"] = spread([timed(partial(bot.ask, question))[0] for question in questions])
        figures["RSS MB"], figures["own MB"] = memory()
    opened = open_index(path, encoder=encoder_of_sentences())  # another encoder, which remembers no question
    for question in first:
        opened.retriever.search(question, 10)
    figures |= stages(opened, questions)
    figures["recall@10"] = recall(opened, opened.encoder.encode_queries(questions))
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


def memory() -> tuple[int, int]:
    """The memory that this process holds now, in MB, with every page of a file that it has read; and without these."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    sizes = {
        line.split(":")[0]: round(int(line.split()[1]) / 1024) for line in lines if line.startswith(("Vm", "Rss"))
    }
    return sizes["VmRSS"], sizes["RssAnon"]


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
    figure.legend(fontsize=8, loc="outside right upper")
    figure.savefig(path)


if __name__ == "__main__":
    main()
