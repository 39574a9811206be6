"""What a loaded model is to the encoder around it: how text goes in, and the two passes that run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.ports import Vectors

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model wants its text, as sentence-transformers understood the model's own files.

    `limit` counts word pieces with the special ones; `padding` is the id of the word piece that fills up.
    `does_more` says that something other than normalising follows the pooling of token vectors. `precision` is what
    OpenVINO multiplies in, "f32" or "bf16"; torch takes the weights as they are.
    """

    limit: int
    dimension: int
    padding: int
    query_prompt: str
    passage_prompt: str
    does_more: bool
    precision: str = "f32"


class Model(Protocol):
    """A loaded model. Both passes are safe to call from many threads.

    `tokenizer` is the JSON of a fast tokenizer. `workers` passes run at once without being in each other's
    way, each over at most `batch_tokens` word pieces, padding counted.
    """

    @property
    def recipe(self) -> Recipe: ...

    @property
    def tokenizer(self) -> str: ...

    @property
    def workers(self) -> int: ...

    @property
    def batch_tokens(self) -> int: ...

    def forward(self, ids: Integers, mask: Integers) -> tuple[Floats, Vectors]:
        """Token vectors `(b, t, h)` and text vectors `(b, d)` of one padded batch of word pieces `(b, t)`."""
        ...

    def finish(self, means: Floats) -> Floats:
        """`(n, h)` pooled token vectors, sent through what follows pooling; `(n, d)`."""
        ...
