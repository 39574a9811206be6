"""Vectors and words follow the catalogue: what came is written, what went is dropped, what broke is made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from index.article import Article, Passage, Span
from index.catalogue import Catalogue
from index.errors import IndexDamagedError
from index.generation import damaged_files, generation_folder, next_generation
from index.lexical import FOLDER as WORDS_FOLDER
from index.lexical import LexicalIndex, Words, write_words
from index.manifest import Manifest, check_encoder, read_manifest, write_manifest
from index.ports import Encoded, Encoder
from index.split import passages
from index.stores.faiss import FaissStore, write_vectors
from index.stores.sentences import write_sentences

# Some seconds of encoding: what a build that is killed has to do again. A generation costs about 50 ms.
BATCH = 256

OnWritten = Callable[[int], None]
"""Told, batch by batch, how many more passages can be found from now on."""


def split_for(encoder: Encoder, article: Article) -> list[list[Span]]:
    """The passages of an article, each short enough to be read whole by the encoder with the title in front."""
    title = min(encoder.count_tokens([article.title])[0], encoder.title_window)
    return passages(article.text, encoder.count_tokens, encoder.window - title, article.language or "en")


@dataclass(slots=True)
class _Work:
    """What has to be done to the files of a generation; ids ascending."""

    vectors: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    vectors_gone: list[int] = field(default_factory=list)
    words_gone: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.vectors or self.words or self.vectors_gone or self.words_gone)

    def batches(self) -> list[_Work]:
        """The same work in steps; everything that needs no encoding is in the first."""
        steps = [self.vectors[at : at + BATCH] for at in range(0, len(self.vectors), BATCH)] or [[]]
        if self.words == self.vectors:
            return [
                _Work(ids, ids, [] if i else self.vectors_gone, [] if i else self.words_gone)
                for i, ids in enumerate(steps)
            ]
        return [_Work(steps[0], self.words, self.vectors_gone, self.words_gone), *map(_Work, steps[1:])]


class Derived:
    """The derived files of one index folder, for the one process that holds its write lock."""

    def __init__(self, folder: Path, catalogue: Catalogue, encoder: Encoder) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._encoder = encoder

    def follow(self, fresh: Sequence[int], gone: Collection[int], on_written: OnWritten) -> None:
        """Make passages findable that came, and those that went no longer so."""
        ids = sorted(fresh)
        self._write(self._manifest(), _Work(ids, ids, sorted(gone), sorted(gone)), on_written)

    def mend(self, on_written: OnWritten, check_files: bool = True) -> bool:
        """Bring the files to what the catalogue holds; False when they were so already.

        Files that are missing or damaged are dropped and made again, the words without any encoding;
        without `check_files` they are taken to be whole.
        """
        manifest = self._manifest()
        damaged = damaged_files(self._folder, manifest) if check_files else []
        if not damaged and manifest.files and manifest.sequence == self._catalogue.sequence():
            return False
        kept = replace(manifest, files=_undamaged(manifest.files, damaged))
        work = self._difference(kept)
        if damaged or work or not manifest.files:
            self._write(kept, work, on_written)
        else:
            write_manifest(self._folder, replace(manifest, sequence=self._catalogue.sequence()))
        return bool(damaged or work)

    def rebuild(self, on_written: OnWritten) -> None:
        """Make all files anew, from the catalogue and with this encoder."""
        try:
            before = read_manifest(self._folder)
        except IndexDamagedError:  # it is about to be replaced
            before = None
        blank = self._blank(before.generation if before else self._last_generation())
        everything = self._catalogue.passage_ids().tolist()
        self._write(blank, _Work(everything, everything), on_written)

    def _manifest(self) -> Manifest:
        manifest = read_manifest(self._folder)
        if manifest is None:
            return self._blank(self._last_generation())
        check_encoder(self._folder, manifest, self._encoder)
        return manifest

    def _blank(self, generation: int) -> Manifest:
        return Manifest(self._encoder.name, self._encoder.digest, self._encoder.dimension, generation)

    def _last_generation(self) -> int:
        numbers = [int(p.name) for p in (self._folder / "generations").glob("*") if p.name.isdigit()]
        return max(numbers, default=0)

    def _difference(self, manifest: Manifest) -> _Work:
        """What separates the files of a manifest from the catalogue."""
        wanted = self._catalogue.passage_ids()
        place = generation_folder(self._folder, manifest.generation)
        has_vectors = any(name.startswith("vectors-") for name in manifest.files)
        has_words = any(name.startswith(WORDS_FOLDER) for name in manifest.files)
        vectors = FaissStore.open(place).ids() if has_vectors else np.empty(0, np.int64)
        words = LexicalIndex(place).ids() if has_words else np.empty(0, np.int64)
        return _Work(
            np.setdiff1d(wanted, vectors).tolist(),
            np.setdiff1d(wanted, words).tolist(),
            np.setdiff1d(vectors, wanted).tolist(),
            np.setdiff1d(words, wanted).tolist(),
        )

    def _write(self, manifest: Manifest, work: _Work, on_written: OnWritten) -> None:
        steps = work.batches()
        for step in steps:
            # Until the last step the files are behind the catalogue, and a reader of the manifest can see it.
            sequence = self._catalogue.sequence() if step is steps[-1] else -1
            known = self._load({*step.vectors, *step.words})
            encoded = self._encode([known[i] for i in step.vectors])
            with next_generation(self._folder, manifest, sequence) as place:
                number = manifest.generation + 1
                write_vectors(place, number, step.vectors, encoded.passages, step.vectors_gone)
                write_sentences(place, number, step.vectors, encoded.sentences, step.vectors_gone)
                write_words(place, [_words(*known[i]) for i in step.words], step.words_gone)
            manifest = self._manifest()
            on_written(len(step.vectors))

    def _load(self, ids: Collection[int]) -> dict[int, tuple[Passage, Article]]:
        found = self._catalogue.passages(ids)
        articles = self._catalogue.articles({passage.article_id for passage in found.values()})
        return {i: (passage, articles[passage.article_id]) for i, passage in found.items()}

    def _encode(self, known: Sequence[tuple[Passage, Article]]) -> Encoded:
        if not known:
            return Encoded(np.zeros((0, self._encoder.dimension), np.float32), [])
        return self._encoder.encode_passages(
            [article.title for _, article in known],
            [article.text[passage.start : passage.end] for passage, article in known],
            [[(start - p.start, end - p.start) for start, end in p.sentences] for p, _ in known],
        )


def _words(passage: Passage, article: Article) -> Words:
    return Words(passage.id, f"{article.title}\n{article.text[passage.start : passage.end]}")


def _undamaged(files: dict[str, str], damaged: Collection[str]) -> dict[str, str]:
    """The files that are of use still: vectors and sentences go together, and so do all files of the words."""
    broken = {name.startswith(WORDS_FOLDER) for name in damaged}
    return {name: digest for name, digest in files.items() if name.startswith(WORDS_FOLDER) not in broken}
