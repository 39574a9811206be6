"""What is kept of the inside of a passage: each sentence's vector in bytes, each word's in bits, as rows of one array.

A word is worth 48 bytes where its vector has 384 numbers: only their signs are kept. On ClapNQ and QED sentences were
chosen as well by them as by the vectors themselves (best sentence .783 and .686, of .783 and .697; docs/benchmarks.md).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.ports import Vectors

Rows = NDArray[np.int8]
"""`(r, d)`: a row for each sentence, then one for every eight words."""

_TOGETHER = 8


class Inside(NamedTuple):
    """`sentences`: `(m, d) float32`, unit rows. `words`: `(w, d) float32`, unit rows, all of whose numbers are
    `1 / sqrt(d)` or its negative: the cosine with another vector comes out too small by about `sqrt(2 / pi)`."""

    sentences: Vectors
    words: Vectors


def packed(inside: Inside) -> Rows:
    """As it is kept."""
    m, d = inside.sentences.shape
    # Scaled so that its largest number is 127; the scale does not matter to a unit vector.
    largest = np.maximum(np.abs(inside.sentences).max(axis=1, keepdims=True, initial=0), 1e-12)
    sentences = np.rint(inside.sentences / largest * 127).astype(np.int8)
    blocks = -(-len(inside.words) // _TOGETHER)
    signs = np.zeros((blocks * _TOGETHER, d), np.bool_)
    signs[: len(inside.words)] = inside.words > 0
    # Number j of eight words in one byte: so a row is as wide as a sentence's, whatever d is.
    bits = np.packbits(signs.reshape(blocks, _TOGETHER, d), axis=1).reshape(blocks, d)
    return np.concatenate([sentences.reshape(m, d), bits.view(np.int8)])


def unpacked(rows: Rows, sentences: int) -> Inside:
    """What was packed, where there were so many sentences; the words made up to a multiple of eight."""
    wide = np.asarray(rows[:sentences], np.float32)
    units = wide / np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12)
    d = rows.shape[1]
    bits = np.ascontiguousarray(rows[sentences:]).view(np.uint8).reshape(-1, 1, d)
    # As `word_signs` has them, by as few passes over the numbers as there can be: 1 and 0 into one and minus one.
    words = np.unpackbits(bits, axis=1).reshape(-1, d).astype(np.float32)
    words *= 2 * _one(d)
    words -= _one(d)
    return Inside(np.asarray(units, np.float32), words)


def word_signs(words: Vectors) -> Vectors:
    """Vectors of words as they come back after they were kept."""
    one = _one(words.shape[1])
    return np.where(words > 0, one, -one)


def _one(d: int) -> np.float32:
    return np.float32(1 / np.sqrt(max(d, 1)))
