"""Opening an index folder: what it takes to search it and to write to it, put together in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.builder import Builder
from index.catalogue import Catalogue
from index.database import database_url
from index.encode import find_encoder
from index.errors import IndexBusyError, IndexDamagedError, IndexMissingError, SettingError
from index.following import Following
from index.generation import damaged_files
from index.lazy import LazyEncoder
from index.ledger import note_encoder
from index.manifest import Manifest, check_encoder, read_manifest
from index.ports import Encoder
from index.rebuilding import OnRebuild, untold
from index.retriever import Retriever
from index.shared.address import check_uri
from index.shared.opening import made_in_files, open_shared, shared_encoder
from index.snapshot import Snapshots

STORES = ("faiss", "milvus")
"""What finds passages: files in the index folder, or Milvus."""

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
    following: Following

    def close(self) -> None:
        """Let go of the database; searches that are under way may fail."""
        self.following.stop()
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
    database: str = "",
    store: str = "faiss",
    milvus_uri: str = "",
    milvus_token: str = "",
) -> OpenIndex:
    """The index at a path; made there when it is missing and `create` is set.

    An index is opened with the encoder it was built with; a `model` or `encoder` that is given must be that
    one, unless the index is to be built `anew`. `backend`, `device` and `cache` say how the model is run, see
    `index.find_encoder`; a converted model is kept in the index where `cache` cannot be written. An `eager` opening
    loads the model beside everything else, for a question that is about to come. Whatever a
    killed build or a damaged disk left amiss in the derived files is mended from the catalogue first; `on_step` is
    told how far that, or the building `anew`, has come. `database` is the address of a PostgreSQL server whose
    catalogue the folder follows, in place of one of its own: what other machines write is found here in a moment.
    `store` is "faiss", files in the folder, or "milvus", the one at `milvus_uri`: http://HOST:19530, with a
    `milvus_token` where it asks for one, or the path of a file that ends in .db. It need not be there yet.
    Raises IndexMissingError, EncoderMismatchError, ModelError, SettingError, or IndexBusyError when mending is
    needed while another process writes, and ServerAwayError when the database does not answer.
    """
    if store not in STORES:
        raise SettingError(f"the store is {store!r}, expected one of: {', '.join(STORES)}")
    uri = check_uri(milvus_uri) if store == "milvus" else ""
    folder = Path(path).absolute()
    at = database_url(database) if database else folder / _CATALOGUE
    _check_place(folder, create, bool(database))
    (folder / "generations").mkdir(parents=True, exist_ok=True)
    catalogue = Catalogue(at, create)
    try:
        if catalogue.is_half_copied():
            raise IndexBusyError(
                "the database is being made of another index; end that with: python -m bot migrate"
            )
        find = partial(find_encoder, backend=backend, device=device, cache=cache, beside=folder)
        how = (folder, catalogue, lambda name: encoder or find(name), model, anew, eager, on_step)
        return _open_milvus(*how, (uri, milvus_token)) if store == "milvus" else _opened(*how)
    except BaseException:
        catalogue.close()
        raise


def _opened(
    folder: Path,
    catalogue: Catalogue,
    find: Callable[[str], Encoder],
    model: str,
    anew: bool,
    eager: bool,
    on_step: OnRebuild,
) -> OpenIndex:
    manifest, unreadable = _manifest(folder)
    built_with = catalogue.built_with()
    if manifest and not catalogue.is_named(manifest.catalogue):
        manifest = None
    if manifest and built_with and manifest.encoder_digest != built_with.encoder_digest:
        manifest, unreadable = None, True  # another machine has encoded all of it anew
    known = None if anew else built_with or manifest
    chosen = _encoder(folder, find, model or (known.encoder if known else ""), known, eager)
    builder = Builder(folder, catalogue, chosen)
    if anew or unreadable:
        builder.rebuild(on_step, split_anew=anew)
    else:
        _mend(folder, manifest, builder, on_step)
    if catalogue.is_shared and (anew or not built_with):
        note_encoder(catalogue, chosen)
    retriever = Retriever(Snapshots(folder), catalogue, chosen)
    builder.on_change = retriever.refresh
    following = Following(catalogue, builder)
    if catalogue.is_shared:
        following.start()
    return OpenIndex(folder, chosen, catalogue, builder, retriever, following)


def _open_milvus(
    folder: Path,
    catalogue: Catalogue,
    find: Callable[[str], Encoder],
    model: str,
    anew: bool,
    eager: bool,
    on_step: OnRebuild,
    server: tuple[str, str],
) -> OpenIndex:
    """The index whose passages are found in the Milvus at an address, with a token; see `open_index`."""
    built_with, name = catalogue.built_with(), shared_encoder(catalogue)
    files = _files(folder, catalogue)
    known = None if anew else built_with or (None if name else files)
    name = "" if anew else name or (known.encoder if known else "")
    chosen = _encoder(folder, find, model or name, known, eager)
    made = made_in_files(folder) if files and files.encoder_digest == chosen.digest else None
    shared = open_shared(folder, catalogue, chosen, *server, anew=anew, made=made)
    builder = Builder(folder, catalogue, chosen, shared.follower, shared.feeder)
    shared.feeder.begin()
    try:
        if anew:
            builder.rebuild(on_step)
        else:
            with suppress(IndexBusyError):  # the process that writes sees to it; what there is can be searched
                builder.mend(on_step)
        if catalogue.is_shared and (anew or not built_with):
            note_encoder(catalogue, chosen)
    except BaseException:
        shared.views.close()
        raise
    retriever = Retriever(shared.views, catalogue, chosen)
    builder.on_change = retriever.refresh
    shared.feeder.start()
    return OpenIndex(folder, chosen, catalogue, builder, retriever, Following(catalogue, builder))


def _encoder(
    folder: Path, find: Callable[[str], Encoder], name: str, known: Manifest | None, eager: bool
) -> Encoder:
    """The encoder of this name, which must be the one that is known where there is one."""
    chosen = find(name)
    if known:
        check_encoder(folder, known, chosen)
    if eager and isinstance(chosen, LazyEncoder):
        chosen.begin()
    return chosen


def _check_place(folder: Path, create: bool, is_elsewhere: bool) -> None:
    if (folder / _CATALOGUE).is_file() or (is_elsewhere and (folder / "generations").is_dir()):
        return
    if not create and not is_elsewhere:
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


def _files(folder: Path, catalogue: Catalogue) -> Manifest | None:
    """The manifest of files that follow this catalogue; None where there are none to go by."""
    with suppress(IndexDamagedError):
        manifest = read_manifest(folder)
        if manifest and catalogue.is_named(manifest.catalogue):
            return manifest
    return None


def _mend(folder: Path, manifest: Manifest | None, builder: Builder, on_step: OnRebuild) -> None:
    try:
        if builder.mend(on_step) and manifest and not builder.catalogue.is_shared:
            _logger.warning("%s was not as its last writer meant to leave it; it was mended", folder)
    except IndexBusyError:
        # The process that writes is about to bring the files up to date; what is whole can be searched now.
        if manifest is None or damaged_files(folder, manifest, again=False):
            raise
