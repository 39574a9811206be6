"""Prints how finding depends on what a passage is: python -m tests.benchmarks.passage_size FOLDER [--sizes 64 128 254]

Passages of at most so many word pieces, each beginning where the one before ends or in its middle, with the title in
front of them or without. What an index really does is the largest size, without overlap, with titles.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from index import Article, Encoder, OpenIndex, Span, judge, judged_questions, mean, open_index, read_collection
from index.encode import load_encoder
from index.split import passages
from tests.benchmarks.retrieval import ways

MEASURES = ("hit@1", "recall@5", "RR@10", "nDCG@10")


def cut(encoder: Encoder, article: Article, size: int, overlap: bool) -> list[list[Span]]:
    """The passages of an article; with overlap, each but the last is followed by one that begins in its middle."""
    room = min(size, encoder.window - min(encoder.count_tokens([article.title])[0], encoder.title_window))
    whole = passages(article.text, encoder.count_tokens, room, article.language or "en")
    if not overlap:
        return whole
    found: list[list[Span]] = []
    for one, other in zip(whole, [*whole[1:], []], strict=True):
        found.append(one)
        if other:
            between = [*one[len(one) // 2 :], *other[: len(other) // 2]]
            if len(between) > 1 and one[-1][1] == other[0][0]:
                found.append(between)
    return found


@contextmanager
def index_with(encoder: Encoder, articles: Sequence[Article], size: int, overlap: bool) -> Iterator[OpenIndex]:
    """A real index of the articles, cut that way."""
    with (
        tempfile.TemporaryDirectory() as aside,
        patch("index.builder.split_for", lambda encoder, article: cut(encoder, article, size, overlap)),
    ):
        opened = open_index(Path(aside) / "articles.index", encoder=encoder)
        opened.builder.put([replace(each, origin=f"benchmark:{at}") for at, each in enumerate(articles)])
        yield opened
        opened.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[64, 128, 254])
    options = parser.parse_args()
    collection = read_collection(options.folder)
    encoder = load_encoder()
    qrels = {each.id: each.relevant for each in collection.questions}
    asked = {each.id: each for each in collection.questions}
    print(f"{'':44}{'passages':>10}" + "".join(f"{name:>10}" for name in MEASURES))
    for size in options.sizes:
        for overlap in (False, True):
            for titled in (True, False) if size == max(options.sizes) and not overlap else (True,):
                articles = [each if titled else replace(each, title="") for each in collection.articles]
                with index_with(encoder, articles, size, overlap) as opened:
                    way = ways(opened)["fused"]
                    run = {question: way(asked[question]) for question in judged_questions(qrels)}
                    scores = judge(qrels, run)
                    title = f"{size} word pieces{', overlapping' * overlap}{', no titles' * (not titled)}"
                    shown = "".join(f"{mean(scores[measure]):10.3f}" for measure in MEASURES)
                    print(f"{title:44}{opened.catalogue.count()[1]:10,}{shown}", flush=True)


if __name__ == "__main__":
    main()
