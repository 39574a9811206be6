"""What the fast encoder loses against the reference: cosines, and what ClapNQ's questions find with either."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from index import Encoder, Vectors, find_encoder
from tests.benchmarks.quote_rows import Row, clapnq


def fidelity(folder: Path) -> dict[str, object]:
    """Mean and worst cosine to torch's fp32; hit@1 and R-precision of sentences by either encoder's cosines alone."""
    rows = [row for row in clapnq(folder) if row.gold]
    titles, texts = zip(
        *dict.fromkeys((row.article.title, row.article.text) for row in clapnq(folder)), strict=True
    )
    seen = {backend: _seen(find_encoder(backend=backend).load(), rows, titles, texts) for backend in BACKENDS}
    cosines = (seen["torch"][0] * seen["openvino"][0]).sum(axis=1)
    return {
        "passages": len(texts),
        "questions": len(rows),
        "cosine, mean": float(cosines.mean()),
        "cosine, worst": float(cosines.min()),
        **{f"hit@1, {name}": each[1] for name, each in seen.items()},
        **{f"R-precision, {name}": each[2] for name, each in seen.items()},
    }


BACKENDS = ("torch", "openvino")


def _seen(
    encoder: Encoder, rows: list[Row], titles: tuple[str, ...], texts: tuple[str, ...]
) -> tuple[Vectors, float, float]:
    cuts = {row.article.text: row.cuts for row in rows}
    encoded = encoder.encode_passages(titles, texts, [cuts.get(text, ()) for text in texts])
    asked = encoder.encode_queries([row.question for row in rows])
    place = {text: at for at, text in enumerate(texts)}
    right = np.array([place[row.article.text] for row in rows])
    hits = (encoded.passages @ asked.T).argmax(axis=0) == right
    precision = []
    for row, vector in zip(rows, asked, strict=True):
        order = np.argsort(-(encoded.sentences[place[row.article.text]] @ vector), kind="stable")
        first = order[: len(row.gold)]
        precision.append(sum(row.cuts[i] in row.gold for i in first) / len(row.gold))
    return encoded.passages, float(hits.mean()), float(np.mean(precision))
