"""Derived files as immutable generations: written aside, synced, renamed, checked before they are loaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from index.checked import Checked
from index.manifest import Manifest, file_digest, sync_folder, write_manifest

# The one before the current stays for readers that have just read its manifest.
_KEPT = 2


def generation_folder(folder: Path, number: int) -> Path:
    """Where a generation's files are."""
    return folder / "generations" / f"{number:08d}"


def damaged_files(folder: Path, manifest: Manifest, *, again: bool = True) -> list[str]:
    """The files of the current generation that are missing or do not have the digest they were written with.

    FAISS loads a flipped byte without a word and can hang on one, so this runs before anything is loaded.
    A large file whose inode, size and time are those under which it was found whole before is read `again` or
    taken to be so still.
    """
    checked = Checked(folder)
    place = generation_folder(folder, manifest.generation)
    wrong = [
        name
        for name, digest in sorted(manifest.files.items())
        if not checked.is_whole(place / name, digest, again=again)
    ]
    checked.keep(manifest.files.values())
    return wrong


def missing_files(folder: Path, manifest: Manifest) -> list[str]:
    """The files of a generation that are not there."""
    current = generation_folder(folder, manifest.generation)
    return [name for name in sorted(manifest.files) if not (current / name).is_file()]


@contextmanager
def next_generation(
    folder: Path, manifest: Manifest, sequence: int, digests: Mapping[int, str] | None = None
) -> Iterator[Path]:
    """A folder with the current generation's files, in which to write the next; it becomes current at the end.

    Files are shared with the current generation by hard links, so a file must be replaced, never written
    into. `digests` has those of files that were synced already, by inode. After an exception everything is as
    it was.
    """
    ready = digests or {}
    checked = Checked(folder)
    temporary = folder / "generations" / f"new-{manifest.generation + 1:08d}"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        for name in manifest.files:
            share(generation_folder(folder, manifest.generation) / name, temporary / name)
        before = {(temporary / name).stat().st_ino: digest for name, digest in manifest.files.items()}
        yield temporary
        files = {}
        for path in sorted(temporary.rglob("*")):
            if path.is_file():
                inode = path.stat().st_ino
                digest = before.get(inode) or ready.get(inode) or synced_digest(path)
                files[path.relative_to(temporary).as_posix()] = digest
                checked.note(path, digest)
        for path in [*(p for p in temporary.rglob("*") if p.is_dir()), temporary]:
            sync_folder(path)
        target = generation_folder(folder, manifest.generation + 1)
        shutil.rmtree(target, ignore_errors=True)  # left by a build that died before its manifest
        temporary.rename(target)
        sync_folder(target.parent)
        checked.keep(files.values())
        write_manifest(folder, manifest.next(sequence, files))
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    _drop_old(folder, manifest.generation + 1)


def share(source: Path, target: Path) -> None:
    """Have a file at a second place, not copied where the file system can do without: replace it, never change it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copy2(source, target)


def synced_digest(path: Path) -> str:
    """The digest of a file, once the disk has it."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
    return file_digest(path)


def _drop_old(folder: Path, current: int) -> None:
    for path in (folder / "generations").iterdir():
        if not path.name.isdigit() or int(path.name) <= current - _KEPT:
            shutil.rmtree(path, ignore_errors=True)
