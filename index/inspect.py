"""Whether everything in an index still is what was written to it; it changes nothing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.errors import IndexDamagedError
from index.opened import OpenIndex


def verify(index: OpenIndex) -> list[str]:
    """The faults found, a sentence each; empty when every article and file has the digest it was written with."""
    faults: list[str] = []
    for article_id in index.catalogue.all_articles():
        try:
            article = index.catalogue.article(article_id)
        except IndexDamagedError as error:
            faults.append(str(error))
            continue
        ends = [passage.end for passage in index.catalogue.passages_of(article_id)]
        if ends and max(ends) > len(article.text):
            faults.append(
                f"article {article_id!r} has a passage that ends beyond its text; remove it and add it again"
            )
    snapshot = index.retriever.snapshot
    cure = f"mend it with: python -m bot rebuild --index {index.folder}"
    faults += [f"{fault}; {cure}" for fault in snapshot.faults()]
    wanted = index.catalogue.passage_ids()
    return (
        faults
        + _differences("vectors", wanted, snapshot.vectors.ids(), cure)
        + _differences("words", wanted, snapshot.words.ids(), cure)
    )


def _differences(kind: str, wanted: NDArray[np.int64], held: NDArray[np.int64], cure: str) -> list[str]:
    lacking, surplus = len(np.setdiff1d(wanted, held)), len(np.setdiff1d(held, wanted))
    return [f"the {kind} lack {lacking} passages and have {surplus} too many; {cure}"] if lacking or surplus else []
