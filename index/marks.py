"""Sets of texts in eight bytes each, so that a million origins take eight megabytes; they cannot be given back."""

from __future__ import annotations

from array import array
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


def mark_of(text: str) -> int:
    """64 bits of a text's BLAKE2b: among a million texts, any two share one with a chance of 3 in 10^8."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest(), "little")


class Marks:
    """Texts that were noted; best asked when all are in, since it sorts them anew after every addition."""

    def __init__(self) -> None:
        self._noted = array("Q")
        self._sorted: NDArray[np.uint64] | None = None

    def add(self, text: str) -> None:
        """Note a text."""
        self._noted.append(mark_of(text))
        self._sorted = None

    def __contains__(self, text: str) -> bool:
        if self._sorted is None:
            self._sorted = np.sort(np.array(self._noted, np.uint64))
        mark = np.uint64(mark_of(text))
        at = int(np.searchsorted(self._sorted, mark))
        return at < len(self._sorted) and bool(self._sorted[at] == mark)
