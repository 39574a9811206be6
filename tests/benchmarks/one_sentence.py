"""The real encoder, told so that every sentence becomes a passage: a million passages from a million sentences."""

from __future__ import annotations

from collections.abc import Sequence

from index import Encoded, Encoder, Span, Vectors


class OneSentence:
    """An `index.ports.Encoder` whose vectors are the real encoder's; a title is not read, an article has none."""

    window = 10
    title_window = 1

    def __init__(self, real: Encoder) -> None:
        self._real = real
        self.name = f"{real.name}, a sentence at a time"
        self.digest = real.digest
        self.dimension = real.dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """A number of which a passage holds one."""
        return [self.window - self.title_window] * len(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `index.ports.Encoder`."""
        return self._real.encode_queries(texts)

    def read_queries(self, texts: Sequence[str]) -> Encoded:
        """See `index.ports.Encoder`."""
        return self._real.read_queries(texts)

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        """See `index.ports.Encoder`."""
        return self._real.encode_passages([""] * len(texts), texts, spans)
