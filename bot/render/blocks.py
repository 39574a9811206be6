"""An answer as a Slack message in Block Kit, within every limit of Slack's by construction; it sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bot.answer import Answer, Quote
from bot.render import block_parts as part
from bot.render.block_parts import Block
from bot.render.citation import live_link
from bot.render.words import how_sure, long_date
from index import Article

MESSAGE_LIMIT = 11_000
"""The most that a message's blocks may weigh: Slack refuses about 13,200 characters, though no page says so."""

TEXT_LIMIT = 900
"""The longest fallback text, which stands in notifications; with the blocks it stays under 12,000."""

MOST_QUOTES = 10
"""The most quotes in one message."""

QUOTE_LIMIT = 2_800
"""The longest quote that is shown whole; of a longer one its beginning."""

_FRAME = 1_000
"""Kept free for the buttons."""

_FRAME_OF_QUOTE = 400
"""Kept free for each quote's block and its line in the menu of wrong quotes."""

_LEAST_ROOM = 400
"""A quote is left to "More quotes" rather than shown in less."""

_DECLINE = "The articles do not answer this."


class Message(NamedTuple):
    """What is sent: a fallback `text` and `blocks`. `shown` counts the quotes that are in it."""

    text: str
    blocks: list[Block]
    shown: int = 0


def answer_message(
    answer: Answer, key: str = "", *, skip: int = 0, share: bool = False, headed: str = "", more: bool = True
) -> Message:
    """The answer without its first `skip` quotes; a decline as one line with the nearest miss.

    `key` names the answer in its buttons; without one (an incoming webhook, which hears no click) there are
    none. `share` offers to post the answer for everyone; `headed` puts the question
    on top, after these words; `more` offers
    further quotes.
    """
    blocks = _heading(answer, headed)
    quotes = answer.quotes[skip : skip + MOST_QUOTES]
    if not quotes:
        blocks.append(_decline_line(answer, skip))
        controls = [] if skip else _controls(key, [], skip=0, share=share, more=False)
        return Message(_fallback(quotes), [*blocks, *controls])
    sources = [
        _source_line(quote, sure, number)
        for number, (quote, sure) in enumerate(zip(quotes, answer.probabilities[skip:], strict=False), skip + 1)
    ]
    quoted = _quote_blocks(quotes, sources, MESSAGE_LIMIT - _FRAME - part.weight(blocks))
    shown = len(quoted) // 2
    controls = _controls(key, quotes[:shown], skip=skip, share=share, more=more)
    return Message(_fallback(quotes[:shown]), [*blocks, *quoted, *controls], shown)


def notice(text: str) -> Message:
    """A short message of ours, in plain words."""
    return Message(part.escape(text), [part.line(part.words(text))])


def _heading(answer: Answer, headed: str) -> list[Block]:
    """The question, how it was read, and what the reader should know: all exact, all short."""
    heading: list[Block] = []
    if headed:
        question = part.short(answer.question, 300)
        heading.append(part.line(part.words(f"{part.short(headed, 80)} "), part.words(question, bold=True)))
    aside = [f"Read as: {answer.read_as}"] if answer.read_as and answer.read_as != answer.question else []
    aside += answer.notes
    if aside:
        heading.append(part.small_print(*(part.short(text, 300) for text in aside[:4]), exact=True))
    return heading


def _decline_line(answer: Answer, skip: int) -> Block:
    """One line: that there is no answer, and the nearest there is."""
    if skip:
        return part.line(part.words("There are no further quotes that answer this."))
    nearest = answer.nearest
    if nearest is None:
        return part.line(part.words(_DECLINE))
    stripped = nearest.text.strip()
    first = stripped.splitlines()[0] if stripped else ""
    clipped = part.clip(first, 300)
    said = f"“{clipped}{'' if clipped == stripped else part.ELLIPSIS}”"
    title = part.anchor(live_link(nearest), nearest.article.title)
    return part.line(part.words(f"{_DECLINE} The nearest they come: "), part.words(said), part.words(" "), title)


