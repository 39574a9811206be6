"""An encoder that loads its model only when something has to be encoded, and remembers recent queries."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock, Thread

import numpy as np

from index.article import Span
from index.errors import ModelError
from index.ports import Encoded, Encoder, Vectors
from index.together import Together

# A question is read by the ranker and again when its quotes are chosen; 256 of them are some 4 MB.
_REMEMBERED = 256
_Read = tuple[Vectors, Vectors]
"""The vector of a query, and those of its words."""


class LazyEncoder:
    """An Encoder known by name, digest and dimension that calls `load` once, on its first use."""

    def __init__(
        self,
        name: str,
        digest: str,
        load: Callable[[], Encoder],
        elsewhere: Callable[[], Encoder] | None = None,
    ) -> None:
        self.name = name
        self.digest = digest
        self.elsewhere = elsewhere or load
        """Loads the same encoder on one core of whatever process it is sent to."""
        self._load = load
        self._loaded: Encoder | None = None
        self._loading = Lock()
        self._recent: OrderedDict[str, _Read] = OrderedDict()
        self._remembering = Lock()
        self._together = Together(self._read)

    @property
    def dimension(self) -> int:
        """The length of every vector."""
        return self.load().dimension

    @property
    def window(self) -> int:
        """See `index.ports.Encoder`."""
        return self.load().window

    @property
    def title_window(self) -> int:
        """See `index.ports.Encoder`."""
        return self.load().title_window

    def load(self) -> Encoder:
        """The encoder itself; the first call takes seconds, and other threads wait for it."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def begin(self) -> None:
        """Start to load in a thread of its own, so that the first question does not wait for all of it."""
        Thread(target=self._begin, name="loading the model").start()

    def _begin(self) -> None:
        with suppress(ModelError):  # whoever needs the model first is told
            self.encode_queries(["What is the first question?"])  # the first pass of a model also makes room

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """See `index.ports.Encoder`."""
        return self.load().count_tokens(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """`(n, d) float32`, unit rows; a query met lately is not encoded again."""
        return self.read_queries(texts).passages

    def read_queries(self, texts: Sequence[str]) -> Encoded:
        """See `index.ports.Encoder`; a query met lately is not encoded again."""
        with self._remembering:
            known = {text: self._recent[text] for text in texts if text in self._recent}
        fresh = [text for text in dict.fromkeys(texts) if text not in known]
        if fresh:
            known.update(zip(fresh, self._together(fresh), strict=True))
        with self._remembering:
            for text in texts:
                self._recent[text] = known[text]
                self._recent.move_to_end(text)
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        whole = np.stack([known[text][0] for text in texts]) if texts else np.zeros((0, self.dimension), np.float32)
        return Encoded(whole, [known[text][1] for text in texts])

    def _read(self, texts: list[str]) -> list[_Read]:
        return list(zip(*self.load().read_queries(texts), strict=True))

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        """See `index.ports.Encoder`."""
        return self.load().encode_passages(titles, texts, spans)
