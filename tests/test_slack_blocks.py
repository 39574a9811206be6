"""What Slack is shown: the exact words, within Slack's limits, pinging nobody."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Answer, Quote
from bot.render.block_parts import Block, clip, escape, mrkdwn_line, quotation, width
from bot.render.blocks import Message, answer_message, notice
from index import Article, canonical
from tests.block_kit import judge_message
from tests.block_kit_text import BlockKitError, judge_mrkdwn

HOSTILE = [
    "<!channel> everybody <!here>",
    "<@U1> <#C1|general> <!subteam^S1>",
    "*bold* _italic_ ~gone~ `code` ```block```",
    "a | b || c",
    "&lt;!channel&gt; &amp;&amp; & < >",
    "> quoted\n> twice\r> thrice\u2028> again",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇳🇱" * 40,
    "مرحبا بالعالم ‮ reversed ‬ שלום",
    "x" * 40_000,
    "<" * 40_000,
    '"\\' * 20_000,
    "a\u0301" * 20_000,
    "one two three. " * 3_000,
    "\x01\x02 control",
    " ",
]


def quote_of(
    text: str, title: str = "A title", url: str = "https://example.com/a?b=1&c=2", **given: float
) -> Quote:
    article = Article(title, canonical(text), "The Paper", "Ann Author", url, date(2024, 3, 15), id="a1")
    return Quote(article, 0, len(article.text), 1.0, given.get("probability", 0.95))


def answer_of(*quotes: Quote, question: str = "What?") -> Answer:
    return Answer(question, quotes, 0.9)


def elements(block: Block) -> list[dict[str, Any]]:
    """A block's elements; Any, because JSON is read here as freely as Slack's own client reads it."""
    inner = block.get("elements", [])
    assert isinstance(inner, list)
    return inner


def quoted_words(message: Message) -> list[str]:
    """The text of each rich text quotation."""
    every = [element for block in message.blocks for element in elements(block)]
    return [each["elements"][0]["text"] for each in every if each["type"] == "rich_text_quote"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_quoted_verbatim_within_limits_and_pings_nobody(text: str) -> None:
    quote = quote_of(text, title=text, url=f"https://example.com/{text}")
    message = answer_message(answer_of(quote, quote, quote, question=text), "k" * 22, share=True, headed=text)
    judge_message(*message[:2])
    assert len(quoted_words(message)) == message.shown
    for words in quoted_words(message):
        assert quote.text.startswith(words)
        assert words == quote.text or len(quote.text) > 1_000


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_near_miss_is_one_harmless_line(text: str) -> None:
    message = answer_message(
        Answer(text, nearest=quote_of(text, title=text), notes=(text,), read_as=text + "?"), "key"
    )
    judge_message(*message[:2])
    said = json.dumps(message.blocks)
    assert "do not answer this" in said
    assert message.shown == 0


@given(st.lists(st.text(min_size=1, max_size=3_000), min_size=1, max_size=12), st.text(max_size=300), st.text())
@settings(max_examples=150, deadline=None)
def test_any_answer_fits_and_shows_only_beginnings_of_its_quotes(
    texts: list[str], title: str, question: str
) -> None:
    quotes = [quote_of(text, title) for text in texts if canonical(text)]
    message = answer_message(answer_of(*quotes, question=question), "k" * 22, share=True, headed=title)
    judge_message(*message[:2])
    for quote, words in zip(quotes, quoted_words(message), strict=False):
        assert quote.text.startswith(words)


def test_ten_long_quotes_leave_some_to_more_quotes() -> None:
    quotes = [quote_of(f"Number {n}. " + "words and words " * 200, title="T" * 400) for n in range(10)]
    message = answer_message(answer_of(*quotes), "k" * 22, share=True)
    judge_message(*message[:2])
    assert 5 <= message.shown <= 10
    rest = answer_message(answer_of(*quotes), "k" * 22, skip=message.shown)
    assert quoted_words(rest)[0].startswith(f"Number {message.shown}.")


def test_short_quotes_leave_their_room_to_a_long_one() -> None:
    long = quote_of("A long sentence about batteries. " * 80)
    message = answer_message(answer_of(quote_of("Short."), long, quote_of("Brief.")), "key")
    assert quoted_words(message) == ["Short.", long.text, "Brief."]


def test_a_source_line_links_title_source_date_and_says_how_sure() -> None:
    also = Article("Elsewhere", "x", url="https://example.org/e")
    base = quote_of(
        "Nissan builds the LEAF in Sunderland.", title="The <LEAF> & more", url="https://example.com/a|b"
    )
    quote = Quote(base.article, base.start, base.end, 1.0, 0.95, also_in=(also, also, also, also))
    message = answer_message(answer_of(quote), "")
    source = elements(message.blocks[1])[0]["text"]
    assert source == (
        "*1.*  <https://example.com/a%7Cb#:~:text=Nissan%20builds%20the%20LEAF%20in%20Sunderland.|"
        "The &lt;LEAF&gt; &amp; more> · The Paper · Ann Author · 15 March 2024 · "
        "almost certainly answers this · also in <https://example.org/e|Elsewhere>, "
        "<https://example.org/e|Elsewhere>, <https://example.org/e|Elsewhere> and 1 more"
    )


def test_buttons_name_the_answer_and_the_quote() -> None:
    message = answer_message(answer_of(quote_of("One."), quote_of("Two.")), "KEY", share=True)
    actions, thumbs = message.blocks[-2], message.blocks[-1]
    share, more, wrong = elements(actions)
    assert (share["action_id"], share["value"]) == ("share", "KEY")
    assert (more["action_id"], more["value"]) == ("more", "KEY 2")
    assert [each["value"] for each in wrong["options"]] == ["KEY 1", "KEY 2"]
    feedback = elements(thumbs)[0]
    assert (feedback["positive_button"]["value"], feedback["negative_button"]["value"]) == ("KEY good", "KEY bad")


def test_without_a_key_nothing_can_be_pressed() -> None:
    kinds = {block["type"] for block in answer_message(answer_of(quote_of("One."))).blocks}
    assert kinds == {"rich_text", "context"}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "", "ftp://x", "https://", "https://x/" + "y" * 3_000])
def test_what_is_no_web_address_or_too_long_is_never_a_link(url: str) -> None:
    message = answer_message(answer_of(quote_of("Words.", url=url)))
    judge_message(*message[:2])
    assert "<http" not in json.dumps(message.blocks)


def test_a_notice_pings_nobody() -> None:
    message = notice("<!channel> & co")
    judge_message(*message[:2])
    assert message.text == "&lt;!channel&gt; &amp; co"


def test_a_quotation_prefixes_every_line_and_is_never_cut_inside_an_entity() -> None:
    assert quotation("a < b\n<!here>\n\nend", 100) == "> a &lt; b\n> &lt;!here&gt;\n> \n> end"
    for limit in range(8, 40):
        cut = quotation("&<>" * 20, limit)
        judge_mrkdwn(cut)
        assert width(cut) <= limit


@given(st.text(max_size=300), st.integers(5, 80))
def test_clipped_text_keeps_to_its_limit_and_is_a_beginning(text: str, limit: int) -> None:
    assert text.startswith(clip(text, limit))
    assert width(clip(text, limit)) <= limit
    assert width(mrkdwn_line(text, limit)) <= limit
    assert width(quotation(text, limit)) <= limit


def test_clipping_spares_what_is_drawn_as_one() -> None:
    assert clip("abc👩‍👩‍👧", 8) == "abc"
    assert clip("abe\u0301", 3) == "ab"
    assert clip("🇳🇱🇩🇪", 3) == ""
    assert clip("one two three", 9) == "one two"


def test_the_judge_sees_pings_entities_and_unknown_fields() -> None:
    for wrong in ("<!channel>", "<@U1>", "a & b", "a < b", "a > b", "<https://x|<!here>>"):
        with pytest.raises(BlockKitError):
            judge_mrkdwn(wrong)
    judge_mrkdwn(escape("<!channel> & <https://x|y>") + " <https://example.com|z>")
    bad: list[list[Block]] = [
        [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_001}}],
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "broadcast"}]}]}],
        [{"type": "divider", "color": "red"}],
        [{"type": "divider"}] * 51,
    ]
    for blocks in bad:
        with pytest.raises(BlockKitError):
            judge_message("text", blocks)
