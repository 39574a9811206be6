"""Collections of questions with judgements, read from folders: what a bot is examined on; it asks nothing.

    BEIR            corpus.jsonl, queries.jsonl, qrels/test.tsv (or the first *.tsv by name)
    ClapNQ          *.jsonl of {"input", "passages", "output": [{"selected_sentences"}]}
    MTRAG           *.jsonl of {"input": [turns], "contexts", "answerability"}
    QED             *.jsonlines of {"question_text", "paragraph_text", "annotation"}
    one's own       questions.jsonl of {"question", "article" or "quote"} beside the articles, or a file of such lines;
                    either may be a list, and "answered" tells whether any article answers

An article is known by its text's digest, so that judgements hold in any index of the same articles.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.article import Article, canonical
from index.errors import ReadError

Row = Mapping[str, Any]  # a line of JSON, whose shape is what its format's name says


@dataclass(frozen=True, slots=True)
class Judged:
    """One question with what people said of it.

    `relevant`: article digest -> relevance. `quotes`: the words that people chose as the answer, None where
    nobody chose. `answerable`: None where nobody said. `named` are the articles that the asker's own file names,
    to be looked for in an index, as are the words that it quotes.
    """

    id: str
    question: str
    history: tuple[tuple[str, str], ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    quotes: tuple[str, ...] | None = None
    answerable: bool | None = None
    named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """Articles and the questions asked of them; without articles the questions are for an index that is there."""

    name: str
    articles: tuple[Article, ...]
    questions: tuple[Judged, ...]


def read_collection(path: Path) -> Collection:
    """The collection in a folder, or in one file of questions; its format is told by what stands in it.

    Raises ReadError when no format fits or a line cannot be read.
    """
    if path.is_dir() and (path / "corpus.jsonl").is_file() and (path / "queries.jsonl").is_file():
        return _beir(path)
    files = [path] if path.is_file() else sorted([*path.glob("*.jsonl"), *path.glob("*.jsonlines")])
    rows = [(f"{file.stem}:{at}", row) for file in files for at, row in enumerate(_lines(file), 1)]
    for keys, read in _FORMATS:
        fitting = [(name, row) for name, row in rows if keys <= row.keys()]
        if fitting:
            shelf = _Shelf()
            questions = tuple(read(name, row, shelf) for name, row in fitting)
            return Collection(path.name, tuple(shelf.articles.values()), questions)
    raise ReadError(str(path), "holds no questions; expected a BEIR folder, or JSON lines with a question each")


class _Shelf:
    """The articles met so far, each text once."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}

    def put(self, title: str, text: str, origin: str) -> str:
        """Keep an article; its digest."""
        article = Article(" ".join(canonical(title).split()), canonical(text).strip(), origin=origin)
        if article.text:
            self.articles.setdefault(article.digest, article)
        return article.digest


def _beir(folder: Path) -> Collection:
    shelf = _Shelf()
    digests = {
        str(r["_id"]): shelf.put(r.get("title") or "", r["text"], str(r["_id"]))
        for r in _lines(folder / "corpus.jsonl")
    }
    files = sorted((folder / "qrels").glob("*.tsv"), key=lambda file: (file.stem != "test", file.name))
    if not files:
        raise ReadError(str(folder / "qrels"), "holds no *.tsv; expected judgements as query-id, corpus-id, score")
    relevant: dict[str, dict[str, int]] = {}
    with files[0].open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines, delimiter="\t"):
            if len(row) >= 3 and row[2].strip().lstrip("-").isdecimal() and row[1] in digests:
                relevant.setdefault(row[0], {})[digests[row[1]]] = int(row[2])
    asked = [r for r in _lines(folder / "queries.jsonl") if str(r["_id"]) in relevant]
    questions = tuple(Judged(str(r["_id"]), r["text"], relevant=relevant[str(r["_id"])]) for r in asked)
    return Collection(folder.name, tuple(shelf.articles.values()), questions)


def _clapnq(name: str, row: Row, shelf: _Shelf) -> Judged:
    passage = row["passages"][0]
    digest = shelf.put(passage["title"], passage["text"], name)
    quotes = tuple(sentence for said in row["output"] for sentence in said["selected_sentences"] if sentence)
    answerable = bool(quotes) or any(said["answer"].strip() for said in row["output"])
    # An answer for which nobody chose the words tells nothing about quotes.
    chosen = quotes if quotes or not answerable else None
    return Judged(name, row["input"], (), {digest: 1} if answerable else {}, chosen, answerable)


def _mtrag(name: str, row: Row, shelf: _Shelf) -> Judged:
    turns: list[tuple[str, str]] = []
    for turn in row["input"][:-1]:
        if turn["speaker"] == "user":
            turns.append((turn["text"], ""))
        elif turns:
            turns[-1] = (turns[-1][0], turn["text"])
    digests = [shelf.put(c.get("title") or "", c["text"], f"{name}:{i}") for i, c in enumerate(row["contexts"])]
    said = "".join(row["answerability"][:1])
    answerable = {"ANSWERABLE": True, "UNANSWERABLE": False}.get(said)
    relevant = dict.fromkeys(digests, 1) if answerable else {}
    return Judged(name, row["input"][-1]["text"], tuple(turns), relevant, answerable=answerable)


def _qed(name: str, row: Row, shelf: _Shelf) -> Judged:
    digest = shelf.put(row["title_text"], row["paragraph_text"], name)
    chosen = row["annotation"].get("selected_sentence")
    quotes = (chosen["string"],) if chosen else None
    return Judged(
        name, row["question_text"], relevant={digest: 1}, quotes=quotes, answerable=True if chosen else None
    )


def _own(name: str, row: Row, _: _Shelf) -> Judged:
    articles, quotes = (_listed(row.get(key)) for key in ("article", "quote"))
    history = tuple((turn, "") if isinstance(turn, str) else (turn[0], turn[1]) for turn in row.get("history", ()))
    told = "article" in row or "quote" in row
    answered = row.get("answered")
    return Judged(
        name,
        str(row["question"]),
        history,
        quotes=tuple(canonical(quote) for quote in quotes) if quotes else (() if told and not articles else None),
        answerable=bool(articles or quotes) if told else answered if isinstance(answered, bool) else None,
        named=articles,
    )


def _listed(value: object) -> tuple[str, ...]:
    """What is given for one or for several, empty ones left out."""
    several = value if isinstance(value, list) else [value or ""]
    return tuple(text for each in several if (text := str(each).strip()))


_FORMATS = (
    (frozenset({"input", "passages", "output"}), _clapnq),
    (frozenset({"input", "contexts", "answerability"}), _mtrag),
    (frozenset({"question_text", "paragraph_text", "annotation"}), _qed),
    (frozenset({"question"}), _own),
)


def _lines(file: Path) -> Iterator[Row]:
    for number, line in enumerate(file.read_text("utf-8-sig").split("\n"), 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError as error:
                raise ReadError(
                    str(file), f"line {number} is not JSON ({error}); expected one object a line"
                ) from error
            if not isinstance(row, dict):
                raise ReadError(str(file), f"line {number} is {type(row).__name__}, expected an object {{...}}")
            yield row
