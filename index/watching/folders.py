"""Word of changes in folders, from the operating system; it reads none of their files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

# In milliseconds: how long events are gathered, and how often the list of folders is looked at.
_GATHER = 300
_GLANCE = 500
_TRY_AGAIN = 30.0

Identity = tuple[int, ...]


def follow(
    roots: Callable[[], Sequence[str]],
    on_change: Callable[[str], None],
    on_trouble: Callable[[str], None],
    stop: threading.Event,
    apart_from: Path,
) -> None:
    """Tell `on_change` of each root in which something came, changed or went, until `stop` is set.

    A root may be missing for a while, and is followed again once it is back. A file that is itself a root is
    looked at twice a second, since editors put another one in its place. Hidden files do not count, nor does
    what lies in `apart_from`, the folder of the index. Where the system cannot tell of changes, `on_trouble`
    is told why.
    """
    import watchfiles

    known: dict[str, Identity] = {}
    while not stop.is_set():
        present = _present(roots())
        for root in present:
            if known.get(root) != present[root]:
                on_change(root)
        known = present
        folders = [root for root in present if Path(root).is_dir()]
        if not folders:
            stop.wait(_GLANCE / 1000)
            continue
        told = watchfiles.watch(
            *folders,
            watch_filter=None,
            stop_event=stop,
            debounce=_GATHER,
            rust_timeout=_GLANCE,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        try:
            with closing(told):
                for changes in told:
                    for root in _changed(folders, [path for _, path in changes], apart_from):
                        on_change(root)
                    if _present(roots()) != known:
                        break
        except FileNotFoundError:  # gone between two glances
            stop.wait(_GLANCE / 1000)
        except (OSError, RuntimeError) as error:
            on_trouble(f"the system cannot tell of changes in folders ({error}); they are looked at by schedule")
            stop.wait(_TRY_AGAIN)


def _present(roots: Sequence[str]) -> dict[str, Identity]:
    """Those roots that are there, with what tells one from another that has taken its place."""
    found: dict[str, Identity] = {}
    for root in roots:
        try:
            status = Path(root).stat()
        except OSError:
            continue
        is_folder = Path(root).is_dir()
        own = () if is_folder else (status.st_size, status.st_mtime_ns)
        found[root] = (status.st_dev, status.st_ino, *own)
    return found


def _changed(folders: Sequence[str], paths: Sequence[str], apart_from: Path) -> set[str]:
    found: set[str] = set()
    for each in paths:
        path = Path(each)
        if apart_from == path or apart_from in path.parents:
            continue
        for folder in folders:
            if not path.is_relative_to(folder):
                continue
            inside = path.relative_to(folder).parts
            if not any(part.startswith(".") and part != ".botignore" for part in inside):
                found.add(folder)
    return found
