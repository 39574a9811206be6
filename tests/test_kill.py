"""A build that is killed at any moment leaves whole articles, an index that opens, and a rest that can be added."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from index import AddReport, add, open_index
from index.generation import damaged_files
from index.snapshot import Snapshot
from tests.small_encoder import SmallEncoder

ROOT = Path(__file__).parent.parent
ARTICLES = 120
# Small batches and a moment for each passage, so that a kill falls into every stage of a build.
BUILD = """
import sys, time
import index.encoding, index.instalment, index.pipeline
from index import add, open_index
from tests.small_encoder import SmallEncoder

class Slow(SmallEncoder):
    def encode_passages(self, titles, texts, spans=None):
        time.sleep(0.002 * len(texts))
        return super().encode_passages(titles, texts, spans)

index.encoding.BATCH, index.pipeline.BATCH, index.instalment.MOST = 7, 7, 14
opened = open_index(sys.argv[1], encoder=Slow())
print("open", flush=True)
add(opened.builder, [sys.argv[2]])
print("done", flush=True)
"""


def text_of(n: int) -> str:
    return " ".join(f"Sentence {i} of article {n} is about subject{n}." for i in range(12))


def test_twenty_kills_lose_nothing(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    for n in range(ARTICLES):
        (articles / f"{n:03}.txt").write_text(f"Title {n}\n\n{text_of(n)}\n")
    chance = random.Random(7)
    opened_late = 0
    for _ in range(20):
        build = subprocess.Popen(
            [sys.executable, "-c", BUILD, str(tmp_path / "a.index"), str(articles)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert build.stdout is not None
        if build.stdout.readline() == "open\n":
            opened_late += 1
            time.sleep(chance.uniform(0, 0.5))
        build.kill()
        build.wait(30)
        build.stdout.close()

        index = open_index(tmp_path / "a.index", encoder=SmallEncoder())
        wanted = index.catalogue.passage_ids()
        snapshot = index.retriever.snapshot
        assert isinstance(snapshot, Snapshot)
        assert np.array_equal(snapshot.vectors.ids(), wanted)
        assert np.array_equal(snapshot.words.ids(), wanted)
        assert damaged_files(index.folder, snapshot.manifest) == []
        for article_id in index.catalogue.all_articles():
            article = index.catalogue.article(article_id)
            assert article.text.strip() == text_of(int(article.title.split()[1]))
            passages = index.catalogue.passages_of(article_id)
            assert "".join(article.text[p.start : p.end] for p in passages) == article.text
        index.close()
    assert opened_late > 10

    index = open_index(tmp_path / "a.index", encoder=SmallEncoder())
    before = index.catalogue.count()[0]
    assert add(index.builder, [articles]) == AddReport(added=ARTICLES - before, unchanged=before)
    for n in range(ARTICLES):
        assert index.retriever.search(f"subject{n}", 1)[0].article.title == f"Title {n}"
    index.close()
