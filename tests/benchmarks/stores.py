"""Whether every store finds what the embedded one finds: python -m tests.benchmarks.stores [--questions N].

The sample articles go into files, Milvus Lite, a real Milvus 2.3.5 and, with PostgreSQL's postings, both together. A
question is a sentence of a passage. Printed are how many questions have the very same ten hits (ties apart), the
share of the embedded ten that is found, and the median time of a search on this machine.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import func, select

from index import OpenIndex, add, open_index
from index.shared.tables import outbox
from tests.milvus_server import MilvusServer
from tests.postgres import Postgres

_ARTICLES = Path(__file__).parents[2] / "docs" / "articles"
_PATIENCE = 300.0

Found = list[list[tuple[float, int]]]


def questions(opened: OpenIndex, number: int) -> list[str]:
    """Sentences, each of another passage, the same every time."""
    passages = opened.catalogue.passages(opened.catalogue.passage_ids().tolist())
    articles = opened.catalogue.articles({each.article_id for each in passages.values()})
    chosen = random.Random(0).sample(sorted(passages), min(number, len(passages)))
    spans = [(articles[passages[i].article_id].text, passages[i].sentences[0]) for i in chosen]
    return [text[start:end] for text, (start, end) in spans]


def asked(opened: OpenIndex, texts: list[str]) -> tuple[Found, float]:
    """The ten hits of each question, by score and then id, and the median time in milliseconds."""
    found: Found = []
    times = []
    for text in texts:
        opened.encoder.encode_queries([text])
        began = time.perf_counter()
        hits = opened.retriever.search(text, 10)
        times.append(1_000 * (time.perf_counter() - began))
        found.append(sorted((-round(hit.score, 3), hit.passage.id) for hit in hits))
    return found, statistics.median(times)


def wait_until_fed(opened: OpenIndex) -> None:
    """Until Milvus has been told everything and finds it by itself."""
    until = time.monotonic() + _PATIENCE
    left = select(func.count()).select_from(outbox)
    while time.monotonic() < until:
        with opened.catalogue.engine.connect() as connection:
            if not connection.execute(left).scalar_one():
                return
        time.sleep(1)
    raise SystemExit("Milvus was not fed in time")


def main() -> None:
    """Fill every store, ask them all, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=100)
    number = parser.parse_args().questions
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server, postgres = MilvusServer(folder / "server"), Postgres()
        stack.callback(server.kill)
        stack.callback(postgres.close)
        server.start()
        stores = {
            "files (FAISS, tantivy)": {},
            "SQLite, Milvus Lite": {"store": "milvus", "milvus_uri": str(folder / "lite.db")},
            "SQLite, Milvus 2.3.5": {"store": "milvus", "milvus_uri": server.uri},
            "PostgreSQL, Milvus 2.3.5": {
                "store": "milvus",
                "milvus_uri": server.uri,
                "database": postgres.new_database(),
            },
        }
        out = sys.stdout.write
        out(f"{'store':26}  {'same ten':>9}  {'recall@10':>9}  {'ms':>7}\n")
        texts: list[str] = []
        embedded: Found = []
        for name, options in stores.items():
            opened = open_index(folder / name.replace(" ", "-"), **options)  # type: ignore[arg-type]  # all texts
            stack.callback(opened.close)
            add(opened.builder, [str(_ARTICLES)])
            if options:
                wait_until_fed(opened)
            texts = texts or questions(opened, number)
            found, took = asked(opened, texts)
            embedded = embedded or found
            same = sum(one == other for one, other in zip(found, embedded, strict=True))
            ids = [({i for _, i in one}, {i for _, i in other}) for one, other in zip(found, embedded, strict=True)]
            recall = statistics.mean(len(one & other) / len(other) for one, other in ids)
            out(f"{name:26}  {same:>4}/{len(texts):<4}  {recall:>9.3f}  {took:>7.1f}\n")


if __name__ == "__main__":
    main()
