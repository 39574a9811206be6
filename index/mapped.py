"""Memory given back to the system: that of mapped files once it was read from, and what was freed."""

from __future__ import annotations

import ctypes
from pathlib import Path

_MAPS = Path("/proc/self/maps")
_DONT_NEED = 4  # MADV_DONTNEED of Linux


def give_back() -> None:
    """Have the memory that was freed taken back by the system, which keeps some for every thread that ever ran.

    Nothing happens where the system's library has no such function, as only that of GNU has.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if _MAPS.exists() else None
    if trim is not None:
        trim(0)


def let_go(path: Path) -> int:
    """Tell the system that the pages of a mapped file are not needed for now; the number of bytes they span.

    Whoever reads there again gets the same bytes, from the file. The mapping must be one that nobody writes to.
    0 where the system has no such list of mappings, as only Linux has.
    """
    if not _MAPS.exists():
        return 0
    system, of = ctypes.CDLL(None), str(path.resolve())
    spanned = 0
    for line in _MAPS.read_text().splitlines():
        addresses, rights, *_, name = line.split(maxsplit=5)
        if name == of and "w" not in rights:
            start, end = (int(address, 16) for address in addresses.split("-"))
            if system.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _DONT_NEED) == 0:
                spanned += end - start
    return spanned
