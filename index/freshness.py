"""How long a server says that its answer holds, and when it wants to be asked again; it asks nobody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime

DAY = 86_400.0
LONGEST = 7 * DAY
"""No server's word is taken for longer, in seconds."""

_PERIODS = {"hourly": 3_600.0, "daily": DAY, "weekly": 7 * DAY, "monthly": 30 * DAY, "yearly": 365 * DAY}


def asked_wait(headers: Mapping[str, str], now: float) -> float:
    """The seconds that `Retry-After` asks for, given as a number or a date; 0 when it asks for none."""
    said = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", said):
        return min(float(said), LONGEST)
    return min(max(_seconds(said) - now, 0.0), LONGEST) if said else 0.0


def holds_for(headers: Mapping[str, str], now: float) -> float:
    """The seconds for which an answer stays fresh by `Cache-Control` or `Expires`; 0 when it does not say."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return 0.0
    if found := re.search(r"\bmax-age\s*=\s*\"?([0-9]{1,9})", control):
        aged = headers.get("age", "").strip()
        return min(max(float(found[1]) - (float(aged) if re.fullmatch(r"[0-9]{1,9}", aged) else 0.0), 0.0), LONGEST)
    until = _seconds(headers.get("expires", ""))
    began = _seconds(headers.get("date", "")) or now
    return min(max(until - began, 0.0), LONGEST) if until else 0.0


def time_to_live(feed: bytes) -> float:
    """The seconds for which a feed asks to be left alone: RSS's `ttl`, or the syndication module's period."""
    head = feed[:20_000]
    if found := re.search(rb"<ttl>\s*([0-9]{1,6})\s*</ttl>", head):
        return min(float(found[1]) * 60.0, LONGEST)
    if not (period := re.search(rb"<sy:updatePeriod>\s*(\w{1,10})\s*</sy:updatePeriod>", head)):
        return 0.0
    often = re.search(rb"<sy:updateFrequency>\s*([0-9]{1,4})\s*</sy:updateFrequency>", head)
    times = max(int(often[1]), 1) if often else 1
    return min(_PERIODS.get(period[1].decode("ascii", "replace"), 0.0) / times, LONGEST)


def _seconds(date: str) -> float:
    """An HTTP date in seconds since 1970; 0 when it is none."""
    try:
        found = parsedate_to_datetime(date)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError, OSError):
        return 0.0
