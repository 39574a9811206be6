"""Questions with the sentences that people chose for them, read from the folders that the benchmarks are given."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from index import Article, Span


@dataclass(frozen=True, slots=True)
class Row:
    """A question, a text, the text's sentences, and those of them that answer; none when it does not answer."""

    collection: str
    question: str
    article: Article
    cuts: tuple[Span, ...]
    gold: frozenset[Span]


def clapnq(folder: Path) -> list[Row]:
    """ClapNQ: a sentence answers when any of the row's annotators chose it."""
    return [
        Row("clapnq", row["input"], article, cuts, frozenset(_chosen(row, article.text, cuts)))
        for name in ("answerable", "unanswerable")
        for row in _lines(folder / "clapnq" / f"clapnq_dev_{name}.jsonl")
        for article, cuts in [_passage(row["passages"][0])]
        if name == "unanswerable" or list(_chosen(row, article.text, cuts))
    ]


def qed(folder: Path) -> list[Row]:
    """QED: the rows of which one sentence implies the answer."""
    rows = []
    for row in _lines(folder / "qed" / "qed-dev.jsonlines"):
        text = row["paragraph_text"]
        starts = [*row["sentence_starts"], len(text)]
        cuts = tuple((a, a + len(text[a:b].rstrip())) for a, b in pairwise(starts) if text[a:b].strip())
        chosen = row["annotation"].get("selected_sentence")
        if chosen:
            gold = frozenset((a, b) for a, b in cuts if a < chosen["end"] and b > chosen["start"])
            rows.append(Row("qed", row["question_text"], Article(row["title_text"], text), cuts, gold))
    return rows


def _passage(passage: dict[str, Any]) -> tuple[Article, tuple[Span, ...]]:  # any JSON
    text = passage["text"]
    cuts, at = [], 0
    for sentence in map(str.strip, passage["sentences"]):
        at = text.index(sentence, at)
        if sentence:
            cuts.append((at, at + len(sentence)))
        at += len(sentence)
    return Article(passage["title"], text), tuple(cuts)


def _chosen(row: dict[str, Any], text: str, cuts: tuple[Span, ...]) -> Iterator[Span]:  # any JSON
    chosen = {sentence.strip() for output in row["output"] for sentence in output["selected_sentences"]}
    return (cut for cut in cuts if text[cut[0] : cut[1]] in chosen)


def _lines(path: Path) -> list[dict[str, Any]]:  # any JSON
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
