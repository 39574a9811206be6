"""A cross-encoder orders the first hits anew; here one of two small layers, made by the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Article, Hit, ModelError, Passage
from index.rerank import DEPTH, Reranker
from index.torch_model import load_pair_scorer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import (  # type: ignore[attr-defined]  # the last is there, but not in its types
        BertConfig,
        BertForSequenceClassification,
        BertTokenizerFast,
    )

    place = tmp_path_factory.mktemp("cross-encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "where", "is", "the", "leaf", "built"]
    words += ["in", "it", "sells", "well"]
    (place / "vocab.txt").write_text("\n".join(words), "utf-8")
    torch.manual_seed(7)
    BertTokenizerFast(vocab_file=str(place / "vocab.txt"), model_max_length=64).save_pretrained(place)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        initializer_range=1.0,
        id2label={0: "relevance"},
        label2id={"relevance": 0},
    )
    BertForSequenceClassification(config).save_pretrained(place)
    return place


def hits(count: int) -> list[Hit]:
    texts = ["the leaf is built in it", "it sells well", "where is the leaf", "well well built"]
    return [
        Hit(
            Article("Leaf", text := texts[i % 4] + " it" * (i // 4)),
            Passage(i, "a", 0, len(text)),
            1 - i / 100,
            {"dense": 0.5},
        )
        for i in range(count)
    ]


def test_the_first_hits_come_in_the_order_of_the_cross_encoder_and_the_rest_behind(folder: Path) -> None:
    given = hits(DEPTH + 3)
    found = Reranker(folder)("where is the leaf built", given)
    pairs = [("where is the leaf built", f"Leaf\n{hit.text}") for hit in given[:DEPTH]]
    said = load_pair_scorer(folder)(pairs).tolist()
    order = sorted(range(DEPTH), key=lambda i: (-said[i], i))
    assert order != list(range(DEPTH))
    assert [hit.passage.id for hit in found] == [*order, DEPTH, DEPTH + 1, DEPTH + 2]
    assert [hit.evidence for hit in found[:2]] == [{"dense": 0.5, "reranker": said[i]} for i in order[:2]]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_no_hits_stay_no_hits_and_load_nothing(tmp_path: Path) -> None:
    assert Reranker(tmp_path)("where", []) == []


def test_a_folder_that_is_none_or_holds_no_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no cross-encoder at"):
        Reranker(tmp_path / "missing")
    with pytest.raises(ModelError, match="is no cross-encoder that can be loaded"):
        Reranker(tmp_path)("where", hits(1))
