"""What a browser keeps of a conversation, what comes back of it, and the files it is saved as."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answer import Answer, Quote
from bot.bot import Bot
from bot.keeping import file_name, keep, read_conversation, restore
from bot.render import conversation_file
from index import Article, Filters, QuestionError
from tests.small_encoder import SmallEncoder

TEXT = "The plant opened in 1986. The LEAF is built in Sunderland. It has been sold since 2013."
WORDS = "The LEAF is built in Sunderland."
ASKED = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    with Bot.open(tmp_path / "small.index", encoder=SmallEncoder()) as bot:
        bot.put(Article("LEAF", TEXT, "Courier", origin="a"))
        yield bot


def answer(bot: Bot, words: str = WORDS) -> Answer:
    article = bot.article(bot.articles()[0].id)
    start = article.text.index(words)
    quote = Quote(article, start, start + len(words), 1.5, 0.75, None, {"dense": 0.5}, ())
    return Answer("Where is the LEAF built?", (quote,), 0.75, filters=Filters(("Courier",), languages=("en",)))


def kept_json(bot: Bot) -> str:
    return f"[{keep(answer(bot), 3, ASKED).to_json()}]"


def test_an_answer_comes_back_as_it_was(bot: Bot) -> None:
    (kept,) = read_conversation(kept_json(bot))
    assert (kept.generation, kept.asked) == (3, ASKED)
    shown, lost = restore(bot, kept)
    assert (shown, lost) == (answer(bot), 0)


def test_a_decline_comes_back_with_its_near_miss(bot: Bot) -> None:
    shown = answer(bot)
    declined = replace(shown, quotes=(), nearest=shown.quotes[0], confidence=0.1)
    (kept,) = read_conversation(f"[{keep(declined, 1).to_json()}]")
    assert restore(bot, kept) == (declined, 0)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (f'"text":"{WORDS}"', '"text":"The LEAF is built on the moon."'),
        ('"start":26', '"start":0'),
        ('"end":58', '"end":999'),
        ('"article":"', '"article":"x'),
        ('"version":1,', '"version":7,'),
    ],
)
def test_storage_cannot_put_words_into_an_articles_mouth(bot: Bot, was: str, becomes: str) -> None:
    written = kept_json(bot).replace('"start":26', '"version":1,"start":26')
    assert was in written
    (kept,) = read_conversation(written.replace(was, becomes))
    shown, lost = restore(bot, kept)
    assert (shown.quotes, lost) == ((), 1)
    assert shown.notes == ("One quote of this answer can no longer be shown: the articles have changed since.",)


def test_a_quote_of_an_earlier_version_is_still_shown(bot: Bot) -> None:
    written = kept_json(bot)
    bot.put(Article("LEAF", "The LEAF is no more.", "Courier", origin="a"))
    (kept,) = read_conversation(written)
    assert restore(bot, kept)[0].quotes[0].text == WORDS


@pytest.mark.parametrize(
    "written",
    ["", "{}", "[1]", '[{"key": "short"}]', "[" * 100_000, '[{"key":"<script>alert(1)</script>","question":"x"}]'],
)
def test_what_is_no_conversation_is_refused_in_words(written: str) -> None:
    with pytest.raises(QuestionError, match="this conversation cannot be read"):
        read_conversation(written)


def test_the_files_hold_the_exact_words_and_their_citations(bot: Bot) -> None:
    turns = [(ASKED, answer(bot)), (ASKED, Answer("Who won?"))]
    (first, second) = json.loads(conversation_file.as_json(turns))["turns"]
    assert first["answer"]["quotes"][0]["text"] == WORDS
    assert first["citations"][0]["plain"] == f"“{WORDS}” “LEAF”, Courier."
    assert (second["answer"]["answered"], second["citations"]) == (False, [])
    written = conversation_file.as_markdown(turns)
    assert written.startswith("# Where is the LEAF built?\n\nA conversation with Pullquote, 24 November 2026\n")
    assert f"\n> {WORDS}\n>\n> — LEAF, *Courier*\n" in written
    assert "## Who won?\n\nThe articles do not answer this.\n" in written


def test_a_file_is_named_after_its_day_and_first_question(bot: Bot) -> None:
    kept = keep(answer(bot), 1, ASKED)
    assert file_name([kept], ".md") == "pullquote-2026-11-24-where-is-the-leaf-built.md"
    hostile = kept.model_copy(update={"question": '../"\r\n日本'})
    assert file_name([hostile], ".json") == "pullquote-2026-11-24.json"
