"""Where an article came from, as text: what an origin names; it touches no file."""

from __future__ import annotations

from pathlib import Path


def is_web(origin: str) -> bool:
    """Whether an origin, or a source that is to be added, is a URL."""
    return origin.lower().startswith(("http://", "https://"))


def file_of(origin: str) -> Path:
    """The file that an origin lies in: the origin itself, or what stands before its `#n` or `#=key`."""
    path, mark, part = origin.rpartition("#")
    return Path(path) if mark and (part.isdigit() or part.startswith("=")) else Path(origin)
