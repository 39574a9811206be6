"""Which files of a folder are read; opens none of them."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from index.errors import ReadError
from index.readers.ignore import ignored
from index.readers.source import Notice, shown
from index.readers.vault import ATTACHMENTS, is_database

Entry = tuple[str, bool]
"""A name in a folder, and whether it is a folder's, or a link's that leads to one."""


def kind_of(path: Path, extensions: Collection[str]) -> str:
    """The extension, of one part or two, that a file has among these; empty if it has none of them."""
    last = path.suffixes[-2:]
    return next(
        (kind for kind in ("".join(last).lower(), last[-1].lower() if last else "") if kind in extensions), ""
    )


def walk(root: Path, extensions: Collection[str], notice: Notice) -> Iterator[Path]:
    """The files under a folder that have one of the extensions, as absolute paths in order, as they are found.

    Hidden files and folders are passed over, and so is what the folder's `.botignore` names. A link is not
    followed: what it leads to inside the folder is read in its own right, and what it leads to elsewhere was
    not asked for, which `notice` is told, as it is of folders that cannot be listed and of files of other
    kinds. Pictures and the like beside Markdown hang on it and are passed over, and so are the tables of
    Notion's databases, whose rows lie beside them as pages. Raises ReadError at once if the folder cannot be
    listed.
    """
    root = root.resolve()
    try:
        top = _listed(root)
    except OSError as error:
        raise _unlisted(root, error) from error
    return _walk(root, top, extensions, notice)


def _walk(root: Path, top: list[Entry], extensions: Collection[str], notice: Notice) -> Iterator[Path]:
    is_ignored = ignored(root)
    others: Counter[str] = Counter()
    has_notes = False
    # Folders on the way to the one that is being read, each with what is left of it: in the order of the names,
    # folders among the files, paths come as they would be sorted, with never more than these lists in memory.
    left = [(root, iter(top))]
    while left:
        folder, entries = left[-1]
        name, is_folder = next(entries, ("", False))
        if not name:
            left.pop()
            continue
        path = folder / name
        if name.startswith(".") or is_ignored(path, is_folder):
            continue
        if path.is_symlink():
            if is_folder or kind_of(path, extensions):
                _look_at_link(path, root, notice)
            else:
                others[path.suffix.lower() or "no extension"] += 1
        elif is_folder:
            try:
                left.append((path, iter(_listed(path))))
            except OSError as error:
                notice(_unlisted(path, error))
        elif is_database(path):
            continue
        elif not kind_of(path, extensions):
            others[path.suffix.lower() or "no extension"] += 1
        elif _is_fit(path, notice):
            has_notes = has_notes or path.suffix.lower() == ".md"
            yield path
    if has_notes:
        others = Counter({kind: count for kind, count in others.items() if kind not in ATTACHMENTS})
    if others:
        kinds = ", ".join(
            f"{kind} ({count})" for kind, count in sorted(others.items(), key=lambda of: (-of[1], of[0]))[:8]
        )
        notice(ReadError(shown(root), f"files of kinds that are not read are left out: {shown(kinds)}"))


def _listed(folder: Path) -> list[Entry]:
    with os.scandir(folder) as entries:
        return sorted((entry.name, _is_folder(entry)) for entry in entries)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a circle of links
        return False


def _unlisted(folder: Path, error: OSError) -> ReadError:
    return ReadError(shown(folder), f"cannot be listed ({error.strerror}); expected a readable folder")


def _is_fit(path: Path, notice: Notice) -> bool:
    """Whether the file is a regular one whose name can be stored; `notice` is told if not."""
    reason = ""
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            reason = "is a device or a pipe; expected a regular file"
        str(path).encode("utf-8")
    except OSError as error:
        reason = f"cannot be looked at ({error.strerror})"
    except UnicodeEncodeError:
        reason = "has a name that is not UTF-8; rename it"
    if reason:
        notice(ReadError(shown(path), reason))
    return not reason


def _look_at_link(link: Path, root: Path, notice: Notice) -> None:
    """Tell `notice` of a link that leads nowhere or out of the folder."""
    try:
        target = link.resolve(strict=True)
    except (OSError, RuntimeError):  # Python 3.11 raises RuntimeError for a circle of links
        notice(ReadError(shown(link), "is a link that leads nowhere; mend or remove it"))
        return
    if not target.is_relative_to(root):
        notice(ReadError(shown(link), f"is a link out of the folder, not followed; add {shown(target)} itself"))
