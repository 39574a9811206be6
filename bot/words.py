"""Text into the words that carry its meaning: lower case, stemmed, stop words left out; quotes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from math import log

from index import word_spans

Idf = Callable[[str], float]
"""A stem -> how rare it is, larger for rarer, never below 0."""

_STOP = frozenset(
    """
    a an the and or but if then than so as of at by for from in into on onto to up with without about over
    under between through during after before above below out off again further once is are was were be been
    being am do does did doing done have has had having can could may might must shall should will would
    ought i me my mine we us our ours you your yours he him his she her hers it its they them their theirs
    this that these those there here who whom whose which what when where why how all any both each few more
    most other some such no nor not only own same too very just also s t d ll m re ve don isn aren wasn
    weren doesn didn hasn haven hadn couldn wouldn shouldn won tell give list describe explain name please
    know
    """.split()  # noqa: SIM905
)
_local = threading.local()


def words(text: str) -> list[str]:
    """The words of `text` in lower case, in order."""
    lower = text.lower()
    return [lower[start:end] for start, end in word_spans(lower)]


def is_stop_word(word: str) -> bool:
    """Whether a word in lower case carries no meaning of its own."""
    return word in _STOP


def stems(text: str) -> list[str]:
    """The stems of the words of `text` that are no stop words, in order."""
    return stems_of(words(text))


def stems_of(row: Iterable[str]) -> list[str]:
    """The stems of the words in lower case that are no stop words, in order."""
    return [stem(word) for word in row if word not in _STOP]


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The English Snowball stem of one word in lower case."""
    stemmer: Callable[[str], str] | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        import snowballstemmer

        # A stemmer keeps the word it works on in itself, so each thread has its own.
        stemmer = _local.stemmer = snowballstemmer.stemmer("english").stemWord
    return stemmer(word.encode("utf-8", "replace").decode("utf-8"))  # a lone surrogate has no letters in C


def idf_within(texts: Iterable[Iterable[str]]) -> Idf:
    """How rare each stem is among these lists of stems: `log(1 + (n - df + .5) / (df + .5))`, as BM25 has it."""
    count: dict[str, int] = {}
    n = 0
    for each in texts:
        n += 1
        for word in set(each):
            count[word] = count.get(word, 0) + 1
    return lambda word: log(1 + (n - (df := count.get(word, 0)) + 0.5) / (df + 0.5))
