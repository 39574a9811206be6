"""Which files of a folder are read; opens none of them."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection
from pathlib import Path

from index.errors import ReadError
from index.readers.ignore import ignored
from index.readers.source import Notice, shown
from index.readers.vault import ATTACHMENTS, is_database


def kind_of(path: Path, extensions: Collection[str]) -> str:
    """The extension, of one part or two, that a file has among these; empty if it has none of them."""
    last = path.suffixes[-2:]
    return next(
        (kind for kind in ("".join(last).lower(), last[-1].lower() if last else "") if kind in extensions), ""
    )


def walk(root: Path, extensions: Collection[str], notice: Notice) -> list[Path]:
    """The files under a folder that have one of the extensions, as absolute paths in order.

    Hidden files and folders are passed over, and so is what the folder's `.botignore` names. A link is not
    followed: what it leads to inside the folder is read in its own right, and what it leads to elsewhere was
    not asked for, which `notice` is told, as it is of folders that cannot be listed and of files of other
    kinds. Pictures and the like beside Markdown hang on it and are passed over, and so are the tables of
    Notion's databases, whose rows lie beside them as pages. Raises ReadError if the folder cannot be listed.
    """
    root = root.resolve()
    is_ignored = ignored(root)
    found: list[Path] = []
    others: Counter[str] = Counter()

    def refuse(error: OSError) -> None:
        named = ReadError(shown(error.filename), f"cannot be listed ({error.strerror}); expected a readable folder")
        if Path(error.filename) == root:
            raise named from error
        notice(named)

    for folder, below, names in os.walk(root, onerror=refuse):
        below[:] = sorted(
            name for name in below if not name.startswith(".") and not is_ignored(Path(folder, name), True)
        )
        for name in below:
            if (link := Path(folder, name)).is_symlink():
                _look_at_link(link, root, notice)
        for name in names:
            path = Path(folder, name)
            if name.startswith(".") or is_ignored(path, False):
                continue
            if is_database(path):
                continue
            if not kind_of(path, extensions):
                others[path.suffix.lower() or "no extension"] += 1
            elif path.is_symlink():
                _look_at_link(path, root, notice)
            elif _is_fit(path, notice):
                found.append(path)
    if any(path.suffix.lower() == ".md" for path in found):
        others = Counter({kind: count for kind, count in others.items() if kind not in ATTACHMENTS})
    if others:
        kinds = ", ".join(f"{kind} ({count})" for kind, count in others.most_common(8))
        notice(ReadError(shown(root), f"files of kinds that are not read are left out: {shown(kinds)}"))
    return sorted(found)


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
