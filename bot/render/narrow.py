"""What is chosen to narrow the search as chips, and when the articles were published as a chart made of links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from bot.render.chips import LinkTo, chip_links
from bot.render.escape import html as escaped
from bot.render.words import MONTHS, counted
from index import Filters

Month = tuple[int, int]
"""(year, month), January being 1."""

# Up to so many bars stand beside each other; a longer time is told in larger steps.
_MONTHS, _YEARS = 24, 40
_STEPS = 12


class Bar(NamedTuple):
    """The articles of the days `start <= day < end`; `label` is whole, `short` fits below a narrow bar.

    `short` may have two lines.
    """

    label: str
    short: str
    start: date
    end: date
    articles: int


def chosen_bar(filters: Filters, link_to: LinkTo) -> str:
    """What is chosen, as chips that can be taken away; empty when nothing is."""
    links = chip_links(filters, link_to)
    return f'<p class="pq-filters">Searching only {links}</p>' if links else ""


def timeline(months: Mapping[Month, int], filters: Filters, link_to: LinkTo, *, is_matching: bool = False) -> str:
    """A bar for each month, year or decade, each a link that lets only its articles through.

    Within chosen dates it shows those; empty when there is no more than one bar and nothing to take back.
    """
    bars = _bars(months, filters)
    is_chosen = bool(filters.after or filters.before)
    if len(bars) < 2 and not (bars and is_chosen):
        return ""
    most = max(bar.articles for bar in bars)
    lines = "".join(_line(bar, most, filters, link_to) for bar in bars)
    whose = "Articles that share words with the question" if is_matching else "Articles"
    back = ""
    if is_chosen:
        link = escaped(link_to(replace(filters, after=None, before=None)))
        back = f'<a class="pq-anew" href="{link}">Show all dates</a>'
    return (
        f'<div class="pq-timeline"><p class="pq-timeline-name"><span>{whose} by {_step(bars)}. '
        f"Choose one, or drag across several.</span> {back}</p>"
        f'<ol class="pq-columns{" pq-many" if len(bars) > 14 else ""}">{lines}</ol></div>'
    )


def _line(bar: Bar, most: int, filters: Filters, link_to: LinkTo) -> str:
    below = f'<span class="pq-short">{escaped(bar.short).replace(escaped(chr(10)), "<br>")}</span>'
    if not bar.articles:
        return f'<li><span class="pq-column"><span class="pq-bar pq-h0"></span>{below}</span></li>'
    height = max(1, round(_STEPS * bar.articles / most))
    link = escaped(link_to(replace(filters, after=bar.start, before=bar.end)))
    name = escaped(f"Only {bar.label}: {counted(bar.articles, 'article')}")
    return (
        f'<li><a class="pq-column pq-anew" href="{link}" title="{name}">'
        f'<span class="pq-count">{bar.articles:,}</span><span class="pq-bar pq-h{height}"></span>{below}</a></li>'
    )


def _step(bars: Sequence[Bar]) -> str:
    days = (bars[0].end - bars[0].start).days
    return "month" if days < 32 else "year" if days < 367 else "decade"


def _bars(months: Mapping[Month, int], filters: Filters) -> list[Bar]:
    """The bars from the first month with an article to the last, in the largest number that can be shown."""
    inside = {month: count for month, count in months.items() if _is_within(month, filters)}
    if not inside:
        return []
    first, last = min(inside), max(inside)
    if filters.after and filters.before and _number(filters.before) - _number(filters.after) <= _MONTHS:
        # All the months that were chosen, also those at the ends that have no article.
        end = _number(filters.before) - (filters.before.day == 1)
        first, last = (filters.after.year, filters.after.month), (end // 12, end % 12 + 1)
    if _index(last) - _index(first) < _MONTHS:
        return list(_monthly(inside, first, last))
    step = 1 if last[0] - first[0] < _YEARS else 10
    return list(_yearly(inside, first[0], last[0], step))


def _is_within(month: Month, filters: Filters) -> bool:
    """Whether any day of the month passes."""
    after, before = filters.after, filters.before
    return (after is None or _index(month) >= _number(after)) and (before is None or date(*month, 1) < before)


def _index(month: Month) -> int:
    return month[0] * 12 + month[1] - 1


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _monthly(counts: Mapping[Month, int], first: Month, last: Month) -> Iterator[Bar]:
    for number in range(_index(first), _index(last) + 1):
        year, month = number // 12, number % 12 + 1
        name = MONTHS[month - 1]
        short = f"{name[:3]}\n{year}" if month == 1 or number == _index(first) else name[:3]
        yield Bar(
            f"{name} {year}", short, date(year, month, 1), _first_of(number + 1), counts.get((year, month), 0)
        )


def _yearly(counts: Mapping[Month, int], first: int, last: int, step: int) -> Iterator[Bar]:
    for year in range(first - first % step, last + 1, step):
        held = sum(count for (of, _), count in counts.items() if year <= of < year + step)
        label = str(year) if step == 1 else f"{year} to {year + step - 1}"
        yield Bar(label, str(year), date(max(year, 1), 1, 1), date(min(year + step, 9999), 1, 1), held)


def _first_of(number: int) -> date:
    return date(min(number // 12, 9999), number % 12 + 1, 1)
