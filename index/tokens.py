"""Texts as word pieces, with the characters that each covers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tokenizers import Tokenizer

from index.article import Span


class Pieces(NamedTuple):
    """The word pieces of one text and the characters each stands for; special ones stand for none."""

    ids: list[int]
    offsets: list[Span]


class Tokens:
    """A fast tokenizer, safe to use from many threads.

    Padding or truncation set per call is not ("Already borrowed"), so there are two: one that counts, and
    one that cuts to `limit` word pieces.
    """

    def __init__(self, tokenizer: str, limit: int) -> None:
        self._whole = Tokenizer.from_str(tokenizer)
        self._whole.no_padding()
        self._whole.no_truncation()
        self._cutting = Tokenizer.from_str(tokenizer)
        self._cutting.no_padding()
        self._cutting.enable_truncation(limit)
        self.special = int(self._whole.num_special_tokens_to_add(is_pair=False))

    def count(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        return [len(e.ids) for e in self._whole.encode_batch_fast(list(texts), add_special_tokens=False)]

    def head(self, text: str, count: int) -> str:
        """The text up to the end of its word piece number `count`; all of it when it has no more."""
        offsets = self._whole.encode(text, add_special_tokens=False).offsets
        return text if len(offsets) <= count else text[: offsets[count - 1][1]]

    def cut(self, texts: Sequence[str]) -> list[Pieces]:
        """The word pieces of each text with the special ones, cut to the limit."""
        return [Pieces(e.ids, e.offsets) for e in self._cutting.encode_batch(list(texts))]
