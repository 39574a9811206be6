"""Fits bot/quote_model.json: python -m tests.benchmarks.train_quote FOLDER [--write]; FOLDER holds clapnq and qed.

Three logistic models: of a sentence (is it part of the answer?), and of all signals together (is there an answer?),
once for one text that is given and once for the hits of an index, which is really made and searched.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.bot import CANDIDATES
from bot.candidates import from_hits, from_text
from bot.confidence import SIGNALS, signals
from bot.features import NAMES, Asked, Sentences, features
from bot.words import idf_within, stems
from index import Article, Encoder, OpenIndex, find_encoder, open_index
from tests.benchmarks.quote_rows import Row, clapnq, qed

Floats = NDArray[np.float64]
_MODEL = Path(__file__).parents[2] / "bot" / "quote_model.json"
_ABSOLUTE = (
    "passage",
    "pooled",
    "match",
    "match_low",
    "reach",
    "cover",
    "cover_passage",
    "cover_near",
    "missing_rarest",
)
_SENTENCE = (
    *_ABSOLUTE, "pooled_gap", "match_gap", "cover_gap", "cover_title", "first", "length", "fits", "fits_only", "leans",
    "names", "numbers",
)  # fmt: skip
_FOLDS = 5
THRESHOLD = 0.1


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model of all columns, those without a weight being 0."""

    weights: Floats
    bias: float

    def __call__(self, rows: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-np.clip(rows @ self.weights + self.bias, -30, 30))))


@dataclass(frozen=True, slots=True)
class Seen:
    """A row, its sentences as they were read, and its question."""

    row: Row
    of: Sentences
    asked: Asked

    @property
    def labels(self) -> Floats:
        """1 for each sentence that people chose."""
        return np.array([cut in self.row.gold for cut in self.row.cuts], np.float64)

    def table(self) -> Floats:
        """The features of the row's own sentences."""
        return features(self.asked, self.of)


def fit(rows: Floats, labels: Floats, columns: Sequence[int], weights: Floats, decay: float = 10.0) -> Model:
    """A weighted logistic regression by Newton's method, on standardised columns with `decay` / 2 * |w|^2."""
    x = rows[:, columns]
    middle, spread = x.mean(0), x.std(0) + 1e-6
    x = np.hstack([(x - middle) / spread, np.ones((len(x), 1))])
    penalty = np.diag([decay] * len(columns) + [0.0])
    w = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (weights * (labels - p)) - penalty @ w
        w += np.linalg.solve((x * (weights * p * (1 - p))[:, None]).T @ x + penalty, slope)
    whole = np.zeros(rows.shape[1])
    whole[list(columns)] = w[:-1] / spread
    return Model(whole, float(w[-1] - (w[:-1] * middle / spread).sum()))


def see(rows: Sequence[Row], encoder: Encoder) -> list[Seen]:
    """Every row read by the encoder, question and text."""
    seen = []
    for row in rows:
        _, of = from_text(row.article, encoder, row.question, row.cuts)
        vector = encoder.encode_queries([row.question])[0]
        asked = Asked(row.question, vector, tuple(stems(row.question)), idf_within(map(stems, of.texts)))
        seen.append(Seen(row, of, asked))
    return seen


def with_strangers(rows: Sequence[Row], seed: int = 0) -> list[Row]:
    """The rows, and every second question once more with a text of another title, which does not answer it."""
    draw = np.random.default_rng(seed)
    strangers = []
    for row in rows[::2]:
        other = rows[int(draw.integers(len(rows)))]
        if other.article.title != row.article.title:
            strangers.append(
                replace(row, collection="stranger", article=other.article, cuts=other.cuts, gold=frozenset())
            )
    return [*rows, *strangers]


def sentence_model(seen: Sequence[Seen]) -> Model:
    """Fitted on every sentence, each collection weighing the same; how likely an answer is at all, on ClapNQ.

    Each text of QED holds an answer, of one sentence. So what tells that a text answers has weights of its own
    for QED, which are dropped: shared is only what tells one sentence of a text from another.
    """
    tables = np.concatenate([each.table() for each in seen])
    count = {name: sum(len(e.row.cuts) for e in seen if e.row.collection == name) for name in _names(seen)}
    weights = np.concatenate([np.full(len(e.row.cuts), 1 / count[e.row.collection]) for e in seen])
    at_qed = np.concatenate([np.full(len(e.row.cuts), float(e.row.collection == "qed")) for e in seen])[:, None]
    own = [i for i, name in enumerate(NAMES) if name in _ABSOLUTE]
    columns = [i for i, name in enumerate(NAMES) if name in _SENTENCE]
    if 0 < at_qed.mean() < 1:
        extra = np.hstack([at_qed, at_qed * tables[:, own]])
        columns = [*columns, *range(len(NAMES), len(NAMES) + extra.shape[1])]
        tables = np.hstack([tables, extra])
    labels = np.concatenate([each.labels for each in seen])
    model = fit(tables, labels, columns, weights * len(weights) / weights.sum())
    return Model(model.weights[: len(NAMES)], model.bias)


