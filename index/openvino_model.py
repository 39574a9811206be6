"""A converted model, run by OpenVINO as a Model; nothing of torch is loaded here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.mapped import let_go
from index.ports import Vectors
from index.recipe import Floats, Integers, Recipe

if TYPE_CHECKING:
    from types import ModuleType

FORWARD, FINISH = "forward.xml", "finish.xml"
RECIPE, TOKENIZER = "recipe.json", "tokenizer.json"
# Reports that it was imported, so importing it shall fail; OpenVINO has a stand-in for that case.
_REPORTER = "openvino_telemetry"
# Converts models, which is done elsewhere; it takes half of the time of importing OpenVINO, which does without.
_CONVERTER = "openvino.tools.ovc"
_FIRST_USE = Lock()


class OpenVinoModel:
    """See `index.recipe.Model`.

    Every core runs passes of its own on one thread: two questions at once do not wait for each other's
    threads, and one question never spins at a barrier while another process has the second core.
    """

    # Small batches stay in a core's cache: on an EPYC core 1 passage at a time was a fifth faster than 8.
    batch_tokens = 512

    def __init__(self, folder: Path, recipe: Recipe, tokenizer: str, threads: int = 0) -> None:
        self.recipe = recipe
        self.tokenizer = tokenizer
        self.workers = threads or _cores()
        self._forward = _requests(folder / FORWARD, self.workers, recipe.precision)
        self._finish = _requests(folder / FINISH, self.workers, recipe.precision) if recipe.does_more else None
        # Compiling has read all weights, and the first pass of each request those that it lays out anew; a text needs
        # few of the pages behind them. Without the passes 41 MB of 90 came back for good.
        word = np.ones((1, 3), np.int64)
        for request in list(self._forward.queue):
            request.infer([word, word])
        for name in (FORWARD, FINISH):
            let_go((folder / name).with_suffix(".bin"))

    def forward(self, ids: Integers, mask: Integers) -> tuple[Floats, Vectors]:
        """See `index.recipe.Model`."""
        with _one_of(self._forward) as request:
            request.infer([ids, mask], share_inputs=True)
            tokens, whole = (np.array(request.get_output_tensor(i).data, np.float32) for i in (0, 1))
        return tokens, whole

    def finish(self, means: Floats) -> Floats:
        """See `index.recipe.Model`; only length is changed where nothing but normalising follows."""
        if self._finish is None:
            return means
        with _one_of(self._finish) as request:
            request.infer([means], share_inputs=True)
            return np.array(request.get_output_tensor(0).data, np.float32)


def openvino(*, converts: bool = False) -> ModuleType:
    """The library, without the package that reports its use, and without what converts models unless asked for."""
    with _FIRST_USE:
        absent: Any = None  # None in the place of a module makes importing it fail; typeshed knows modules only
        sys.modules.setdefault(_REPORTER, absent)
        if not converts:
            sys.modules.setdefault(_CONVERTER, absent)
        import openvino

        if sys.modules.get(_CONVERTER, openvino) is None:
            del sys.modules[_CONVERTER]  # others may want it

        # Its bindings meet numpy when they first take an array. Two threads doing that at once lock each
        # other out for good, one with the interpreter and one with the bindings: seen on a first start.
        openvino.Tensor(np.zeros(1, np.float32))
    return openvino  # type: ignore[no-any-return]  # it has no types


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def fastest() -> str:
    """The precision that this processor is made for: bf16 has half of the bits to move, all of the range of f32."""
    return "bf16" if "BF16" in openvino().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def _requests(path: Path, count: int, precision: str) -> LifoQueue[Any]:  # OpenVINO's request has no type
    compiled = (
        openvino()
        .Core()
        .compile_model(
            str(path),
            "CPU",
            {
                "NUM_STREAMS": count,
                "INFERENCE_NUM_THREADS": count,
                "INFERENCE_PRECISION_HINT": precision,
            },
        )
    )
    requests: LifoQueue[Any] = LifoQueue()
    for _ in range(count):
        requests.put(compiled.create_infer_request())
    return requests


@contextmanager
def _one_of(requests: LifoQueue[Any]) -> Iterator[Any]:
    """A request of one's own; waits while all are in use."""
    request = requests.get()
    try:
        yield request
    finally:
        requests.put(request)
