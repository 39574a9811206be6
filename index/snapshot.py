"""One generation, checked and opened for searching; it never changes, a newer one takes its place."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from index.dense import dense
from index.errors import IndexDamagedError
from index.generation import damaged_files, generation_folder, missing_files
from index.inside import Rows
from index.lexical import LexicalIndex
from index.manifest import NAME as MANIFEST
from index.manifest import Manifest, read_manifest
from index.ports import Encoder, Ranker, Vectors
from index.stores.faiss import FaissStore
from index.stores.sentences import SentenceStore

# A writer drops a generation two steps after it was current; a reader that slow reads the manifest again.
_TRIES = 5

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What can be searched, all of it from the same generation; an `index.ports.View`."""

    folder: Path
    manifest: Manifest
    vectors: FaissStore
    sentences: SentenceStore
    words: LexicalIndex

    def rankers(self, encoder: Encoder) -> dict[str, Ranker]:
        """See `index.ports.View`."""
        return {"dense": dense(self.vectors, encoder), "lexical": self.words.search}

    def kept(self, passage_ids: Sequence[int]) -> Mapping[int, tuple[Vectors, Rows]]:
        """See `index.ports.View`."""
        found: dict[int, tuple[Vectors, Rows]] = {}
        for passage_id in passage_ids:
            vector, rows = self.vectors.vector(passage_id), self.sentences.rows(passage_id)
            if vector is not None and rows is not None:
                found[passage_id] = vector, rows
        return found

    def faults(self) -> list[str]:
        """The files that are missing or are not what was written."""
        return [
            f"{name} is missing or is not what was written" for name in damaged_files(self.folder, self.manifest)
        ]


def open_snapshot(folder: Path, before: Snapshot | None = None) -> Snapshot:
    """The current generation of an index folder.

    Files that the snapshot `before` has open are shared with it and not read again.
    Raises IndexDamagedError when a file is missing or is not what was written.
    """
    missing: list[str] = []
    for _ in range(_TRIES):
        manifest = read_manifest(folder)
        if manifest is None:
            raise IndexDamagedError(
                f"{folder} has no manifest; mend it with: python -m bot rebuild --index {folder}"
            )
        missing = damaged_files(folder, manifest, again=False)
        if not missing:
            try:
                snapshot = _open(folder, manifest, before)
            except (OSError, RuntimeError, ValueError):  # how Python, FAISS and tantivy say that a file went away
                snapshot = None
            # Stores open what they find, so a folder that was being dropped could pass for a smaller index.
            missing = missing_files(folder, manifest)
            if snapshot and not missing:
                return snapshot
        if read_manifest(folder) == manifest:
            break
    raise IndexDamagedError(
        f"{folder}: {', '.join(missing) or 'files of the index'} are missing or are not what was written; "
        f"mend it with: python -m bot rebuild --index {folder}"
    )


def _open(folder: Path, manifest: Manifest, before: Snapshot | None) -> Snapshot:
    place = generation_folder(folder, manifest.generation)
    vectors = FaissStore.open(place, before.vectors if before else None)
    sentences = SentenceStore.open(place, before.sentences if before else None)
    return Snapshot(folder, manifest, vectors, sentences, LexicalIndex(place))


class Snapshots:
    """The snapshots of one index folder, the newest that is whole at a time; `index.ports.Views`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swapping = Lock()
        self._seen = self._stamp()
        self._snapshot = open_snapshot(folder)

    @property
    def current(self) -> Snapshot:
        """The generation in use, the newest that is whole.

        Where another process has written, one thread goes to open what it wrote, and the others search on
        in the generation before.
        """
        if self._stamp() != self._seen and self._swapping.acquire(blocking=False):
            try:
                self._swap()
            finally:
                self._swapping.release()
        return self._snapshot

    def refresh(self) -> None:
        """See `index.ports.Views`."""
        with self._swapping:
            self._swap()

    def notice(self) -> str:
        """Nothing: files that can be searched at all are searched in full."""
        return ""

    def close(self) -> None:
        """Nothing to let go of: what maps a file ends with the snapshot."""

    def _swap(self) -> None:
        stamp = self._stamp()
        try:
            self._snapshot = open_snapshot(self._folder, self._snapshot)
        except IndexDamagedError as error:
            _logger.error("searching on in the generation before: %s", error)
        self._seen = stamp

    def _stamp(self) -> tuple[int, int]:
        """Changes whenever the manifest is replaced."""
        try:
            status = (self._folder / MANIFEST).stat()
        except FileNotFoundError:
            return 0, 0
        return status.st_mtime_ns, status.st_ino
