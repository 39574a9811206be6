"""A bot that is easily led, for tests of what stands around it."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from bot.answer import Answer, Quote
from index import Article, ArticleSummary, Passage

ARTICLES = (
    Article(
        "Nissan and Honda",
        "Nissan is talking to Honda about electric vehicles. The LEAF is built in Sunderland.",
        "Morning Paper",
        "Ann Author",
        "https://example.com/nissan",
        date(2024, 3, 15),
        id="a1",
    ),
    Article("The LEAF", "The LEAF came out in 2010. Its battery was small.", "Car Weekly", url="", id="a2"),
    Article("More LEAF", "A new LEAF is coming. The LEAF sells well.", "Car Weekly", url="", id="a3"),
)


class Shelf:
    """A bot that quotes every sentence with a long word of the question in it; `gate` holds its answers back."""

    generation = 7

    def __init__(self, articles: Sequence[Article] = ARTICLES) -> None:
        self.shelved = list(articles)
        self.asked: list[dict[str, Any]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.failure: Exception | None = None

    @property
    def article_count(self) -> int:
        return len(self.shelved)

    @property
    def passage_count(self) -> int:
        return len(self.shelved)

    def ask(
        self,
        question: str,
        k: int = 5,
        *,
        history: Sequence[str | tuple[str, str]] = (),
        sources: Sequence[str] = (),
        interpret: bool = True,
    ) -> Answer:
        self.gate.wait(30)
        asked = {"question": question, "k": k, "history": list(history), "sources": list(sources)}
        self.asked.append(asked | {"interpret": interpret})
        if self.failure is not None:
            raise self.failure
        words = {word for word in re.findall(r"\w+", question.lower()) if len(word) > 3}
        found = [
            Quote(article, match.start(), match.end(), 1.0, 0.95, Passage(1, article.id, 0, len(article.text)))
            for article in self.shelved
            if not sources or article.source in sources
            for match in re.finditer(r"[^.]+\.", article.text)
            if words & set(re.findall(r"\w+", match.group().lower()))
        ]
        nearest = None if found else Quote(self.shelved[0], 0, 51, 0.1, 0.1)
        return Answer(question, tuple(found[:k]), 0.9 if found else 0.1, nearest)

    def articles(self, *, query: str = "", offset: int = 0, limit: int = 100) -> list[ArticleSummary]:
        now = datetime.now(UTC)
        listed = [
            ArticleSummary(a.id, a.title, a.source, a.author, a.url, a.published, a.version, "", now, len(a.text))
            for a in self.shelved
        ]
        return listed[offset : offset + limit]

    def sources(self) -> list[tuple[str, int]]:
        names = [article.source for article in self.shelved]
        return sorted(((name, names.count(name)) for name in set(names)), key=lambda pair: -pair[1])
