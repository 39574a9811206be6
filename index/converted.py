"""Converted models on disk: found, checked before they are loaded, and made once where there is none."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from index.digests import KnownDigests, cache_folder, whole
from index.errors import ModelError
from index.manifest import sync_folder
from index.openvino_model import RECIPE, TOKENIZER, OpenVinoModel, fastest
from index.recipe import Recipe

DIGESTS = "digests.json"
# Part of the name of a converted model: another number, and all are made again.
_FORM = 2
_CONVERT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from index.convert import main; sys.exit(main(sys.argv[2:]))"
)
_logger = logging.getLogger(__name__)


def places(cache: Path | None, beside: Path | None) -> list[Path]:
    """Where converted models are kept, the best place first: the user's cache folder unless `cache` is given."""
    return [cache_folder(cache) / "models", *([beside / "models"] if beside else [])]


def open_converted(
    label: str,
    model: Path,
    digest: str,
    kept_in: Sequence[Path],
    known: KnownDigests | None = None,
    threads: int = 0,
) -> OpenVinoModel:
    """The model of a folder, converted; in a process of its own and into the first place that can be written.

    It runs on as many `threads`, or on every core if 0. A converted model that is damaged is made again; `known` are
    digests that need not be taken anew. Raises ModelError when the model cannot be converted or no place can be
    written.
    """
    name = _name(label, model, digest)
    for place in kept_in:
        if is_whole(place / name, known):
            return _open(place / name, threads)
    refused = []
    for place in kept_in:
        try:
            place.mkdir(parents=True, exist_ok=True)
            with FileLock(place / f"{name}.lock"):
                if not is_whole(place / name):  # nobody else made it meanwhile
                    _make(model, place, name)
            return _open(place / name, threads)
        except OSError as error:
            refused.append(f"{place} ({error.strerror or error})")
    raise ModelError(
        f"no place for the converted model can be written: {', '.join(refused)}; "
        "name a folder that can with PULLQUOTE_CACHE"
    )


def is_whole(folder: Path, known: KnownDigests | None = None) -> bool:
    """Whether every file of a converted model is there with the digest it was written with."""
    of = known.of if known else whole
    try:
        digests = json.loads((folder / DIGESTS).read_text("utf-8"))
        return bool(digests) and all(of([folder / name]) == digest for name, digest in digests.items())
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def _name(label: str, model: Path, digest: str) -> str:
    """Made of everything the files depend on: weights, the model's settings, converter, processor, our own form."""
    whole = hashlib.sha256(f"{_FORM} {digest} {version('openvino')} {fastest()}".encode())
    for path in sorted(model.rglob("*.json")):
        whole.update(path.relative_to(model).as_posix().encode() + b"\0" + path.read_bytes())
    return f"{Path(label).name}-{whole.hexdigest()[:20]}"


def _open(folder: Path, threads: int) -> OpenVinoModel:
    recipe = Recipe(**json.loads((folder / RECIPE).read_text("utf-8")))
    return OpenVinoModel(folder, recipe, (folder / TOKENIZER).read_text("utf-8"), threads)


def _make(model: Path, place: Path, name: str) -> None:
    _logger.info("converting %s for OpenVINO, once", model)
    with tempfile.TemporaryDirectory(prefix="new-", dir=place) as temporary:
        folder = Path(temporary) / name
        folder.mkdir()
        run = subprocess.run(
            [sys.executable, "-c", _CONVERT, json.dumps(sys.path), str(model), str(folder)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            said = run.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            raise ModelError(f"{model} cannot be converted (exit code {run.returncode}): {said[0]}")
        files = sorted(path for path in folder.iterdir() if path.is_file())
        (folder / DIGESTS).write_text(json.dumps({path.name: whole([path]) for path in files}), "utf-8")
        for path in [*files, folder / DIGESTS]:
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
        sync_folder(folder)
        shutil.rmtree(place / name, ignore_errors=True)  # a damaged one
        folder.rename(place / name)
        sync_folder(place)
