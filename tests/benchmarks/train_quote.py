"""Fits bot/quote_model.json: python -m tests.benchmarks.train_quote FOLDER [--write]; FOLDER holds clapnq and qed.

Four logistic models: of a sentence (is it part of the answer?) and of all signals together (is there an answer?),
each for a text that was matched word by word and for passages of which only the index's vectors are at hand.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.candidates import from_text
from bot.confidence import SIGNALS, signals
from bot.features import NAMES, Asked, Sentences, features
from bot.words import idf_within, stems
from index import Encoder, Vectors, load_encoder
from tests.benchmarks.quote_rows import Row, clapnq, qed

Floats = NDArray[np.float64]
_MODEL = Path(__file__).parents[2] / "bot" / "quote_model.json"
_MATCHED = ("match", "match_gap", "match_low")
_ABSOLUTE = (
    "passage",
    "pooled",
    "match",
    "match_low",
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
_NEAR = 5


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

    def table(self, matched: bool) -> Floats:
        """The features of the row's own sentences."""
        return features(self.asked, self.of if matched else replace(self.of, matches=None))


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


def sentence_model(seen: Sequence[Seen], matched: bool) -> Model:
    """Fitted on every sentence, each collection weighing the same; how likely an answer is at all, on ClapNQ.

    Each text of QED holds an answer, of one sentence. So what tells that a text answers has weights of its own
    for QED, which are dropped: shared is only what tells one sentence of a text from another.
    """
    tables = np.concatenate([each.table(matched) for each in seen])
    count = {name: sum(len(e.row.cuts) for e in seen if e.row.collection == name) for name in _names(seen)}
    weights = np.concatenate([np.full(len(e.row.cuts), 1 / count[e.row.collection]) for e in seen])
    at_qed = np.concatenate([np.full(len(e.row.cuts), float(e.row.collection == "qed")) for e in seen])[:, None]
    own = [i for i, name in enumerate(NAMES) if name in _ABSOLUTE]
    columns = [i for i, name in enumerate(NAMES) if name in _SENTENCE and (matched or name not in _MATCHED)]
    if 0 < at_qed.mean() < 1:
        extra = np.hstack([at_qed, at_qed * tables[:, own]])
        columns = [*columns, *range(len(NAMES), len(NAMES) + extra.shape[1])]
        tables = np.hstack([tables, extra])
    labels = np.concatenate([each.labels for each in seen])
    model = fit(tables, labels, columns, weights * len(weights) / weights.sum())
    return Model(model.weights[: len(NAMES)], model.bias)


def text_signals(seen: Sequence[Seen], model: Model, matched: bool) -> Floats:
    """The signals of each row's own text."""
    return np.array([signals(x, model(x)) for x in (each.table(matched) for each in seen)])


def pool_signals(seen: Sequence[Seen], pool: Sequence[Seen], model: Model) -> Floats:
    """The signals of each question's nearest passages of the pool, as an index holds them."""
    whole: Vectors = np.stack([each.of.passages[0] for each in pool])
    found = []
    for each in seen:
        near = np.argsort(-(whole @ each.asked.vector), kind="stable")[:_NEAR]
        of = joined([pool[i].of for i in near])
        x = features(replace(each.asked, idf=idf_within(map(stems, of.texts))), of)
        found.append(signals(x, model(x)))
    return np.array(found)


def joined(of: Sequence[Sentences]) -> Sentences:
    """The sentences of several texts as those of several hits."""
    before = np.cumsum([0, *(len(each.passages) for each in of[:-1])])
    return Sentences(
        texts=tuple(text for each in of for text in each.texts),
        pooled=np.concatenate([each.pooled for each in of]),
        follows=np.concatenate([each.follows for each in of]),
        passage=np.concatenate([each.passage + n for each, n in zip(of, before, strict=True)]),
        passages=np.concatenate([each.passages for each in of]),
        titles=tuple(title for each in of for title in each.titles),
    )


def answer_model(seen_signals: Floats, labels: Floats, matched: bool) -> Model:
    """Fitted on one row of signals a question."""
    columns = [i for i, name in enumerate(SIGNALS) if matched or name not in _MATCHED]
    return fit(seen_signals, labels, columns, np.ones(len(labels)), decay=20.0)


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
    seen = see(with_strangers([*clapnq(options.folder), *qed(options.folder)]), load_encoder())
    text = json.dumps(fitted(seen), indent=1) + "\n"
    if options.write:
        _MODEL.write_text(text, "utf-8")
    else:
        print(text)


def fitted(seen: Sequence[Seen]) -> dict[str, object]:
    """The four models, with the thresholds that cross-validation chose (see tests/benchmarks/quoting.py)."""
    own = [each for each in seen if each.row.collection != "stranger"]
    matched, kept = sentence_model(own, True), sentence_model(own, False)
    answered = np.array([float(bool(each.row.gold)) for each in seen])
    pool = [each for each in own if each.row.collection == "clapnq"]
    pooled = pool_signals(own, pool, kept)
    in_pool = np.array([float(each.row.collection == "clapnq" and bool(each.row.gold)) for each in own])
    return {
        "about": "fitted by tests/benchmarks/train_quote.py on ClapNQ dev (Apache-2.0) and QED dev (CC BY-SA 3.0)",
        "sentence_matched": shown(matched, NAMES, 0.3),
        "sentence": shown(kept, NAMES, 0.28),
        "answer_matched": shown(answer_model(text_signals(seen, matched, True), answered, True), SIGNALS, 0.4),
        "answer": shown(answer_model(pooled, in_pool, False), SIGNALS, 0.25),
    }


if __name__ == "__main__":
    main()
