"""What sites let programs fetch, by their robots.txt (RFC 9309): asked once a day, and obeyed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass

from protego import Protego

from index.errors import ReadError, UnavailableError
from index.freshness import DAY

LONGEST_DELAY = 60.0
"""The longest pause between two requests that a site can ask for, in seconds."""

_AGAIN = 600.0
_MOST_BYTES = 500_000


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a robots.txt says, None when it cannot be had, and until when that counts."""

    parsed: Protego | None
    until: float


class Robots:
    """The rules of every site that was asked; `read` gives a URL's body or raises ReadError."""

    def __init__(self, product: str, read: Callable[[str], bytes], clock: Callable[[], float]) -> None:
        self._product = product
        self._read = read
        self._clock = clock
        self._known: dict[str, _Rules] = {}
        self._turn = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}

    def allows(self, url: str, site: str) -> bool:
        """Whether a URL may be fetched from its site, such as `https://example.com`.

        Raises UnavailableError when the site's robots.txt cannot be had: it may forbid everything.
        """
        rules = self._rules(site)
        if rules is None:
            raise UnavailableError(url, "is closed to programs for now: the site's robots.txt cannot be had")
        return bool(rules.can_fetch(url, self._product))

    def delay(self, site: str) -> float:
        """The pause between two requests that the site asks for, in seconds; 0 when it asks for none."""
        known = self._known.get(site)
        asked = known.parsed.crawl_delay(self._product) if known and known.parsed else None
        return min(max(float(asked or 0), 0.0), LONGEST_DELAY)

    def _rules(self, site: str) -> Protego | None:
        with self._turn:
            turn = self._turns.setdefault(site, threading.Lock())
        with turn:
            known = self._known.get(site)
            if known is None or known.until < self._clock():
                known = self._known[site] = self._asked(site)
            return known.parsed

    def _asked(self, site: str) -> _Rules:
        try:
            body = self._read(f"{site}/robots.txt")[:_MOST_BYTES].decode("utf-8", "replace")
        except ReadError as error:
            if re.search(r"HTTP status 4(?!29)\d\d", error.reason):  # there is none, which allows all
                return _Rules(Protego.parse(""), self._clock() + DAY)
            if not re.search(r"HTTP status|redirects", error.reason):
                raise
            return _Rules(None, self._clock() + _AGAIN)
        return _Rules(Protego.parse(body), self._clock() + DAY)
