"""Which language an article is written in, told from its own words; it asks nothing of what the file claims."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from index.article import Article
from index.errors import QuestionError

LEAST = 120
"""The fewest letters a language is told from; Chinese and Japanese say as much in a third of them."""

MOST = 4_000
"""The most characters that are looked at."""

SURE = 0.9
"""The least probability of a language that is named."""

ENGLISH_ONLY = ("all-minilm", "all-mpnet", "multi-qa", "msmarco-", "bge-small-en", "bge-base-en", "bge-large-en")
"""What the names of common encoders contain that were trained on English alone."""


NAMES = {
    name: code
    for code, names in {
        "ar": "arabic", "bg": "bulgarian", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german deutsch",
        "el": "greek", "en": "english", "es": "spanish español", "et": "estonian", "fa": "persian farsi",
        "fi": "finnish", "fr": "french français", "he": "hebrew", "hi": "hindi", "hr": "croatian",
        "hu": "hungarian", "id": "indonesian", "it": "italian italiano", "ja": "japanese", "ko": "korean",
        "lt": "lithuanian", "lv": "latvian", "nl": "dutch nederlands", "no": "norwegian", "pl": "polish polski",
        "pt": "portuguese português", "ro": "romanian", "ru": "russian", "sk": "slovak", "sl": "slovenian",
        "sr": "serbian", "sv": "swedish svenska", "th": "thai", "tr": "turkish", "uk": "ukrainian",
        "vi": "vietnamese", "zh": "chinese mandarin",
    }.items()
    for name in names.split()
}  # fmt: skip
"""What common languages are called -> their ISO 639-1 codes."""


def language_code(word: str) -> str:
    """The ISO 639-1 code that a word gives or names ("de", "de-AT", "German"); empty when it does neither."""
    key = word.strip().casefold()
    code = key.replace("_", "-").partition("-")[0]
    return NAMES.get(key) or (code if len(code) == 2 and code.isascii() and code.isalpha() else "")


def language_name(code: str) -> str:
    """A language's English name, "German"; the code itself where it has none here."""
    return next((name.capitalize() for name, each in NAMES.items() if each == code), code)


def language_codes(words: Iterable[str]) -> tuple[str, ...]:
    """The codes of several languages; raises QuestionError for a word that is none."""
    found = {word: language_code(word) for word in words}
    for word, code in found.items():
        if not code:
            raise QuestionError(f"{word[:40]!r} is no language; expected an ISO 639-1 code such as en or de")
    return tuple(dict.fromkeys(found.values()))


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
