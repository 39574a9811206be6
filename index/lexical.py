"""BM25 over the words of passages, by tantivy; k1 = 1.2 and b = 0.75, English stems, stop words left out.

The score is Robertson and Zaragoza's BM25 (The Probabilistic Relevance Framework, 2009) as Lucene computes it.
Other languages are found by their exact words, folded to ASCII.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.ports import Allowed, Ranking

if TYPE_CHECKING:
    import tantivy

FOLDER = "lexical"
_TOKENIZER = "english"
# A question holds far fewer words; a pasted page would only slow the search down.
MOST_WORDS = 128


class Words(NamedTuple):
    """What is indexed of one passage: its id and its text with the article's title in front."""

    id: int
    text: str


def analyzed() -> Callable[[str], list[str]]:
    """A function from a text to its index terms, in order; safe to call from many threads."""
    analyzer = _analyzer()
    return lambda text: list(analyzer.analyze(text))


class LexicalIndex:
    """The words of one generation; reading only, so any number of threads may search at once."""

    def __init__(self, folder: Path) -> None:
        """Open the words of a generation's folder; an empty index where it has none."""
        import tantivy

        self._analyzer = _analyzer()
        place = folder / FOLDER
        self._index = _open(place) if place.is_dir() else _register(tantivy.Index(_schema()))
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def ids(self) -> NDArray[np.int64]:
        """The ids of all passages held, ascending."""
        import tantivy

        found = self._searcher.search(tantivy.Query.all_query(), max(len(self), 1), count=False)
        return np.sort(np.asarray(self._ids(found), np.int64))

    def terms(self, text: str) -> list[str]:
        """The index terms of a text, in order: lower case, stemmed, stop words left out."""
        return list(self._analyzer.analyze(text))

    def idf(self, term: str, beyond: int = 0) -> float:
        """ln(1 + (N - n + .5) / (n + .5)) with n of N passages holding the term (Robertson and Zaragoza 2009).

        N counts `beyond` passages more than there are, none of which holds it.
        """
        held = self._searcher.doc_freq("text", term)
        return log(1 + (len(self) + beyond - held + 0.5) / (held + 0.5))

    def search(self, query: str, k: int, allowed: Allowed | None = None) -> Ranking:
        """The k passages with the highest BM25 score above 0; equal scores by ascending id."""
        import tantivy

        words = dict.fromkeys(self.terms(query)[:MOST_WORDS])
        if not words or not len(self):
            return []
        any_word = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, tantivy.Query.term_query(self._index.schema, "text", word)) for word in words]
        )
        wanted = any_word if allowed is None else self._among(any_word, allowed)
        found = self._searcher.search(wanted, k, count=False)
        scores = [float(score) for score, _ in found.hits]
        return sorted(zip(self._ids(found), scores, strict=True), key=lambda pair: (-pair[1], pair[0]))

    def _among(self, query: tantivy.Query, allowed: Allowed) -> tantivy.Query:
        """The query, kept to these ids without a change to its scores."""
        import tantivy

        ids = allowed.tolist()
        kept = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._index.schema, "id", ids), 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, kept)])

    def _ids(self, found: tantivy.SearchResult) -> list[int]:
        addresses = [address for _, address in found.hits]
        values = self._searcher.fast_field_values("id", addresses) if addresses else []
        return [value for value in values if isinstance(value, int)]


def write_words(folder: Path, fresh: Iterable[Words], gone: Collection[int]) -> None:
    """Bring a generation's folder up to date: `fresh` can be found, `gone` no longer."""
    import tantivy

    place = folder / FOLDER
    place.mkdir(exist_ok=True)
    for path in place.glob("*.json"):
        _unshare(path)
    index = (
        _open(place) if tantivy.Index.exists(str(place)) else _register(tantivy.Index(_schema(), path=str(place)))
    )
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for passage_id in gone:
        writer.delete_documents_by_query(tantivy.Query.term_query(index.schema, "id", passage_id))
    for words in fresh:
        entry = tantivy.Document()
        entry.add_unsigned("id", words.id)
        entry.add_text("text", words.text)
        writer.add_document(entry)
    writer.commit()
    writer.wait_merging_threads()
    for lock in place.glob(".tantivy-*.lock"):
        lock.unlink()


def _unshare(path: Path) -> None:
    """A file of its own in place of one that is shared with the generation before."""
    copy = path.with_name(path.name + ".own")
    shutil.copy2(path, copy)
    copy.replace(path)


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", stored=False, indexed=True, fast=True)
    builder.add_text_field("text", stored=False, tokenizer_name=_TOKENIZER, index_option="freq")
    return builder.build()


def _analyzer() -> tantivy.TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple())
    filters = [
        Filter.remove_long(64),
        Filter.lowercase(),
        Filter.ascii_fold(),
        Filter.stopword("english"),
        Filter.stemmer("english"),
    ]
    for each in filters:
        builder = builder.filter(each)
    return builder.build()


def _open(place: Path) -> tantivy.Index:
    import tantivy

    index = _register(tantivy.Index.open(str(place)))
    index.config_reader(reload_policy="manual")  # a generation never changes: nothing to watch for
    return index


def _register(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer(_TOKENIZER, _analyzer())
    return index