def _quote_blocks(quotes: Sequence[Quote], lines: Sequence[Block], budget: int) -> list[Block]:
    """Two blocks a quote, its words and its source's line; as many quotes as leave each room to be read."""
    sources = list(lines)
    needs = [part.json_width(quote.text) for quote in quotes]
    while True:
        count = len(sources)
        room = _fair_share(needs[:count], budget - part.weight(sources) - _FRAME_OF_QUOTE * count)
        if count == 1 or room >= min(_LEAST_ROOM, max(needs[:count])):
            break
        sources.pop()
    blocks: list[Block] = []
    for quote, source in zip(quotes, sources, strict=False):
        words, cut = part.exact_quotation(quote.text, min(room, QUOTE_LIMIT))
        blocks += [words, part.small_print(f"{_text_of(source)} · shortened") if cut else source]
    return blocks


def _fair_share(needs: Sequence[int], budget: int) -> int:
    """The largest room that can be given to each: those that need less leave what they do not use."""
    for place, need in enumerate(sorted(needs)):
        share = budget // (len(needs) - place)
        if need > share:
            return share
        budget -= need
    return max(needs)


def _text_of(context: Block) -> str:
    elements = context["elements"]
    assert isinstance(elements, list)
    return str(elements[0]["text"])


def _source_line(quote: Quote, sure: float, number: int) -> Block:
    """Number, linked title, source, author and date of a quote, how sure, and where else the words stand."""
    parts = [_linked(quote.article, live_link(quote), 200)]
    parts += [part.mrkdwn_line(name, 80) for name in (quote.article.source, quote.article.author) if name]
    if quote.article.published:
        parts.append(long_date(quote.article.published))
    parts.append(how_sure(sure).words)
    if quote.also_in:
        also = [_linked(each, each.url, 80) for each in quote.also_in[:3]]
        left = len(quote.also_in) - len(also)
        parts.append(f"also in {', '.join(also)}{f' and {left:,} more' if left else ''}")
    return part.small_print(f"*{number}.*  {' · '.join(parts)}")


def _linked(article: Article, url: str, limit: int) -> str:
    """A title linked to `url`, or to the article's own address when that is too long for Slack."""
    fit = url if part.slack_address(url) else article.url
    return part.link(fit, article.title or "Untitled", limit)


def _controls(key: str, quotes: Sequence[Quote], *, skip: int, share: bool, more: bool) -> list[Block]:
    """The buttons of an answer that is kept under `key`; none without a key."""
    if not key:
        return []
    row: list[Block] = []
    if share:
        row.append(part.button("Share in channel", "share", key))
    if more and quotes:
        row.append(part.button("More quotes", "more", f"{key} {skip + len(quotes)}"))
    if quotes:
        wrong = [
            part.option(f"{number}. {quote.article.title}", f"{key} {number}")
            for number, quote in enumerate(quotes, start=skip + 1)
        ]
        row.append(
            {
                "type": "static_select",
                "action_id": "wrong",
                "placeholder": part.plain("Wrong quote", 75),
                "options": wrong,
            }
        )
    thumbs: Block = {"type": "feedback_buttons", "action_id": "feedback"}
    thumbs["positive_button"] = _thumb("Good answer", "This answer is good", f"{key} good")
    thumbs["negative_button"] = _thumb("Bad answer", "This answer is bad", f"{key} bad")
    actions: list[Block] = [{"type": "actions", "elements": row}] if row else []
    return [*actions, {"type": "context_actions", "elements": [thumbs]}]


def _thumb(label: str, read_out: str, value: str) -> Block:
    return {"text": part.plain(label, 75), "accessibility_label": read_out, "value": value}


def _fallback(quotes: Sequence[Quote]) -> str:
    """The answer for a notification: the first quote in mrkdwn with its title, or the decline."""
    if not quotes:
        return _DECLINE
    source = part.mrkdwn_line(quotes[0].article.title, 120)
    return f"{part.quotation(quotes[0].text, TEXT_LIMIT - 130)}\n{source}"
