"""Prints how well the right article is found in a folder's collection: by meaning, by words, and by both.

    python -m tests.benchmarks.retrieval FOLDER [--also FOLDER]

The index is the real one, made aside; the baselines stand beside what Pullquote does in the same run.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.reading import read_question
from index import Filters, Judged, OpenIndex, Ranking, judge, judged_questions, mean, open_index, read_collection

MEASURES = ("hit@1", "recall@1", "recall@5", "recall@20", "RR@10", "nDCG@5", "nDCG@10")
Way = Callable[[Judged], list[str]]


def ways(opened: OpenIndex) -> dict[str, Way]:
    """What a question is searched for, and how: name -> question -> article digests, best first."""
    rankers = opened.retriever.rankers()

    def articles(ranking: Ranking) -> list[str]:
        found = opened.catalogue.passages([i for i, _ in ranking])
        held = opened.catalogue.articles({passage.article_id for passage in found.values()})
        return list(dict.fromkeys(held[found[i].article_id].digest for i, _ in ranking if i in found))[:20]

    def fused(queries: Sequence[tuple[str, float]]) -> list[str]:
        return list(dict.fromkeys(hit.article.digest for hit in opened.retriever.search_blend(queries, 100)))[:20]

    return {
        "dense": lambda each: articles(rankers["dense"](each.question, 100, None)),
        "lexical": lambda each: articles(rankers["lexical"](each.question, 100, None)),
        "fused": lambda each: fused([(each.question, 1.0)]),
        "fused, last two questions joined": lambda each: fused(
            [(" ".join([*[turn for turn, _ in each.history][-1:], each.question]), 1.0)]
        ),
        "fused, follow-ups completed": lambda each: fused(
            read_question(each.question, each.history, Filters(), opened, date.today()).queries
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--also", type=Path, action="append", default=[], help="add only this one's articles")
    options = parser.parse_args()
    collection = read_collection(options.folder)
    beside = [article for folder in options.also for article in read_collection(folder).articles]
    qrels = {each.id: each.relevant for each in collection.questions}
    asked = {each.id: each for each in collection.questions}
    with tempfile.TemporaryDirectory() as aside:
        opened = open_index(Path(aside) / "articles.index")
        opened.builder.put(
            [replace(each, origin=f"{at}:{each.origin}") for at, each in enumerate([*collection.articles, *beside])]
        )
        articles, passages = opened.catalogue.count()
        questions = judged_questions(qrels)
        print(f"{collection.name}: {len(questions)} judged questions, {articles} articles, {passages} passages")
        print(f"{'':34}" + "".join(f"{name:>11}" for name in MEASURES) + f"{'ms, p50':>11}")
        follow = any(each.history for each in collection.questions)
        for name, way in ways(opened).items():
            if "," in name and not follow:
                continue
            run: dict[str, list[str]] = {}
            took = []
            for question in questions:
                start = time.perf_counter()
                run[question] = way(asked[question])
                took.append((time.perf_counter() - start) * 1000)
            scores = judge(qrels, run)
            shown = "".join(f"{mean(scores[measure]):11.4f}" for measure in MEASURES)
            print(f"{name:34}{shown}{sorted(took)[len(took) // 2]:11.1f}", flush=True)
        opened.close()


if __name__ == "__main__":
    main()
