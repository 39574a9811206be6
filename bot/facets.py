"""What the articles can be narrowed by, with counts that fit what is chosen already; narrows nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import Filters, OpenIndex, months_under, names_under

# How many passages that share a word with the question tell which articles it is about.
_MATCHING = 1_000


@dataclass(frozen=True, slots=True)
class Facets:
    """The number of articles by source, author and language, most first, and by (year, month), in order of time.

    Each is counted among the articles that pass the other filters, so that a choice within it can be widened.
    `is_matching` tells whether the months count only articles that share a telling word with the question.
    """

    sources: Sequence[tuple[str, int]] = ()
    authors: Sequence[tuple[str, int]] = ()
    languages: Sequence[tuple[str, int]] = ()
    months: Mapping[tuple[int, int], int] = field(default_factory=dict)
    is_matching: bool = False


def facets(index: OpenIndex, filters: Filters, question: str = "") -> Facets:
    """The facets under these filters; with a question, the months count the articles that share a word with it."""
    catalogue = index.catalogue
    whenever = replace(filters, after=None, before=None)
    matching: Mapping[tuple[int, int], int] = {}
    if question:
        found = [i for i, _ in index.retriever.rankers()["lexical"](question, _MATCHING, None)]
        matching = months_under(catalogue, whenever, found)
    return Facets(
        names_under(catalogue, "source", replace(filters, sources=())),
        names_under(catalogue, "author", replace(filters, authors=())),
        names_under(catalogue, "language", replace(filters, languages=())),
        matching or months_under(catalogue, whenever),
        bool(matching),
    )
