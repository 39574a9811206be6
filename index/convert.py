"""A sentence-transformers model -> the files that OpenVINO runs; run as a program of its own, once a model.

It loads torch and 700 MB with it, which the process that answers questions shall not keep.
"""

from __future__ import annotations

import json
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from index.errors import ModelError
from index.openvino_model import FINISH, FORWARD, RECIPE, TOKENIZER, OpenVinoModel, fastest, openvino
from index.pooling import unit
from index.recipe import Integers
from index.torch_model import TorchModel

TOLERANCE = 1e-4
SAME = 0.999
"""The least cosine to the reference with which a precision below that of the weights is taken."""


def convert(model: Path, target: Path) -> None:
    """Write the model's two passes, its tokenizer and its recipe into a folder.

    The recipe says in which precision to run it: the fastest on this processor that gives the same vectors.
    Raises ModelError when what was written does not give the reference's vectors.
    """
    reference = TorchModel(model)
    forward, finish = reference.traceable(*_probe(reference, 2, min(11, reference.recipe.limit)))
    ov = openvino(converts=True)
    passes = {FORWARD: forward, FINISH: finish} if reference.recipe.does_more else {FORWARD: forward}
    with warnings.catch_warnings():
        # The tracer warns of constants; that they do no harm is what _compare finds out.
        warnings.simplefilter("ignore")
        for name, (module, example) in passes.items():
            ov.save_model(ov.convert_model(module, example_input=example), target / name, compress_to_fp16=False)
    _compare(reference, OpenVinoModel(target, reference.recipe, reference.tokenizer))
    recipe = replace(reference.recipe, precision=fastest())
    if not _holds(reference, OpenVinoModel(target, recipe, reference.tokenizer)):
        recipe = reference.recipe
    (target / RECIPE).write_text(json.dumps(asdict(recipe), indent=1), "utf-8")
    (target / TOKENIZER).write_text(reference.tokenizer, "utf-8")


def _probe(reference: TorchModel, rows: int, width: int) -> tuple[Integers, Integers]:
    """Word pieces of `rows` texts, each shorter than the one before."""
    words = len(reference.modules.tokenizer)
    ids = np.random.default_rng(rows).integers(0, words, (rows, width))
    mask = np.ones_like(ids)
    for row in range(1, rows):
        mask[row, max(1, width - row * width // rows) :] = 0
    ids[mask == 0] = reference.recipe.padding
    return ids, mask


def _probes(reference: TorchModel) -> Iterator[tuple[Integers, Integers]]:
    """One short text, one that fills the window, and five that share a batch."""
    limit = reference.recipe.limit
    for rows, width in ((1, 3), (1, limit), (5, limit // 2 + 1)):
        yield _probe(reference, rows, min(width, 512))


def _compare(reference: TorchModel, converted: OpenVinoModel) -> None:
    for probe in _probes(reference):
        rows, width = probe[0].shape
        inside = probe[1].astype(bool)
        expected, found = reference.forward(*probe), converted.forward(*probe)
        pairs = [(expected[0][inside], found[0][inside]), (expected[1], found[1])]
        means = expected[0].mean(axis=1)
        if reference.recipe.does_more:
            pairs.append((reference.finish(means), converted.finish(means)))
        off = max(float(np.abs(one - other).max() / max(1.0, np.abs(one).max())) for one, other in pairs)
        if not off <= TOLERANCE:
            raise ModelError(
                f"the converted model is {off:.1e} away from the reference over {rows} x {width} word pieces, "
                f"more than {TOLERANCE:.0e}"
            )


def _holds(reference: TorchModel, converted: OpenVinoModel) -> bool:
    """Whether the vectors of texts, and those of their words, point where the reference's do."""
    for probe in _probes(reference):
        inside = probe[1].astype(bool)
        expected, found = reference.forward(*probe), converted.forward(*probe)
        words = [reference.finish(expected[0][inside]), converted.finish(found[0][inside])]
        pairs = [(unit(expected[1]), unit(found[1])), (unit(words[0]), unit(words[1]))]
        if min(float((one * other).sum(axis=1).min()) for one, other in pairs) < SAME:
            return False
    return True


def main(arguments: Sequence[str]) -> int:
    """`convert MODEL TARGET`; what went wrong is the last line of stderr."""
    tempfile.tempdir = str(Path(arguments[-1]).parent)  # which goes away; torch leaves folders in it
    try:
        convert(*map(Path, arguments))
    except (ModelError, RuntimeError, OSError, ValueError, TypeError) as error:
        sys.stderr.write(f"\n{type(error).__name__}: {' '.join(str(error).split())}\n")
        return 1
    return 0
