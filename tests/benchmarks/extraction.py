"""How much of an article's words, and how little else, is taken from a page: python -m tests.benchmarks.extraction

Twelve articles in twelve layouts (`page_texts.json`, `page_layouts.py`) are 144 pages whose wanted words are known.
They are read by our reader and, in the same run and in a virtual environment that the program makes, by
readability-lxml and newspaper4k. Scored are words, as a bag: precision, recall and F1 for each page, then their means.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import time
import venv
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import mean

from index import ReadError, read
from tests.benchmarks.page_layouts import LAYOUTS

ARTICLES: dict[str, list[str]] = json.loads(Path(__file__).with_name("page_texts.json").read_text("utf-8"))
"""What a reader of each wants: paragraphs, headings, list items and rows of tables (` | ` between cells), in order."""

OTHERS = ("readability-lxml==0.9", "newspaper4k==0.9.6", "lxml_html_clean")
TITLE = "What became of it in the end"

_FOREIGN = """
import json, sys, time
from importlib.metadata import version
from lxml.html import fromstring
import newspaper, readability
def by_readability(html):
    return fromstring(readability.Document(html).summary()).text_content()
def by_newspaper(html):
    article = newspaper.Article("https://example.com/a", language="en")
    article.download(input_html=html)
    article.parse()
    return article.text
pages = json.load(open(sys.argv[1]))
found = {}
for name, take in (("readability-lxml", by_readability), ("newspaper4k", by_newspaper)):
    began = time.perf_counter()
    texts = {}
    for page, html in pages.items():
        try:
            texts[page] = take(html)
        except Exception as error:
            texts[page] = ""
            print(name, page, error, file=sys.stderr)
    found[f"{name} {version(name)}"] = [texts, time.perf_counter() - began]
json.dump(found, open(sys.argv[2], "w"))
"""


def pages() -> dict[str, str]:
    """Every article in every layout, by the names of both."""
    return {
        f"{name} {layout.__name__}": layout(TITLE, body) for name, body in ARTICLES.items() for layout in LAYOUTS
    }


def scored(taken: str, wanted: Sequence[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the words taken; 0 where there are none."""
    there, right = (Counter(re.findall(r"\w+", text.casefold())) for text in (taken, " ".join(wanted)))
    shared = sum((there & right).values())
    if not shared:
        return 0.0, 0.0, 0.0
    precision, recall = shared / sum(there.values()), shared / sum(right.values())
    return precision, recall, 2 * precision * recall / (precision + recall)


def ours(of: Mapping[str, str], folder: Path) -> tuple[dict[str, str], float]:
    """The text that our reader takes from each page, and the seconds it took."""
    texts = dict.fromkeys(of, "")
    for number, html in enumerate(of.values()):
        (folder / f"{number:03}.html").write_text(html, encoding="utf-8")
    began = time.perf_counter()
    for number, name in enumerate(of):
        try:
            (article,) = read(folder / f"{number:03}.html")
            texts[name] = article.text
        except ReadError as error:
            sys.stderr.write(f"{name}: {error.reason}\n")
    return texts, time.perf_counter() - began


def others(of: Mapping[str, str], folder: Path) -> dict[str, tuple[dict[str, str], float]]:
    """The same for the other programs, by name and version."""
    place = folder / "venv"
    venv.create(place, with_pip=True)
    python = str(place / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "-q", *OTHERS], check=True)
    (folder / "pages.json").write_text(json.dumps(of), encoding="utf-8")
    subprocess.run(
        [python, "-c", _FOREIGN, str(folder / "pages.json"), str(folder / "found.json")], check=True, cwd=folder
    )
    found = json.loads((folder / "found.json").read_text("utf-8"))
    return {name: (texts, seconds) for name, (texts, seconds) in found.items()}


def main() -> None:
    """Print a line for each program, and then F1 by layout."""
    of = pages()
    with tempfile.TemporaryDirectory() as place:
        found = {f"Pullquote (trafilatura {version('trafilatura')})": ours(of, Path(place))}
        found |= others(of, Path(place))
    scores = {
        program: {page: scored(texts[page], ARTICLES[page.split()[0]]) for page in of}
        for program, (texts, _) in found.items()
    }
    print(f"{len(of)} pages{'':24} precision  recall      F1   lowest F1  pages/s")
    for program, (_, seconds) in found.items():
        columns = list(zip(*scores[program].values(), strict=True))
        print(
            f"{program:34}" + "".join(f"{mean(column):8.3f}" for column in columns)
            + f"{min(columns[2]):12.3f}{len(of) / seconds:9.0f}"
        )  # fmt: skip
    print("\nF1 by layout   " + "  ".join(program.split()[0] for program in scores))
    for layout in LAYOUTS:
        of_layout = [
            [s[2] for page, s in each.items() if page.endswith(f" {layout.__name__}")] for each in scores.values()
        ]
        print(f"{layout.__name__:14}" + "".join(f"{mean(each):12.3f}" for each in of_layout))


if __name__ == "__main__":
    main()
