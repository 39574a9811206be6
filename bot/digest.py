"""What came into an index and what changed in it since a moment; it sends nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from index import ArticleSummary, SettingError

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_PAGE = 1_000


class Listing(Protocol):
    """What a digest needs of a Bot."""

    def articles(self, *, query: str = "", offset: int = 0, limit: int = 100) -> list[ArticleSummary]: ...


@dataclass(frozen=True, slots=True)
class Digest:
    """The articles that came in or changed since a moment, newest first; `total` counts all that are there."""

    since: datetime
    new: tuple[ArticleSummary, ...]
    changed: tuple[ArticleSummary, ...]
    total: int

    def __bool__(self) -> bool:
        return bool(self.new or self.changed)

    @property
    def summary(self) -> str:
        """One sentence with the numbers."""
        since = f"{self.since:%Y-%m-%d %H:%M} UTC"
        came = f"{len(self.new):,} new and {len(self.changed):,} changed" if self else "Nothing new or changed"
        return f"{came} since {since}; {self.total:,} articles in all."


def digest(bot: Listing, since: datetime) -> Digest:
    """What `bot` has that came in or changed at or after `since`."""
    recent: list[ArticleSummary] = []
    total = 0
    while page := bot.articles(offset=total, limit=_PAGE):
        total += len(page)
        recent += [article for article in page if article.added_at >= since]
    recent.sort(key=lambda article: article.added_at, reverse=True)
    new = tuple(article for article in recent if article.version == 1)
    return Digest(since.astimezone(UTC), new, tuple(article for article in recent if article.version > 1), total)


def since_of(text: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> datetime:
    """The moment that "1d", "12h", "30m" or "2w" ago was, or a date such as 2026-11-24. Raises SettingError."""
    if found := re.fullmatch(r"(\d{1,4})([mhdw])", text.strip().lower()):
        return now() - int(found.group(1)) * _UNITS[found.group(2)]
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SettingError(f"since is {text!r}, expected a span such as 1d, 12h or 2w, or a date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
