"""One generation, checked and opened for searching; it never changes, a newer one takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.errors import IndexDamagedError
from index.generation import damaged_files, generation_folder, missing_files
from index.lexical import LexicalIndex
from index.manifest import Manifest, read_manifest
from index.stores.faiss import FaissStore
from index.stores.sentences import SentenceStore

# A writer drops a generation two steps after it was current; a reader that slow reads the manifest again.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What can be searched, all of it from the same generation."""

    manifest: Manifest
    vectors: FaissStore
    sentences: SentenceStore
    words: LexicalIndex


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
                snapshot = _open(generation_folder(folder, manifest.generation), manifest, before)
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


def _open(place: Path, manifest: Manifest, before: Snapshot | None) -> Snapshot:
    vectors = FaissStore.open(place, before.vectors if before else None)
    sentences = SentenceStore.open(place, before.sentences if before else None)
    return Snapshot(manifest, vectors, sentences, LexicalIndex(place))
