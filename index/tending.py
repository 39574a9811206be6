"""Large segments of vectors merged in the background: aside, from files that never change, swapped in at the end."""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from index.errors import IndexBusyError
from index.generation import generation_folder, next_generation, share, synced_digest
from index.manifest import Manifest, read_manifest
from index.stores.faiss_segment import EXACT_UP_TO
from index.stores.segments import read_dead, to_merge, unused_number
from index.stores.writing import merge_segments, segment_files, take_merged

_ASIDE = "merging"
# A merged segment gets its number when it takes its place.
_UNNAMED = 0

# How often, and after how many seconds, it is tried to put a merged segment in place while others write.
_TRIES, _PAUSE = 240, 0.5

_logger = logging.getLogger(__name__)


class _Merged(NamedTuple):
    """A segment in `target`, made of `victims`, whose files and digests are in `of`; `buried` are left out."""

    victims: Sequence[int]
    of: Mapping[str, str | None]
    target: Path
    buried: NDArray[np.int64]
    digests: Mapping[int, str]


class Tender:
    """Merges the segments of one index folder, one merge at a time, whoever else writes meanwhile.

    The write lock is held only while finished files are put in their place. A merge that is killed leaves
    nothing but the folder `merging`, which the next one clears.
    """

    def __init__(
        self,
        folder: Path,
        exclusive: Callable[[], AbstractContextManager[None]],
        on_change: Callable[[], None],
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        self._folder = folder
        self._exclusive = exclusive
        self._on_change = on_change
        self._exact_up_to = exact_up_to
        self._starting = Lock()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Go on with whatever has to be merged, in a thread of its own."""
        with self._starting:
            if (self._thread is None or not self._thread.is_alive()) and self._due():
                self._thread = Thread(target=self.tend, name="merging", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Wait until nothing is being merged any more."""
        with self._starting:
            thread = self._thread
        if thread is not None:
            thread.join()

    def tend(self) -> None:
        """Merge until all is well, or leave it to the process that is at it already."""
        try:
            with FileLock(self._folder / "merge.lock", timeout=0):
                try:
                    while victims := self._due():
                        self._put(self._merged(victims))
                        self._on_change()
                finally:
                    shutil.rmtree(self._folder / _ASIDE, ignore_errors=True)
        except Timeout:
            return
        except IndexBusyError:
            _logger.info("another process writes to %s and will merge when it has done", self._folder)
        except (OSError, RuntimeError, MemoryError) as error:  # RuntimeError is what FAISS raises
            _logger.error("%s could not be merged and is searched as it was: %s", self._folder, error)

    def _due(self) -> list[int]:
        manifest = read_manifest(self._folder)
        try:
            place = self._place(manifest) if manifest else None
            return to_merge(place, sealed=True, exact_up_to=self._exact_up_to) if place else []
        except FileNotFoundError:  # another process has written, and will see to it
            return []

    def _place(self, manifest: Manifest) -> Path:
        return generation_folder(self._folder, manifest.generation)

    def _merged(self, victims: Sequence[int]) -> _Merged:
        """The segment that these become, written aside."""
        source, target = self._folder / _ASIDE / "from", self._folder / _ASIDE / "to"
        shutil.rmtree(source.parent, ignore_errors=True)
        source.mkdir(parents=True)
        target.mkdir()
        with self._exclusive():  # a moment, so that no file goes away while it is linked
            manifest = read_manifest(self._folder)
            assert manifest is not None, "it was there when a merge was found to be due"
            files = {path.name: path for each in victims for path in segment_files(self._place(manifest), each)}
            for name, path in files.items():
                share(path, source / name)
            dead = read_dead(self._place(manifest))
        buried = merge_segments(source, victims, target, _UNNAMED, dead, self._exact_up_to)
        digests = {path.stat().st_ino: synced_digest(path) for path in target.iterdir()}
        return _Merged(victims, {name: manifest.files.get(name) for name in files}, target, buried, digests)

    def _put(self, merged: _Merged) -> None:
        """Make a merged segment part of the next generation; raises IndexBusyError when another process goes on."""
        for tries in range(1, _TRIES + 1):
            try:
                self._swap(merged)
                break
            except IndexBusyError:
                if tries == _TRIES:
                    raise
                time.sleep(_PAUSE)

    def _swap(self, merged: _Merged) -> None:
        with self._exclusive():
            now = read_manifest(self._folder)
            if now is None or any(now.files.get(name) != digest for name, digest in merged.of.items()):
                return  # the index was built anew meanwhile
            with next_generation(self._folder, now, now.sequence, merged.digests) as place:
                name = f"{unused_number(place):08d}"
                for path in merged.target.iterdir():
                    path.rename(path.with_name(path.name.replace(f"{_UNNAMED:08d}", name)))
                take_merged(place, merged.victims, merged.target, merged.buried)
