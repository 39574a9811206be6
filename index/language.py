"""Which language an article is written in, told from its own words; it asks nothing of what the file claims."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

from index.article import Article

LEAST = 120
"""The fewest letters a language is told from; Chinese and Japanese say as much in a third of them."""

MOST = 4_000
"""The most characters that are looked at."""

SURE = 0.9
"""The least probability of a language that is named."""

ENGLISH_ONLY = ("all-minilm", "all-mpnet", "multi-qa", "msmarco-", "bge-small-en", "bge-base-en", "bge-large-en")
"""What the names of common encoders contain that were trained on English alone."""


def language_of(text: str) -> str:
    """The ISO 639-1 code of a text's language, or an empty string where it is too short or too mixed to tell."""
    sample = text[:MOST]
    letters = sum(3 if "\u3040" <= letter <= "\u9fff" else letter.isalpha() for letter in sample)
    if letters < LEAST:
        return ""
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= SURE and code != "zxx" else ""


def with_language(article: Article) -> Article:
    """The article with its language filled in; one that has a language keeps it."""
    found = "" if article.language else language_of(article.text)
    return replace(article, language=found) if found else article


def knows(encoder: str, language: str) -> bool:
    """Whether an encoder of this name may be expected to understand a language; an unknown name may."""
    return language in ("", "en") or not any(part in encoder.lower() for part in ENGLISH_ONLY)


@functools.cache
def _identifier() -> Any:  # py3langid carries no types
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
