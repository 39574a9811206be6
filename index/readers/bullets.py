"""The signs in front of list items, which formats that know no lists write as letters; pure."""

from __future__ import annotations

import re

_SIGN = re.compile("^(?:[\ue000-\uf8ff]|[•◦‣⁃▪▫●○■□➢➔✓✔·]) *")
"""Letters of symbol fonts (private use) and the usual bullets; a dash is none, as speech may begin with one."""


def without_bullet(line: str) -> str:
    """The line without the sign of a list item at its start."""
    return _SIGN.sub("", line, count=1)
