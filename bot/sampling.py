"""Questions that the articles at hand can answer, made from their own sentences; none is written in advance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from bot.answer import Answer
from bot.bot import Bot
from index import Article

SAMPLES = 3
"""How many questions are offered at a time."""

_TRIES = 12
_LONGEST = 90
_READ = 12_000
# "Honda plans a new line." -> "Who plans a new line?" keeps the verb as it stands, so the question is grammatical.
_VERBS = (
    "announced|bought|builds|built|created|designed|developed|discovered|founded|invented|introduced|launched|leads|"
    "led|makes|opened|owns|plans|produces|proposed|published|runs|sells|signed|sold|supplies|won|wrote"
)
_NAME = r"[A-Z][\w’'-]*(?: (?:of |de |van )?[A-Z0-9][\w’'-]*){0,3}"
_BEGINNING = r"(?:^|(?<=[.!?]\s)|(?<=\n))"
_DEED = re.compile(rf"{_BEGINNING}(?:The )?{_NAME} (?P<verb>{_VERBS}) (?P<rest>[^.!?;:,()\n]{{8,70}})[.,;]")
_NAMED = re.compile(rf"(?<![.!?“\"]\s)(?<!^)(?<!\n)\b(?:the )?{_NAME}", re.MULTILINE)
# A question may not end in what only makes sense beside its neighbours.
_LOOSE_END = re.compile(
    r"\b(?:and|but|which|who|that|while|as|because|after|before|its|their|his|her|it|this|these)\b"
)


def sample_questions(bot: Bot, count: int = SAMPLES) -> list[str]:
    """At most `count` questions that the bot answers, each from another article; none without articles."""
    articles = [bot.article(each.id) for each in bot.articles(limit=_TRIES)]
    return _answered(bot, _alternating([list(_questions(each)) for each in articles]), count, avoid=())


def next_questions(bot: Bot, answer: Answer, asked: Sequence[str], count: int = SAMPLES) -> list[str]:
    """At most `count` questions to go on with that the bot answers.

    They come from the articles that are quoted; behind a decline, from whatever the index covers.
    """
    if not answer:
        return [each for each in sample_questions(bot, count) if each not in asked]
    articles = list({each.article.id: each.article for each in answer.quotes}.values())
    avoid = [answer.question, answer.read_as, *asked]
    return _answered(bot, _alternating([list(_questions(each)) for each in articles]), count, avoid)


def _answered(bot: Bot, candidates: Sequence[str], count: int, avoid: Sequence[str]) -> list[str]:
    """The first candidates that the bot answers and that ask for something new."""
    kept: list[str] = []
    seen = {question.casefold() for question in avoid}
    for question in candidates[:_TRIES]:
        if question.casefold() in seen:
            continue
        seen.add(question.casefold())
        if bot.ask(question, 1, interpret=False):
            kept.append(question)
        if len(kept) == count:
            break
    return kept


def _alternating(groups: Sequence[Sequence[str]]) -> list[str]:
    """The first of each group, then the second of each, and so on; a question only once."""
    longest = max((len(group) for group in groups), default=0)
    taken = (group[place] for place in range(longest) for group in groups if place < len(group))
    return list(dict.fromkeys(taken))


def _questions(article: Article) -> Iterator[str]:
    """Questions that one article seems to answer, the more pointed first."""
    text = article.text[:_READ]
    if article.title.endswith("?") and len(article.title) <= _LONGEST:
        yield article.title
    for found in _DEED.finditer(text):
        rest = found["rest"].strip()
        if len(found["verb"]) + len(rest) + 6 <= _LONGEST and not _LOOSE_END.search(rest):
            yield f"Who {found['verb']} {rest}?"
    for name in _names(text):
        yield f"What is said about {name}?"


def _names(text: str) -> list[str]:
    """The proper names that occur most often within sentences, not at their beginnings."""
    counts = Counter(found.group() for found in _NAMED.finditer(text))
    return [name for name, times in counts.most_common(4) if times > 1 and len(name) > 3]
