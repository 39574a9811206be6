"""Sentences and a question into the numbers that a sentence is judged by; judges nothing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from bot.cues import KINDS, asks_for, leans_back, new_things
from bot.form import Form, form_of
from bot.words import Idf, words
from index import Vectors

Features = NDArray[np.float64]
"""One row a sentence, one column a name of NAMES."""

NAMES = (
    "pooled", "passage", "pooled_gap", "before", "behind",
    "cover", "cover_gap", "cover_near", "cover_passage", "cover_title", "pairs", "missing_rarest",
    "first", "place", "length", "short", "many", "leans", "leans_next", "asks_question",
    "fits", "fits_only", "names", "numbers", "match", "match_gap", "match_low", "reach",
    *(f"asks_{kind}" for kind in KINDS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A question made ready: its unit vector `(d,)`, its stems in order, and how rare each stem is."""

    text: str
    vector: Vectors
    stems: tuple[str, ...]
    idf: Idf


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences that may be quoted, each passage's in order.

    `pooled`: `(n, d) float32`, unit rows: each sentence as read within its passage. That it is also read by
    itself was tried: best sentence .756 for .759 on ClapNQ, .686 for .679 on QED, at twice the encoding.
    `follows`: whether a sentence stands directly behind the one in the row before. `passage`: the number of its
    passage, from 0; `passages`: `(p, d)`, their vectors; `titles`: the title of each passage's article.
    `matches`: `(n, t)`, for each word of the question its best cosine with a word of the sentence, both read in
    their surroundings (late interaction).
    """

    texts: tuple[str, ...]
    pooled: Vectors
    follows: NDArray[np.bool_]
    passage: NDArray[np.intp]
    passages: Vectors
    titles: tuple[str, ...]
    matches: NDArray[np.float32]


def features(asked: Asked, of: Sentences) -> Features:
    """`(n, len(NAMES))`: what is seen of each sentence; every number is of the order of 1."""
    n = len(of.texts)
    forms = [form_of(text) for text in of.texts]
    columns: dict[str, NDArray[np.float64]] = {}
    pooled = (of.pooled @ asked.vector).astype(np.float64)
    columns["pooled"] = pooled
    columns["passage"] = (of.passages @ asked.vector).astype(np.float64)[of.passage]
    columns["pooled_gap"] = pooled - pooled.max()
    columns["before"] = np.r_[0.0, pooled[:-1]] * of.follows
    columns["behind"] = np.r_[(pooled * of.follows)[1:], 0.0]
    columns.update(_lexical(asked, of, forms))
    place = _places(of.passage)
    length = np.array([form.words for form in forms], np.float64)
    columns["first"] = (place == 0).astype(np.float64)
    columns["place"] = np.minimum(place, 10) / 10
    columns["length"] = np.log1p(length) / 4
    columns["short"] = (length < 5).astype(np.float64)
    columns["many"] = np.full(n, log(1 + min(n, 12)) / 3)
    leans = np.array([leans_back(text) for text in of.texts], np.float64)
    columns["leans"] = leans
    columns["leans_next"] = np.r_[(leans * of.follows)[1:], 0.0]
    columns["asks_question"] = np.array([text.rstrip().endswith("?") for text in of.texts], np.float64)
    kind = asks_for(asked.text)
    known = frozenset(words(asked.text))
    fits = np.array([new_things(kind, text, known) > 0 for text in of.texts], np.float64)
    columns["fits"] = fits
    columns["fits_only"] = fits * (1 - fits.mean())
    columns["names"] = np.log1p([new_things("who", text, known) for text in of.texts]) / 2
    columns["numbers"] = np.log1p([new_things("count", text, known) for text in of.texts]) / 2
    columns.update(_late(of))
    for each in KINDS:
        columns[f"asks_{each}"] = np.full(n, float(each == kind))
    return np.stack([columns[name] for name in NAMES], axis=1)


def _places(passage: NDArray[np.intp]) -> NDArray[np.float64]:
    """The place of each sentence in its passage, from 0."""
    met: Counter[int] = Counter()
    places = np.zeros(len(passage))
    for row, number in enumerate(passage.tolist()):
        places[row] = met[number]
        met[number] += 1
    return places


def _late(of: Sentences) -> dict[str, NDArray[np.float64]]:
    """How well each sentence, and its passage, matches the question's words one by one; zeros where it has none.

    `reach` is ColBERT's MaxSim (Khattab and Zaharia, 2020) of question and passage, as a mean over the words.
    """
    n = len(of.texts)
    if not of.matches.size:
        return dict.fromkeys(("match", "match_gap", "match_low", "reach"), np.zeros(n))
    each = of.matches.astype(np.float64)
    gap = np.maximum(each - each.max(0), -0.3)
    reach = [each[of.passage == p].max(0, initial=0).mean() for p in range(len(of.titles))]
    return {
        "match": each.mean(1),
        "match_gap": gap.mean(1),
        "match_low": np.sort(each, axis=1)[:, :3].mean(1),
        "reach": np.array(reach)[of.passage],
    }


def _lexical(asked: Asked, of: Sentences, forms: Sequence[Form]) -> dict[str, NDArray[np.float64]]:
    """Which share of the question's words, weighted by rarity, stands in the sentence and around it."""
    held = [form.held for form in forms]
    titles = [form_of(title).held for title in of.titles]
    weight = {word: asked.idf(word) for word in asked.stems}
    total = sum(weight.values()) or 1.0

    def share(found: frozenset[str]) -> float:
        return sum(value for word, value in weight.items() if word in found) / total

    cover = np.array([share(each) for each in held])
    front = [titles[p] for p in of.passage]
    joined = of.follows[1:].tolist()
    none: list[frozenset[str]] = [frozenset()]
    ahead = none + [each if follows else none[0] for each, follows in zip(held, joined, strict=False)]
    behind = [each if follows else none[0] for each, follows in zip(held[1:], joined, strict=True)] + none
    near = [frozenset().union(*four) for four in zip(front, held, ahead, behind, strict=True)]
    whole = [titles[p].union(*(held[j] for j in np.flatnonzero(of.passage == p))) for p in range(len(titles))]
    covers = np.array([share(each) for each in whole])
    pairs = set(pairwise(asked.stems))
    rarest = max(weight, key=lambda word: weight[word], default="")
    return {
        "cover": cover,
        "cover_gap": cover - cover.max(),
        "cover_near": np.array([share(each) for each in near]),
        "cover_passage": covers[of.passage],
        "cover_title": np.array([share(each) for each in front]),
        "pairs": np.array([_pairs_in(form, pairs) for form in forms]),
        "missing_rarest": np.array([float(rarest not in each) for each in map(frozenset.union, held, front)]),
    }


def _pairs_in(form: Form, pairs: set[tuple[str, str]]) -> float:
    """The share of the question's neighbouring stems that also stand side by side in the text."""
    return len(pairs.intersection(pairwise(form.stems))) / len(pairs) if pairs else 0.0
