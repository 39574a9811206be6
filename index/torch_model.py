"""sentence-transformers as a Model: the reference, the way to other devices, and what conversion starts from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.ports import Vectors
from index.recipe import Floats, Integers, Recipe

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor, nn

    Traceable = tuple[nn.Module, tuple[Tensor, ...]]
    """A module and an example of what goes into it."""

PairScorer = Callable[[Sequence[tuple[str, str]]], Floats]


class TorchModel:
    """See `index.recipe.Model`; torch uses its own threads, so one pass at a time fills the machine."""

    workers = 1
    batch_tokens = 32 * 256

    def __init__(self, folder: Path, device: str = "cpu") -> None:
        """Load the model in a folder; raises ModelError when it is none that can be used."""
        self.modules = _load(folder, device)
        children = list(self.modules.children())
        names = [type(module).__name__ for module in children]
        if "Pooling" not in names:
            raise ModelError(
                f"{folder} has no pooling over token vectors; choose a sentence-transformers model that has"
            )
        at = names.index("Pooling")
        if self.modules.prompts and not children[at].include_prompt and any(self.modules.prompts.values()):
            raise ModelError(f"{folder} leaves its prompts out of the pooling, which is not supported")
        self.after_pooling = children[at + 1 :]
        self.recipe = _recipe(self.modules, any(name != "Normalize" for name in names[at + 1 :]))
        backend = getattr(self.modules.tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise ModelError(f"{folder} has no fast tokenizer (tokenizer.json); choose a model that has one")
        self.tokenizer: str = backend.to_str()

    def forward(self, ids: Integers, mask: Integers) -> tuple[Floats, Vectors]:
        """See `index.recipe.Model`."""
        import torch

        device = self.modules.device
        with torch.inference_mode():
            tokens, whole = _both(self.modules, torch.from_numpy(ids).to(device), torch.from_numpy(mask).to(device))
        return tokens.float().cpu().numpy(), whole.float().cpu().numpy()

    def finish(self, means: Floats) -> Floats:
        """See `index.recipe.Model`."""
        import torch

        with torch.inference_mode():
            whole = _through(self.after_pooling, torch.from_numpy(means).to(self.modules.device))
        return np.asarray(whole.float().cpu().numpy(), np.float32)

    def traceable(self, ids: Integers, mask: Integers) -> tuple[Traceable, Traceable]:
        """Both passes over plain tensors, for a converter to trace on one padded batch."""
        import torch
        from torch import nn

        class Forward(nn.Module):
            def __init__(self, modules: SentenceTransformer) -> None:
                super().__init__()
                self.modules_ = modules

            def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
                return _both(self.modules_, input_ids, attention_mask)

        class Finish(nn.Module):
            def __init__(self, modules: Sequence[nn.Module]) -> None:
                super().__init__()
                self.modules_ = nn.ModuleList(modules)

            def forward(self, means: Tensor) -> Tensor:
                return _through(list(self.modules_), means)

        means = torch.zeros((1, self.forward(ids[:1], mask[:1])[0].shape[2]))
        return (
            (Forward(self.modules).eval(), (torch.from_numpy(ids), torch.from_numpy(mask))),
            (Finish(self.after_pooling).eval(), (means,)),
        )


def _both(modules: SentenceTransformer, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    out = modules({"input_ids": ids, "attention_mask": mask})
    return out["token_embeddings"], out["sentence_embedding"]


def _through(modules: Sequence[nn.Module], means: Tensor) -> Tensor:
    features: dict[str, Any] = {"sentence_embedding": means}  # a module's own protocol
    for module in modules:
        features = module(features)
    whole: Tensor = features["sentence_embedding"]
    return whole


def _recipe(modules: SentenceTransformer, does_more: bool) -> Recipe:
    names = ("document", "passage", "corpus")
    padding = getattr(modules.tokenizer, "pad_token_id", None)
    return Recipe(
        limit=min(int(modules.max_seq_length or 512), 8192),
        dimension=int(modules.get_embedding_dimension() or 0),
        padding=int(padding or 0),
        query_prompt=modules.prompts.get("query") or "",
        passage_prompt=next((prompt for name in names if (prompt := modules.prompts.get(name))), ""),
        does_more=does_more,
    )


def load_pair_scorer(folder: Path, device: str = "cpu") -> PairScorer:
    """What the cross-encoder in a folder says of (query, passage) pairs: `(n,) float32`, larger for better.

    Raises ModelError when there is none, or one with other than a single output.
    """
    _quiet()
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(
            str(folder),
            device=device,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ModelError(f"{folder} is no cross-encoder that can be loaded on {device}: {error}") from error
    if model.num_labels != 1:
        raise ModelError(
            f"{folder} gives {model.num_labels} numbers for a pair, expected the one that re-rankers give"
        )
    return lambda pairs: np.asarray(model.predict(list(pairs), show_progress_bar=False), np.float32)


def _quiet() -> None:
    # A progress bar over the 103 tensors of a model on disk tells a person nothing.
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _load(folder: Path, device: str) -> SentenceTransformer:
    _quiet()
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(folder),
            device=device,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},  # the other format is a pickle
        ).eval()
    except (OSError, ValueError, KeyError, RuntimeError, AssertionError) as error:
        raise ModelError(
            f"{folder} is no sentence-transformers model that can be loaded on {device}: {error}"
        ) from error
