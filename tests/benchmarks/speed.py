"""What is fast and what is not, on this machine, beside what a user would pick instead; every way in turn.

    python -m tests.benchmarks.speed FOLDER [--venvs FOLDER] [--out FILE.json] [--repeat 5]

FOLDER holds clapnq/ and qed/. Peers are installed from PyPI in environments of their own, once, below --venvs. Within
every repetition all ways take turns, so that whatever else the machine does falls on all of them; medians are told.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from bot import Bot
from index import read_collection
from index.openvino_model import fastest
from tests.benchmarks.crowd import Crowd, ask_all, served
from tests.benchmarks.fidelity import fidelity
from tests.benchmarks.peers import BARE, OURS, PEERS, timed
from tests.benchmarks.speed_table import CLIENTS, Figures, markdown

ARTICLES = 1_000


def builds(articles: Sequence[tuple[str, str]], questions: Sequence[str], venvs: Path, repeat: int) -> Figures:
    """Passages a second of the whole pipeline, a question over them, and peak memory: ours, the bare encoder, peers."""
    with tempfile.TemporaryDirectory() as aside:
        given = Path(aside) / "given.json"
        given.write_text(json.dumps({"articles": articles, "questions": questions, "aside": aside}), "utf-8")
        ways = (OURS, BARE, *PEERS)
        runs: dict[str, list[Figures]] = {way.name: [] for way in ways}
        for turn in range(repeat):
            for way in ways:
                said(f"building, turn {turn + 1}: {way.name}")
                runs[way.name].append(timed(way, venvs, given))
    return {
        name: {
            "versions": each[0]["versions"],
            "passages a second": len(articles) / median(run["seconds"] for run in each),
            "question, p50 ms": median(median(run["took"]) for run in each),
            "question, p95 ms": median(quantiles(run["took"], n=20)[18] for run in each),
            "peak MB": median(run["peak"] for run in each),
        }
        for name, each in runs.items()
    }


def cold(index: Path, question: str, repeat: int) -> list[float]:
    """Seconds of `python -m bot ask`, from the shell's view."""
    command = [sys.executable, "-m", "bot", "ask", question, "--index", str(index)]
    seconds = []
    for _ in range(repeat + 1):
        start = time.perf_counter()
        subprocess.run(command, check=False, capture_output=True)
        seconds.append(time.perf_counter() - start)
    return seconds[1:]  # the first one may have had to read everything from the disk


def end_to_end(bot: Bot, questions: Sequence[str], repeat: int) -> Figures:
    """A question from Python, encoding and quoting included; each question is asked once."""
    p50, p95 = [], []
    for questions_of_turn in _parts(questions, repeat):
        took = [_milliseconds(partial(bot.ask, question)) for question in questions_of_turn]
        p50.append(median(took))
        p95.append(quantiles(took, n=20)[18])
    return {"p50 ms": median(p50), "p95 ms": median(p95), "questions": len(questions)}


def under_load(port: int, questions: Sequence[str], repeat: int) -> Figures:
    """One client against many: no question is asked twice; then many clients with few questions between them."""
    alone: list[Crowd] = []
    many: list[Crowd] = []
    again: list[Crowd] = []
    for part in _parts(questions, repeat):
        fifth = max(10, len(part) // 5)
        alone.append(ask_all(port, part[:fifth], 1))
        many.append(ask_all(port, part[fifth:], CLIENTS))
        again.append(ask_all(port, random.Random(0).choices(part[fifth:], k=2 * len(part)), CLIENTS))
    figures: Figures = {name: _crowd(runs) for name, runs in (("1", alone), (f"{CLIENTS}", many))}
    figures[f"{CLIENTS}, asked before"] = _crowd(again)
    figures["gain"] = median(b.rate / a.rate for a, b in zip(alone, many, strict=True))
    return figures


def _crowd(runs: Sequence[Crowd]) -> Figures:
    return {
        "questions a second": median(run.rate for run in runs),
        "p50 ms": median(median(run.took) for run in runs),
        "p99 ms": median(run.took[int(0.99 * (len(run.took) - 1))] for run in runs),
        "errors": sum(run.errors for run in runs),
    }


def _parts(questions: Sequence[str], count: int) -> list[Sequence[str]]:
    size = len(questions) // count
    return [questions[at * size : (at + 1) * size] for at in range(count)]


def _milliseconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return 1000 * (time.perf_counter() - start)


def measure(folder: Path, venvs: Path, passages: int, asked: int, repeat: int) -> Figures:
    """Every figure of one machine."""
    collections = [read_collection(folder / name) for name in ("clapnq", "qed")]
    articles = [article for each in collections for article in each.articles][:ARTICLES]
    held = {article.digest for article in articles}
    questions = [
        each.question
        for collection in collections
        for each in collection.questions
        if not each.relevant or held & each.relevant.keys()
    ]
    random.Random(1).shuffle(questions)
    first, *questions = dict.fromkeys(questions)
    of_one_passage = [(article.title, article.text) for article in articles if 500 < len(article.text) < 900]
    figures: Figures = {
        "machine": _machine(),
        "build": builds(of_one_passage[:passages], questions[:40], venvs, repeat),
    }
    said("comparing the fast encoder with the reference")
    figures["quality"] = fidelity(folder)
    with tempfile.TemporaryDirectory() as aside:
        index = Path(aside) / "thousand.index"
        said(f"building an index of {len(articles)} articles")
        with Bot.open(index) as bot:
            bot.put(*[replace(each, origin=f"benchmark:{at}") for at, each in enumerate(articles)])
            figures["index"] = {"articles": bot.article_count, "passages": bot.passage_count}
            said("asking from Python")
            figures["question"] = end_to_end(bot, questions[-asked:], repeat)
        said("asking from a cold start")
        figures["cold ask, seconds"] = median(cold(index, first, repeat))
        starts = []
        for turn in range(repeat):
            with served(index, first) as server:
                starts.append(server.seconds)
                if turn == repeat - 1:
                    said("asking from many clients at once")
                    figures["clients"] = under_load(server.port, questions[:asked], repeat)
                    figures["memory of the server, MB"] = server.memory()
        figures["app start to first answer, seconds"] = median(starts)
    return figures


def _machine() -> Figures:
    rows = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((row.partition(":")[2].strip() for row in rows if "model name" in row), platform.machine())
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout
    cores = sum(row.startswith("processor") for row in rows)
    return {
        "processor": model,
        "cores": cores,
        "precision": fastest(),
        "python": platform.python_version(),
        "commit": commit.strip(),
    }


def said(what: str) -> None:
    """Progress, for whoever waits."""
    sys.stderr.write(f"{what} …\n")


def main() -> None:
    """Print the tables, and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds clapnq/ and qed/")
    parser.add_argument("--venvs", type=Path, default=Path(tempfile.gettempdir()) / "pullquote-peers")
    parser.add_argument("--out", type=Path, default=Path("speed.json"))
    parser.add_argument("--passages", type=int, default=480)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    figures = measure(options.folder, options.venvs, options.passages, options.questions, options.repeat)
    options.out.write_text(json.dumps(figures, indent=1), "utf-8")
    print(markdown(figures))


if __name__ == "__main__":
    main()
