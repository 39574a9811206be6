"""The whole pipeline of a build against its encoder alone: python -m tests.benchmarks.build [--articles 40]

The encoder alone is given the same passages, with their titles and sentences, in the same batches. The two take
turns; medians are told, of the clock and of the processor's time, which a busy machine disturbs less.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from index import Encoder, add, find_encoder, open_index, read_file
from index.derive import split_for
from index.encoding import BATCH

ARTICLES = Path(__file__).parent.parent.parent / "docs" / "articles"


class Cost(NamedTuple):
    """Seconds by the clock and of the processor."""

    clock: float
    processor: float


class Compared(NamedTuple):
    """So many passages, alone and by the whole pipeline; `share` is how much of the bare rate the pipeline reaches."""

    passages: int
    alone: Cost
    whole: Cost

    @property
    def share(self) -> float:
        """The pipeline's passages a second over the bare encoder's."""
        return self.alone.clock / self.whole.clock


def cost(run: Callable[[], object]) -> Cost:
    """What one call costs."""
    clock, processor = time.perf_counter(), time.process_time()
    run()
    return Cost(time.perf_counter() - clock, time.process_time() - processor)


def write_articles(folder: Path, number: int) -> None:
    """The sample articles over and over, three to a file and each time told apart, so that none is a copy."""
    texts = [article.text for path in sorted(ARTICLES.iterdir()) for article in read_file(path)]
    for at in range(number):
        parts = [texts[(at * 3 + part) % len(texts)] for part in range(3)]
        body = "\n\n".join(f"Part {part} of {at}. {text}" for part, text in enumerate(parts))
        (folder / f"{at:05}.txt").write_text(f"Article {at}\n\n{body}\n")


def compare(encoder: Encoder, folder: Path, repeat: int = 3) -> Compared:
    """Build an index of a folder, and encode the same passages alone; medians of each."""
    titles, texts, spans = [], [], []
    for path in sorted(folder.iterdir()):
        for article in read_file(path):
            for each in split_for(encoder, article):
                titles.append(article.title)
                texts.append(article.text[each[0][0] : each[-1][1]])
                spans.append([(start - each[0][0], end - each[0][0]) for start, end in each])

    def alone() -> None:
        for at in range(0, len(texts), BATCH):
            here = slice(at, at + BATCH)
            encoder.encode_passages(titles[here], texts[here], spans[here])

    with tempfile.TemporaryDirectory() as place:  # what is loaded once is not what a passage costs
        index = open_index(Path(place, "a.index"), encoder=encoder)
        add(index.builder, [next(folder.iterdir())])
        index.close()
    costs: list[tuple[Cost, Cost]] = []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as place:
            index = open_index(Path(place, "a.index"), encoder=encoder)
            costs.append((cost(alone), cost(lambda index=index: add(index.builder, [folder]))))  # type: ignore[misc]
            assert index.catalogue.count()[1] == len(texts)
            index.close()
    first, second = zip(*costs, strict=True)
    return Compared(len(texts), _middle(first), _middle(second))


def _middle(costs: tuple[Cost, ...]) -> Cost:
    return Cost(median(each.clock for each in costs), median(each.processor for each in costs))


def main() -> None:
    """Print both rates and their share."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        write_articles(Path(place), options.articles)
        found = compare(find_encoder(), Path(place), options.repeat)
    print(f"| {found.passages} passages | passages/s | processor s |\n|---|---|---|")
    for name, each in (("the encoder alone", found.alone), ("the whole pipeline", found.whole)):
        print(f"| {name} | {found.passages / each.clock:.1f} | {each.processor:.1f} |")
    print(f"| share | {found.share:.0%} | {found.alone.processor / found.whole.processor:.0%} |")


if __name__ == "__main__":
    main()
