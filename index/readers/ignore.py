"""The `.botignore` of a folder: which of its files are not articles; it opens no other file."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path

NAME = ".botignore"


def ignored(root: Path) -> Callable[[Path, bool], bool]:
    """Whether a path beneath the folder (and whether that is a folder) is to be passed over.

    A line is a pattern with `*`, `?` and `[...]`. One without a slash inside matches a name anywhere, one
    with a slash the path from the folder; one that ends with a slash matches folders only. `#` begins a
    remark, and the last line that matches decides: one that begins with `!` takes a file back in.
    """
    try:
        lines = (root / NAME).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return lambda path, is_folder: False
    rules = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]

    def is_ignored(path: Path, is_folder: bool) -> bool:
        inside = path.relative_to(root).as_posix()
        verdict = False
        for rule in rules:
            pattern = rule.removeprefix("!")
            if pattern.endswith("/") and not is_folder:
                continue
            bare = pattern.strip("/")
            is_path = "/" in pattern.rstrip("/")
            if is_path and inside.count("/") != bare.count("/"):  # a `*` stays within its folder
                continue
            if fnmatchcase(inside if is_path else path.name, bare):
                verdict = not rule.startswith("!")
        return verdict

    return is_ignored
