"""Questions that the articles at hand can answer, made from their own sentences; none is written in advance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from bot.answer import Answer
from bot.bot import Bot
from bot.words import stems
from index import Article

SAMPLES = 3
"""How many questions are offered at a time."""

FEWEST = 2
"""How many are offered behind an answer at least, where the index answers as many."""

_ARTICLES = 24
_TRIES = 12
_LONGEST = 80
_READ = 12_000
_NAME = r"[A-Z][\w’'-]*(?: (?:(?:of|de|van) )?[A-Z0-9][\w’'-]*){0,3}"
_BEGINNING = r"(?:^|(?<=[.!?]\s)|(?<=\n)|(?<= – ))"
_SUBJECT = rf"{_BEGINNING}(?P<subject>(?:The )?{_NAME})(?: that [a-zA-Z ]{{3,30}}?)?"
_VERBS = (
    "announced|bought|built|builds|created|designed|developed|discovered|founded|holds|invented|introduced|launched|"
    "leads|led|makes|opened|owns|plans|produces|proposed|published|runs|sells|signed|sold|supplies|supplied|won|wrote"
)
_DONE = r"assembled|born|built|founded|held|invented|launched|made|opened|produced|published|signed|sold|unveiled"
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
# Each turns a statement into a question without touching its verb, so that the question is grammatical:
# "Honda plans a new line." -> "Who plans a new line?", "The LEAF is built in Sunderland." -> "Where is the LEAF built?"
_WHO = re.compile(
    rf"{_SUBJECT} (?P<verb>{_VERBS}) (?!(?:in|at|on|by|of|for|from|with|to) )"
    r"(?P<rest>[^.!?;:,()\n“”\"]{8,60})[.,;](?!\d)"
)
_WITH = re.compile(
    rf"{_SUBJECT} (?P<be>is|are|was|were) (?P<done>talking to|in talks with|working with|allied with) [A-Z]"
)
_CALLED = re.compile(
    rf"{_BEGINNING}(?P<subject>(?:The )?[A-Z][^.,;:()\n–—]{{4,50}}?) (?P<be>is|are|was|were) called "
)
_WHERE = re.compile(rf"{_SUBJECT} (?P<be>is|was|are|were) (?P<done>{_DONE}) (?:in|at) (?!{_MONTH})[A-Z]")
_WHEN = re.compile(
    rf"{_SUBJECT} (?P<be>is|was|are|were) (?P<done>{_DONE}) [^.;\n]{{0,30}}?(?:in|on) (?:{_MONTH}|\d{{4}}\b)"
)
_WILL = re.compile(rf"{_SUBJECT} will (?P<rest>[a-z][^.!?;:,()\n]{{4,40}}?) (?:in|from|by) (?:{_MONTH}|\d{{4}}\b)")
_NAMED = re.compile(rf"(?<![.!?“\"]\s)(?<!^)(?<!\n)\b(?:the )?{_NAME}", re.MULTILINE)
# A question may not hold what only makes sense beside its neighbours.
_LOOSE = re.compile(
    r"\b(?:and|but|which|who|that|while|as|because|after|before|its|their|his|her|it|they|this|these)\b|\bthe same\b"
)
_NO_SUBJECT = frozenset(
    re.findall(
        r"\w+",
        """
        it its he his she her they their this that these those we our you your i my there here but and or so yet if
        what who when where why how whether which while as since after before because for from in on at by with
        under until then both each all some most no not only even
        """,
    )
)


def sample_questions(bot: Bot, count: int = SAMPLES) -> list[str]:
    """At most `count` questions that the bot answers, each from another article; none without articles."""
    articles = [bot.article(each.id) for each in bot.articles(limit=_ARTICLES)]
    return _answered(bot, _candidates(articles), count, avoid=())


def next_questions(bot: Bot, answer: Answer, asked: Sequence[str], count: int = SAMPLES) -> list[str]:
    """At most `count` questions to go on with that the bot answers.

    They come from the articles that are quoted and lead to other words than those; where these give too few, and
    behind a decline, from whatever the index covers.
    """
    if not answer:
        return [each for each in sample_questions(bot, count) if each not in asked]
    articles = list({each.article.id: each.article for each in answer.quotes}.values())
    avoid = [answer.question, answer.read_as, *asked]
    shown = frozenset((each.article.id, each.start) for each in answer.quotes)
    near = _answered(bot, _candidates(articles), count, avoid, shown)
    if len(near) >= FEWEST:
        return near
    others = [bot.article(each.id) for each in bot.articles(limit=_ARTICLES)]
    return [*near, *_answered(bot, _candidates(others), FEWEST - len(near), [*avoid, *near], shown)]


def _candidates(articles: Sequence[Article]) -> list[str]:
    """The pointed questions of all articles, one kind and one article after the other; then the general ones."""
    pointed = _alternating([list(_pointed(each)) for each in articles])
    kinds: dict[str, list[str]] = {}
    for question in pointed:
        kinds.setdefault(question.split()[0], []).append(question)
    general = _alternating(
        [[f"What is said about {name}?" for name in _names(each.text[:_READ])] for each in articles]
    )
    return [*_alternating(list(kinds.values())), *general]


def _answered(
    bot: Bot,
    candidates: Sequence[str],
    count: int,
    avoid: Iterable[str],
    shown: AbstractSet[tuple[str, int]] = frozenset(),
) -> list[str]:
    """The first candidates that the bot answers, that ask for something new, and whose answer was not yet shown."""
    kept: list[str] = []
    known = [set(stems(question)) for question in avoid]
    fresh = [each for each in candidates if not any(set(stems(each)) <= asked for asked in known)]
    for question in fresh[:_TRIES]:
        quotes = bot.ask(question, 1, interpret=False).quotes
        if quotes and (quotes[0].article.id, quotes[0].start) not in shown:
            kept.append(question)
        if len(kept) == count:
            break
    return kept


def _alternating(groups: Sequence[Sequence[str]]) -> list[str]:
    """The first of each group, then the second of each, and so on; a question only once."""
    longest = max((len(group) for group in groups), default=0)
    taken = (group[place] for place in range(longest) for group in groups if place < len(group))
    return list(dict.fromkeys(taken))


def _pointed(article: Article) -> Iterator[str]:
    """Questions that single sentences of an article answer, and its title where that is a question."""
    text = article.text[:_READ]
    if article.title.endswith("?") and len(article.title) <= _LONGEST:
        yield article.title
    for question in _from_sentences(text):
        if len(question) <= _LONGEST and not _LOOSE.search(question):
            yield question


def _from_sentences(text: str) -> Iterator[str]:
    for pattern, asking in ((_WITH, "Who"), (_CALLED, "What"), (_WHERE, "Where"), (_WHEN, "When")):
        for found in pattern.finditer(text):
            if subject := _subject(found):
                yield f"{asking} {found['be']} {subject} {found.groupdict().get('done') or 'called'}?"
    for found in _WILL.finditer(text):
        if subject := _subject(found):
            yield f"When will {subject} {found['rest']}?"
    for found in _WHO.finditer(text):
        if _subject(found):
            yield f"Who {found['verb']} {found['rest'].strip()}?"


def _subject(found: re.Match[str]) -> str:
    """The sentence's subject as it stands within a sentence; empty where it is a pronoun or no subject at all."""
    name = found["subject"]
    if name.split()[0].casefold() in _NO_SUBJECT:
        return ""
    return f"the{name[3:]}" if name.startswith("The ") else name


def _names(text: str) -> list[str]:
    """The proper names that occur most often within sentences, not at their beginnings."""
    counts = Counter(re.sub(r"[’']s$", "", found.group()) for found in _NAMED.finditer(text))
    names = [name for name, times in counts.most_common(8) if times > 1 and len(name) > 3]
    return [name for name in names if not re.search(r"(?:ese|ish|ian|ean|day)$|^(?:" + _MONTH + ")", name)][:4]
