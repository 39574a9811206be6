"""What an index was built with and which derived files are its current ones; written last, whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from index.errors import EncoderMismatchError, IndexDamagedError
from index.ports import Encoder

FORMAT = 3
NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of the files derived from the catalogue.

    `generation` is 0 before the first one. `sequence` is the catalogue's when the generation was written.
    `files` maps each file of the generation, by its path within it, to its SHA-256. `catalogue` is the name of the one
    that it follows, empty in an index from before catalogues had names.
    """

    encoder: str
    encoder_digest: str
    dimension: int
    generation: int = 0
    sequence: int = 0
    files: dict[str, str] = field(default_factory=dict)
    store: str = "faiss"
    catalogue: str = ""
    format: int = FORMAT

    def next(self, sequence: int, files: dict[str, str]) -> Manifest:
        """The manifest of the following generation."""
        return replace(self, generation=self.generation + 1, sequence=sequence, files=files)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of an index folder, or None where there is none yet.

    Raises IndexDamagedError when it cannot be understood or is of a later format.
    """
    path = folder / NAME
    try:
        record = json.loads(path.read_text("utf-8"))
        manifest = Manifest(**record)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError) as error:
        raise IndexDamagedError(
            f"{path} cannot be read ({error}); mend the index with: python -m bot rebuild --index {folder}"
        ) from error
    if manifest.format != FORMAT:
        raise IndexDamagedError(
            f"{path} is of format {manifest.format}, this version reads format {FORMAT}; "
            f"rebuild with: python -m bot rebuild --index {folder}"
        )
    return manifest


def check_encoder(folder: Path, manifest: Manifest, encoder: Encoder) -> None:
    """Raises EncoderMismatchError unless the index was built with this very encoder."""
    if manifest.encoder_digest != encoder.digest:
        raise EncoderMismatchError(
            f"{folder} was built with {manifest.encoder} (weights {manifest.encoder_digest[:12]}…), not with "
            f"{encoder.name} (weights {encoder.digest[:12]}…); open it with --model {manifest.encoder}, or build "
            f"it anew with: python -m bot rebuild --index {folder} --model {encoder.name}"
        )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest in place in one step, synced to the disk."""
    temporary = folder / f"{NAME}.new"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump(asdict(manifest), stream, indent=1, sort_keys=True)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(folder / NAME)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder survive a power cut (on systems where a folder can be opened)."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
