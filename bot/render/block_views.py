"""What Slack shows besides answers: the Home tab, the form of a channel's settings, the digest."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.digest import Digest
from bot.render import block_parts as part
from bot.render.block_parts import Block
from bot.render.blocks import MESSAGE_LIMIT, Message
from bot.render.words import counted, long_date
from index import ArticleSummary

_HOW_TO_ASK = (
    "Mention me in a channel, or write me a direct message: I answer in a thread, and you can ask on there.",
    "Type /ask and a question: only you see the answer, and you can share it.",
    "Choose “Find quotes for this” in the menu of any message.",
    "Type /ask settings in a channel to say which sources I use there, and when I answer.",
)


def home_view(
    articles: int, passages: int, sources: Sequence[tuple[str, int]], recent: Sequence[ArticleSummary]
) -> Block:
    """The Home tab: what the bot knows, how to ask, and the newest articles."""
    known = (
        f"I know {counted(articles, 'article')} in {counted(passages, 'passage')}, and answer in their exact words."
    )
    blocks: list[Block] = [_header("Ask your articles"), part.line(part.words(known))]
    blocks += [_header("How to ask"), _bullets([[part.words(each)] for each in _HOW_TO_ASK])]
    if sources:
        named = [f"{part.short(name or 'Unnamed', 80)} ({number:,})" for name, number in sources[:20]]
        more = f" and {len(sources) - 20:,} more" if len(sources) > 20 else ""
        blocks += [_header("Sources"), part.line(part.words(", ".join(named) + more))]
    if recent:
        blocks += [_header("Newest articles"), _bullets([_article(each) for each in recent[:10]])]
    return {"type": "home", "blocks": blocks}


def settings_view(
    channel: str,
    offered: Sequence[tuple[str, str]],
    chosen: Collection[str],
    quotes: int,
    answers: str,
    declines: str,
) -> Block:
    """The form of a channel's settings. `offered` are (value, source) pairs and `chosen` values among them."""
    blocks: list[Block] = []
    if offered:
        options = [part.option(source, value) for value, source in offered[:100]]
        initial = [option for option in options if option["value"] in chosen]
        menu: Block = {"type": "multi_static_select", "options": options}
        menu["placeholder"] = part.plain("All sources", 150)
        blocks.append(
            _input("sources", "Sources I may quote here", menu | _initial("initial_options", initial), True)
        )
    numbers = [part.option(counted(number, "quote"), str(number)) for number in range(1, 11)]
    blocks.append(_input("quotes", "Quotes in an answer", _select("static_select", numbers, str(quotes))))
    when = [
        part.option("When I am mentioned, and in threads I answered in", "asked"),
        part.option("To every question in the channel that I have an answer to", "everything"),
        part.option("Never", "never"),
    ]
    blocks.append(_input("answers", "When I answer", _select("radio_buttons", when, answers)))
    how = [part.option("In the thread", "thread"), part.option("Only to whoever asked", "private")]
    blocks.append(
        _input("declines", "When the articles do not answer, I say so", _select("radio_buttons", how, declines))
    )
    return {
        "type": "modal",
        "callback_id": "channel_settings",
        "private_metadata": channel,
        "title": part.plain("How I answer here", 24),
        "submit": part.plain("Save", 24),
        "close": part.plain("Cancel", 24),
        "blocks": blocks,
    }


def saved_view() -> Block:
    """What the settings form turns into once it is saved."""
    blocks = [part.line(part.words("Saved. This is how I answer in this channel from now on."))]
    return {"type": "modal", "title": part.plain("How I answer here", 24), "blocks": blocks}


def digest_message(digest: Digest) -> Message:
    """What came in and what changed, for an incoming webhook; as many titles as fit."""
    text = part.escape(digest.summary)
    blocks: list[Block] = [_header("What is new"), part.line(part.words(digest.summary))]
    for heading, articles in (("New", digest.new), ("Changed", digest.changed)):
        if not articles:
            continue
        shown: list[list[Block]] = []
        room = (MESSAGE_LIMIT - 1_500) // 2
        for article in articles[:40]:
            room -= part.weight(_article(article)) + 60
            if room < 0:
                break
            shown.append(_article(article))
        left = len(articles) - len(shown)
        if left:
            shown.append([part.words(f"and {left:,} more")])
        blocks += [_header(heading), _bullets(shown)]
    return Message(text, blocks)


def _article(article: ArticleSummary) -> list[Block]:
    """A linked title, its source and its date."""
    about = [part.short(name, 80) for name in (article.source,) if name]
    about += [long_date(article.published)] if article.published else []
    title = part.anchor(article.url, article.title)
    return [title, part.words(f" · {' · '.join(about)}")] if about else [title]


def _header(text: str) -> Block:
    return {"type": "header", "text": part.plain(text, 150)}


def _bullets(items: Sequence[Sequence[Block]]) -> Block:
    sections: list[Block] = [{"type": "rich_text_section", "elements": list(item)} for item in items]
    return {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": sections}]}


def _input(name: str, label: str, element: Block, optional: bool = False) -> Block:
    made: Block = {"type": "input", "block_id": name, "label": part.plain(label, 2_000)}
    made["element"] = element | {"action_id": name}
    return made | ({"optional": True} if optional else {})


def _select(kind: str, options: Sequence[Block], chosen: str) -> Block:
    initial = [option for option in options if option["value"] == chosen]
    made: Block = {"type": kind, "options": list(options)}
    return made | _initial("initial_option", initial[:1], single=True)


def _initial(name: str, options: Sequence[Block], *, single: bool = False) -> Block:
    if not options:
        return {}
    return {name: options[0] if single else list(options)}