def text_signals(seen: Sequence[Seen], model: Model) -> Floats:
    """The signals of each row's own text."""
    return np.array([signals(x, model(x)) for x in (each.table() for each in seen)])


@contextmanager
def index_of(articles: Iterable[Article], encoder: Encoder) -> Iterator[OpenIndex]:
    """A real index of these articles, each text once, made aside and dropped at the end."""
    once = {(each.title, each.text): each for each in articles}.values()
    with tempfile.TemporaryDirectory() as aside:
        opened = open_index(Path(aside) / "articles.index", encoder=encoder)
        opened.builder.put([replace(each, origin=f"benchmark:{i}") for i, each in enumerate(once)])
        yield opened
        opened.close()


def hit_tables(questions: Sequence[str], opened: OpenIndex) -> list[Floats]:
    """The features of the sentences of each question's hits, as the bot sees them; of no sentence where none is hit."""
    tables = []
    for question in questions:
        hits = opened.retriever.search(question, CANDIDATES)
        _, of = from_hits(hits, opened.encoder, question, opened.retriever.kept([hit.passage for hit in hits]))
        vector = opened.encoder.encode_queries([question])[0]
        tables.append(features(Asked(question, vector, tuple(stems(question)), opened.retriever.idf), of))
    return tables


def hit_signals(tables: Sequence[Floats], model: Model) -> Floats:
    """The signals of each table; of one without sentences those of a sentence that has nothing."""
    return np.array(
        [signals(x, model(x)) for x in (each if len(each) else np.zeros((1, len(NAMES))) for each in tables)]
    )


def pool_tables(seen: Sequence[Seen], encoder: Encoder) -> tuple[list[Floats], Floats]:
    """Every question put to an index of each collection, and 1 where that is its own and answers it.

    The tables of one collection's index come after those of the other's, each in the order of `seen`.
    """
    tables: list[Floats] = []
    labels: list[bool] = []
    for name in _names(seen):
        with index_of((each.row.article for each in seen if each.row.collection == name), encoder) as opened:
            tables += hit_tables([each.row.question for each in seen], opened)
        labels += [each.row.collection == name and bool(each.row.gold) for each in seen]
    return tables, np.array(labels, np.float64)


def answer_model(seen_signals: Floats, labels: Floats) -> Model:
    """Fitted on one row of signals a question."""
    return fit(seen_signals, labels, range(len(SIGNALS)), np.ones(len(labels)), decay=20.0)


def folds(n: int, seed: int = 0) -> list[NDArray[np.intp]]:
    """The numbers 0..n-1 in five parts."""
    return np.array_split(np.random.default_rng(seed).permutation(n), _FOLDS)


def _names(seen: Sequence[Seen]) -> list[str]:
    return sorted({each.row.collection for each in seen})


def shown(model: Model, names: Sequence[str], threshold: float) -> dict[str, object]:
    """The model as it is written."""
    kept = {name: round(float(w), 4) for name, w in zip(names, model.weights, strict=True) if w}
    return {"weights": kept, "bias": round(model.bias, 4), "threshold": threshold}


def main() -> None:
    """Fit on everything and, if asked to, write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="write bot/quote_model.json instead of showing it")
    options = parser.parse_args()
    encoder = find_encoder()
    seen = see(with_strangers([*clapnq(options.folder), *qed(options.folder)]), encoder)
    text = json.dumps(fitted(seen, encoder), indent=1) + "\n"
    if options.write:
        _MODEL.write_text(text, "utf-8")
    else:
        print(text)


def fitted(seen: Sequence[Seen], encoder: Encoder) -> dict[str, object]:
    """The three models, with the thresholds that cross-validation chose (see quoting.py and declining.py)."""
    own = [each for each in seen if each.row.collection != "stranger"]
    model = sentence_model(own)
    answered = np.array([float(bool(each.row.gold)) for each in seen])
    tables, labels = pool_tables(own, encoder)
    return {
        "about": "fitted by tests/benchmarks/train_quote.py on ClapNQ dev (Apache-2.0) and QED dev (CC BY-SA 3.0)",
        "sentence": shown(model, NAMES, 0.3),
        "answer": shown(answer_model(hit_signals(tables, model), labels), SIGNALS, THRESHOLD),
        "answer_in_text": shown(answer_model(text_signals(seen, model), answered), SIGNALS, 0.4),
    }


if __name__ == "__main__":
    main()
