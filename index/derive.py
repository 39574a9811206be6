"""Vectors and words follow the catalogue: what came is written, what went is dropped, what broke is made again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from index.ahead import Ahead
from index.article import Article, Span
from index.catalogue import Catalogue
from index.encoding import BATCH, encode
from index.errors import IndexDamagedError
from index.generation import damaged_files, generation_folder, next_generation
from index.instalment import Instalments
from index.ledger import Batch
from index.lexical import FOLDER as WORDS_FOLDER
from index.lexical import LexicalIndex, Words, write_words
from index.manifest import Manifest, check_encoder, read_manifest, write_manifest
from index.ports import Encoder, Vectors
from index.prepared import Fresh, OnWritten
from index.split import passages
from index.stores.faiss import FaissStore
from index.stores.writing import write_segment

OnEncoded = Callable[[int, int], None]
"""Told how many of how many passages are encoded."""


def _untold(_: int, __: int) -> None:
    """For those who do not want to hear of it."""


def split_for(encoder: Encoder, article: Article) -> list[list[Span]]:
    """The passages of an article, each short enough to be read whole by the encoder with the title in front."""
    title = min(encoder.count_tokens([article.title])[0], encoder.title_window)
    return passages(article.text, encoder.count_tokens, encoder.window - title, article.language or "en")


def encode_fresh(encoder: Encoder, fresh: Sequence[Fresh]) -> None:
    """Give these passages their vectors."""
    vectors = encode(encoder, [(each.article, each.passage.sentences) for each in fresh])
    for each, found in zip(fresh, vectors, strict=True):
        each.vectors = found


@dataclass(slots=True)
class _Work:
    """What has to be done to the files of a generation: the ids that came and went, ascending."""

    vectors: Sequence[int] = ()
    words: Sequence[int] = ()
    vectors_gone: Sequence[int] = ()
    words_gone: Sequence[int] = ()

    def __bool__(self) -> bool:
        return any(map(len, (self.vectors, self.words, self.vectors_gone, self.words_gone)))


@dataclass(slots=True)
class _Step:
    """What one generation adds."""

    vectors: list[Fresh] = field(default_factory=list)
    words: list[Fresh] = field(default_factory=list)

    def __len__(self) -> int:
        return max(len(self.vectors), len(self.words))


class Derived:
    """The derived files of one index folder, for the one process that holds its write lock."""

    def __init__(self, folder: Path, catalogue: Catalogue, encoder: Encoder) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._encoder = encoder

    def follow(self, batch: Batch, fresh: Sequence[Fresh], on_written: OnWritten) -> None:
        """Make passages findable that came, and those that went no longer so; the batch is kept.

        It is committed when everything is written but the manifest, so that what was there before can be found
        until what replaces it can.
        """
        # What came and went in the same transaction never was in a file.
        dropped = set(batch.gone)
        live = sorted((each for each in fresh if each.passage.id not in dropped), key=lambda each: each.passage.id)
        dropped.difference_update(each.passage.id for each in fresh)
        manifest, sequence = self._manifest(), self._catalogue.sequence() + 1
        if not live and not dropped and manifest.files:
            batch.commit()
            write_manifest(self._folder, replace(manifest, sequence=sequence))
            return
        ready = [each for each in live if each.vectors is not None]
        later = [each for each in live if each.vectors is None]
        work = _Work(vectors_gone=sorted(dropped), words_gone=sorted(dropped))
        self._generation(manifest, -1 if later else sequence, _Step(ready, live), work, batch.commit)
        on_written(len(ready))
        if later:
            steps = (_Step(later[at : at + BATCH]) for at in range(0, len(later), BATCH))
            self._write(self._manifest(), sequence, steps, _Work(), on_written)

    def mend(self, on_written: OnWritten, check_files: bool = True, on_encoded: OnEncoded = _untold) -> bool:
        """Bring the files to what the catalogue holds; False when they were so already.

        Files that are missing or damaged are dropped and made again, the words without any encoding;
        without `check_files` they are taken to be whole.
        """
        manifest = self._manifest()
        damaged = damaged_files(self._folder, manifest, again=False) if check_files else []
        # Before anything is compared: what another machine writes meanwhile is left to the next time.
        sequence = self._catalogue.sequence()
        if not damaged and manifest.files and manifest.sequence == sequence:
            return False
        kept = replace(manifest, files=_undamaged(manifest.files, damaged))
        work = self._difference(kept)
        if damaged or work or not manifest.files:
            self._write(kept, sequence, self._steps(work), work, on_written, on_encoded)
        else:
            write_manifest(self._folder, replace(manifest, sequence=sequence))
        return bool(damaged or work)

    def is_half_made(self) -> bool:
        """Whether making the files anew, with this encoder, was begun and not brought to its end."""
        try:
            manifest = read_manifest(self._folder)
        except IndexDamagedError:
            return False
        return manifest is not None and manifest.sequence < 0 and manifest.encoder_digest == self._encoder.digest

    def rebuild(self, on_written: OnWritten, on_encoded: OnEncoded = _untold) -> None:
        """Make all files anew, from the catalogue and with this encoder."""
        try:
            before = read_manifest(self._folder)
        except IndexDamagedError:  # it is about to be replaced
            before = None
        blank = self._blank(before.generation if before else self._last_generation())
        sequence = self._catalogue.sequence()
        everything = _Work(ids := self._catalogue.passage_ids().tolist(), ids)
        self._write(blank, sequence, self._steps(everything), everything, on_written, on_encoded)

    def _manifest(self) -> Manifest:
        manifest = read_manifest(self._folder)
        if manifest is None:
            return self._blank(self._last_generation())
        if not self._catalogue.is_named(manifest.catalogue):  # what the folder followed means others by its ids
            return self._blank(manifest.generation)
        check_encoder(self._folder, manifest, self._encoder)
        return replace(manifest, catalogue=self._catalogue.name)

    def _blank(self, generation: int) -> Manifest:
        encoder, named = self._encoder, self._catalogue.name
        return Manifest(encoder.name, encoder.digest, encoder.dimension, generation, catalogue=named)

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

    def _steps(self, work: _Work) -> Iterator[_Step]:
        """The passages that some file lacks, read from the catalogue a few at a time."""
        vectors, words = set(work.vectors), set(work.words)
        ids = sorted(vectors | words)
        for at in range(0, len(ids), BATCH):
            known = self._load(ids[at : at + BATCH])
            yield _Step([known[i] for i in known if i in vectors], [known[i] for i in known if i in words])

    def _write(
        self,
        manifest: Manifest,
        sequence: int,
        steps: Iterable[_Step],
        work: _Work,
        on_written: OnWritten,
        on_encoded: OnEncoded = _untold,
    ) -> None:
        """Write all of it, generation by generation, encoding the next passages meanwhile."""
        instalments = Instalments()
        done, wanted = 0, len(work.vectors)
        on_encoded(done, wanted)
        encoded = Ahead(self._encoded(steps), room=2)
        gathered = _Step()
        try:
            for step in encoded:
                gathered.vectors += step.vectors
                gathered.words += step.words
                on_encoded(done := done + len(step.vectors), wanted)
                if instalments.is_due(len(gathered)):
                    with instalments.paying():
                        # Until the last step the files are behind the catalogue, and a reader can see it.
                        self._generation(manifest, -1, gathered, work)
                        on_written(len(gathered.vectors))
                    manifest, gathered, work = self._manifest(), _Step(), _Work()
        finally:
            encoded.close(wait=None)
        self._generation(manifest, sequence, gathered, work)
        on_written(len(gathered.vectors))

    def _encoded(self, steps: Iterable[_Step]) -> Iterator[_Step]:
        for step in steps:
            encode_fresh(self._encoder, step.vectors)
            yield step

    def _generation(
        self,
        manifest: Manifest,
        sequence: int,
        step: _Step,
        work: _Work,
        commit: Callable[[], None] = lambda: None,
    ) -> None:
        """Write the next generation, with a step added and what is gone of the work taken out."""
        ids = [each.passage.id for each in step.vectors]
        vectors = [each.vectors for each in step.vectors if each.vectors is not None]
        whole = np.stack([each.whole for each in vectors]) if vectors else self._no_vectors()
        with next_generation(self._folder, manifest, sequence) as place:
            write_segment(place, ids, whole, [each.inside for each in vectors], work.vectors_gone)
            write_words(place, [_words(each) for each in step.words], work.words_gone)
            commit()

    def _no_vectors(self) -> Vectors:
        return np.zeros((0, self._encoder.dimension), np.float32)

    def _load(self, ids: Sequence[int]) -> dict[int, Fresh]:
        """The passages with these ids, by ascending id."""
        found, articles = self._catalogue.passages_in_articles(ids)
        return {i: Fresh(found[i], articles[found[i].article_id]) for i in sorted(found)}


def _words(fresh: Fresh) -> Words:
    text = fresh.article.text[fresh.passage.start : fresh.passage.end]
    return Words(fresh.passage.id, f"{fresh.article.title}\n{text}")


def _undamaged(files: dict[str, str], damaged: Collection[str]) -> dict[str, str]:
    """The files that are of use still: vectors and sentences go together, and so do all files of the words."""
    broken = {name.startswith(WORDS_FOLDER) for name in damaged}
    return {name: digest for name, digest in files.items() if name.startswith(WORDS_FOLDER) not in broken}
