"""Makes small sentence-transformers models with random weights, of every kind that the encoder must run."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path

WORDS = """the a car maker of nissan honda battery and price talks query passage : title one two . , ?"""


def write_tiny_model(
    folder: Path, *, pooling: str = "mean", dense: bool = False, prompts: Mapping[str, str] | None = None
) -> Path:
    """A BERT of two layers that reads 30 word pieces, then pooling, then a Dense layer if asked, then length one."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(7)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS.split()]
    letters = "abcdefghijklmnopqrstuvwxyz"
    pieces += [each for each in [*letters, *(f"##{letter}" for letter in letters)] if each not in pieces]
    ids = {piece: i for i, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=30,
        initializer_range=0.5,
    )
    bert = folder / "bert"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own
        BertModel(config).save_pretrained(bert)
        PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
            tokenizer_object=tokenizer,
            pad_token="[PAD]",
            unk_token="[UNK]",
            cls_token="[CLS]",
            sep_token="[SEP]",
            mask_token="[MASK]",
            model_max_length=30,
        ).save_pretrained(bert)
        steps = [modules.Transformer(str(bert)), modules.Pooling(16, pooling)]
        if dense:
            steps.append(modules.Dense(16, 8))
        model = SentenceTransformer(
            modules=[*steps, modules.Normalize()], prompts=dict(prompts or {}), device="cpu"
        )
        model.save(str(folder / "model"))
    return folder / "model"
