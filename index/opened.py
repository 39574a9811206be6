"""Opening an index folder: what it takes to search it and to write to it, put together in one place."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from index.builder import Builder
from index.catalogue import Catalogue
from index.encode import find_encoder
from index.errors import IndexBusyError, IndexDamagedError, IndexMissingError
from index.generation import damaged_files
from index.lazy import LazyEncoder
from index.manifest import Manifest, check_encoder, read_manifest
from index.ports import Encoder
from index.rebuilding import OnRebuild, untold
from index.retriever import Retriever
from index.snapshot import Snapshots

_CATALOGUE = "catalogue.sqlite"
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """An index folder that is open: its catalogue, and the two paths through it."""

    folder: Path
    encoder: Encoder
    catalogue: Catalogue
    builder: Builder
    retriever: Retriever

    def close(self) -> None:
        """Let go of the database; searches that are under way may fail."""
        self.builder.finish()
        self.retriever.close()
        self.catalogue.close()


def open_index(
    path: str | Path,
    *,
    model: str = "",
    encoder: Encoder | None = None,
    create: bool = True,
    anew: bool = False,
    backend: str = "auto",
    device: str = "cpu",
    cache: Path | None = None,
    eager: bool = False,
    on_step: OnRebuild = untold,
) -> OpenIndex:
    """The index at a path; made there when it is missing and `create` is set.

    An index is opened with the encoder it was built with; a `model` or `encoder` that is given must be that
    one, unless the index is to be built `anew`. `backend`, `device` and `cache` say how the model is run, see
    `index.find_encoder`; a converted model is kept in the index where `cache` cannot be written. An `eager` opening
    loads the model beside everything else, for a question that is about to come. Whatever a
    killed build or a damaged disk left amiss in the derived files is mended from the catalogue first; `on_step` is
    told how far that, or the building `anew`, has come.
    Raises IndexMissingError, EncoderMismatchError, ModelError, SettingError, or IndexBusyError when mending is
    needed while another process writes.
    """
    folder = Path(path).absolute()
    _check_place(folder, create)
    (folder / "generations").mkdir(parents=True, exist_ok=True)
    manifest, unreadable = _manifest(folder)
    wanted = model or (manifest.encoder if manifest and not anew else "")
    chosen = encoder or find_encoder(wanted, backend=backend, device=device, cache=cache, beside=folder)
    if manifest and not anew:
        check_encoder(folder, manifest, chosen)
    if eager and isinstance(chosen, LazyEncoder):
        chosen.begin()
    catalogue = Catalogue(folder / _CATALOGUE)
    builder = Builder(folder, catalogue, chosen)
    try:
        if anew or unreadable:
            builder.rebuild(on_step, split_anew=anew)
        else:
            _mend(folder, manifest, builder, on_step)
        retriever = Retriever(Snapshots(folder), catalogue, chosen)
        builder.on_change = retriever.refresh
        return OpenIndex(folder, chosen, catalogue, builder, retriever)
    except BaseException:
        catalogue.close()
        raise


def _check_place(folder: Path, create: bool) -> None:
    if (folder / _CATALOGUE).is_file():
        return
    if not create:
        raise IndexMissingError(
            f"there is no index at {folder}; make one with: python -m bot add FOLDER_OF_ARTICLES --index {folder}"
        )
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise IndexMissingError(f"{folder} is there and is no index; give the path of an index, or of a new folder")


def _manifest(folder: Path) -> tuple[Manifest | None, bool]:
    """The manifest, and whether there is one that cannot be read."""
    try:
        return read_manifest(folder), False
    except IndexDamagedError as error:
        _logger.warning("making the index files anew from the catalogue: %s", error)
        return None, True


def _mend(folder: Path, manifest: Manifest | None, builder: Builder, on_step: OnRebuild) -> None:
    try:
        if builder.mend(on_step) and manifest:
            _logger.warning("%s was not as its last writer meant to leave it; it was mended", folder)
    except IndexBusyError:
        # The process that writes is about to bring the files up to date; what is whole can be searched now.
        if manifest is None or damaged_files(folder, manifest, again=False):
            raise
