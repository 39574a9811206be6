"""Whether every store finds what comparing every vector finds, and how long a search takes in it.

    python -m tests.benchmarks.stores CACHE FOLDER [FOLDER ...] [--sizes 20000 60000] [--questions N]

FOLDER holds real text, of which every sentence is a passage with its real vector; questions are those of the first.
The index is built in CACHE once and taken over by Milvus Lite, a real Milvus 2.3.5 and that with PostgreSQL, as their
users would do it. Printed for each are the recall@10 by meaning against comparing every vector (equal scores apart),
measured until it stays; how many questions have the very ten hits of the index of files; and the times of a search
without the encoding of its question. With up to 50,000 passages all of them compare every vector.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sqlalchemy import func, select

from index import Encoder, OpenIndex, Vectors, migrate, open_index
from index.shared.tables import outbox, particulars
from tests.benchmarks.real_text import questions_of
from tests.benchmarks.scale import build, encoder_of_sentences, spread, texts
from tests.milvus_server import MilvusServer
from tests.postgres import Postgres

_PATIENCE = 900.0
_ENOUGH, _TIE = 0.95, 1e-4


class Truth(NamedTuple):
    """Of each question its vector, and the inner product of the tenth nearest passage; all vectors by passage id."""

    queries: Vectors
    tenth: Vectors
    rows: dict[int, int]
    vectors: Vectors


def truth_of(opened: OpenIndex, questions: list[str]) -> Truth:
    """By comparing every vector that the index keeps."""
    ids = opened.catalogue.passage_ids().tolist()
    kept = opened.retriever.snapshot.kept(ids)
    vectors = np.stack([kept[i][0] for i in ids])
    queries = np.concatenate([opened.encoder.encode_queries([each]) for each in questions])
    tenth = np.stack([np.sort(vectors @ query)[-10] for query in queries])
    return Truth(queries, tenth, {i: row for row, i in enumerate(ids)}, vectors)


def recall(opened: OpenIndex, truth: Truth) -> float:
    """Which share of the ten passages that are found by meaning belongs to the nearest ten."""
    store = opened.retriever.snapshot.vectors
    shares = []
    for query, tenth in zip(truth.queries, truth.tenth, strict=True):
        found = [truth.rows[i] for i, _ in store.search(query, 10)]
        shares.append(np.mean(truth.vectors[found] @ query > tenth - _TIE) * len(found) / 10)
    return float(np.mean(shares))


def wait_until_fed(opened: OpenIndex, size: int) -> None:
    """Until Milvus has been told everything, and is searched as it is to be with so many passages."""
    until = time.monotonic() + _PATIENCE
    left = select(func.count()).select_from(outbox)
    while time.monotonic() < until:
        with opened.catalogue.engine.connect() as connection:
            known = particulars(connection)
            is_listed = size <= 50_000 or int(known.get("probes", 0)) > 0
            if is_listed and not connection.execute(left).scalar_one():
                return
        time.sleep(1)
    raise SystemExit("Milvus was not fed in time")


def asked(opened: OpenIndex, questions: list[str]) -> tuple[list[set[int]], list[float]]:
    """The ten hits of each question, and the median and the 95th percentile of a search's milliseconds."""
    found, times = [], []
    for question in questions:
        opened.encoder.encode_queries([question])  # which remembers it
        began = time.perf_counter()
        hits = opened.retriever.search(question, 10)
        times.append(time.perf_counter() - began)
        found.append({hit.passage.id for hit in hits})
    return found, spread(times)


class Stand(NamedTuple):
    """Where the stores of one run are, and what all of them are given."""

    folder: Path
    server: MilvusServer
    postgres: Postgres
    encoder: Encoder
    questions: list[str]


def compare(base: Path, size: int, stand: Stand, only: str) -> None:
    """A line for each store over the same passages."""
    truth, files = None, None
    lite = str(stand.folder / f"{size}.db")
    for name, uri, database in (
        ("files (FAISS, tantivy)", "", ""),
        ("SQLite, Milvus Lite", lite, ""),
        ("SQLite, Milvus 2.3.5", stand.server.uri, ""),
        ("PostgreSQL, Milvus 2.3.5", stand.server.uri, stand.postgres.new_database()),
    ):
        if uri and only not in name:
            continue
        place = stand.folder / f"{size} {name}"
        shutil.copytree(base, place)
        began = time.monotonic()
        store = "milvus" if uri else "faiss"
        if database:
            migrate(
                place, database, store=store, milvus_uri=uri, encoder=stand.encoder, on_copied=lambda _, __: None
            )
        opened = open_index(place, encoder=stand.encoder, database=database, store=store, milvus_uri=uri)
        try:
            if uri:
                wait_until_fed(opened, size)
            ready = time.monotonic() - began
            truth = truth or truth_of(opened, stand.questions)
            until = time.monotonic() + _PATIENCE
            while (reached := recall(opened, truth)) < _ENOUGH and time.monotonic() < until:
                time.sleep(5)  # lists of vectors find less just after they were filled
            found, (half, most) = asked(opened, stand.questions)
            files = files or found
            same = sum(one == other for one, other in zip(found, files, strict=True))
            line = f"{reached:>9.4f}  {same:>4}/{len(found):<4} {half:>7.1f} {most:>7.1f} {ready:>8.0f}"
            print(f"{size:>7,}  {name:26} {line}", flush=True)
        finally:
            opened.close()
            shutil.rmtree(place)


def main() -> None:
    """Fill every store with each number of passages, ask them all, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 60_000])
    parser.add_argument("--questions", type=int, default=120)
    parser.add_argument("--only", default="", metavar="TEXT", help="files, and stores with this in their name")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    sentences = texts(options.cache, options.folders, max(options.sizes))[: max(options.sizes)]
    encoder = encoder_of_sentences()
    questions = questions_of(options.folders[0], options.questions)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server, postgres = MilvusServer(folder / "server"), Postgres()
        stack.callback(server.kill)
        stack.callback(postgres.close)
        server.start()
        print("passages store                      recall@10   same ten     p50     p95  ready, s")
        for size in options.sizes:
            build(options.cache, encoder, sentences[:size])
            base = options.cache / f"{size}.index"
            compare(base, size, Stand(folder, server, postgres, encoder, questions), options.only)


if __name__ == "__main__":
    main()
