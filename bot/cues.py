"""What a question asks for, and whether a sentence holds a thing of that kind; rules of form, no model."""

from __future__ import annotations

import re
from collections.abc import Set
from functools import lru_cache

KINDS = ("who", "when", "where", "count", "why", "how", "what", "other")
"""What a question can ask for; `count` is how many, how much, how long and the like."""

_ASKS = (
    ("count", r"\bhow (?:many|much|long|old|far|tall|big|large|often|high|deep|fast|heavy|wide)\b"),
    ("count", r"\b(?:number|percentage|percent|amount|size|price|cost|population) of\b"),
    ("when", r"\bwhen\b|\b(?:what|which|in what|in which) (?:year|date|day|month|century|time)\b"),
    ("who", r"\bwho(?:m|se)?\b|\bwho's\b"),
    ("where", r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|town|county|region|continent|river)\b"),
    ("why", r"\bwhy\b|\bwhat (?:is|was|were|are) the (?:reason|cause|purpose)\b|\b(?:reason|cause)s? (?:for|of)\b"),
    ("how", r"\bhow\b"),
    ("what", r"\b(?:what|which)\b"),
)
_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASKS)
_WORDS = re.compile(r"\w+")
_NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion"
    r"|half|once|twice|percent)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:1\d{3}|20\d{2})\b|\b(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century|season|spring|summer|autumn"
    r"|winter)\b"
)
_NAME = re.compile(r"(?<=[a-z0-9,;:)\"'’] )[A-Z][\w.-]+|(?<=^)[A-Z][\w.-]+ [A-Z][\w.-]+")
_PLACE = re.compile(r"\b(?:in|at|near|from|to|of|on|outside|around|across|between)(?: the)? [A-Z]\w+")
_REASON = re.compile(
    r"\b(?:because|since|due to|owing to|so that|in order to"
    r"|to (?:avoid|reduce|help|allow|prevent|protect|improve|make)|therefore|thus|as a result"
    r"|result(?:ed|s|ing)? (?:in|from)|caused?|reason|purpose|led to|leads to)\b",
    re.IGNORECASE,
)
_MANNER = re.compile(r"\b(?:by \w+ing|using|through|via|with|first|then|process|method|means of)\b", re.IGNORECASE)
_DEFINES = re.compile(
    r"\b(?:is|are|was|were|refers? to|means?|called|known as|consists? of|includ(?:es?|ing)|such as)\b",
    re.IGNORECASE,
)
_HOLDS = {
    "who": _NAME,
    "when": _TIME,
    "where": _PLACE,
    "count": _NUMBER,
    "why": _REASON,
    "how": _MANNER,
    "what": _DEFINES,
}
_LEANS = re.compile(
    r"\W*(?:he|she|it|they|his|her|hers|its|their|theirs|him|them|this|these|those|that|such|both|there|then"
    r"|here|however|but|also|moreover|furthermore|additionally|instead|otherwise|consequently"
    r"|therefore|thus|and|so|nor"
    r"|the (?:former|latter|same|two|company|team|country|study|film|show|song|series|firm|group|man|woman))\b",
    re.IGNORECASE,
)


def asks_for(question: str) -> str:
    """The kind of thing the question asks for, one of KINDS."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(question)), "other")


def holds(kind: str, sentence: str) -> bool:
    """Whether the sentence holds a thing of that kind: a name, a date, a number, ...; False for `other`."""
    pattern = _HOLDS.get(kind)
    return bool(pattern and pattern.search(sentence))


def new_things(kind: str, sentence: str, known: Set[str]) -> int:
    """How many things of that kind the sentence holds of which not every word is known, in lower case."""
    things = _things(kind, sentence)
    return sum(not each <= known for each in things) if things else 0


# The same sentences are met by many questions; most hold none or one thing of a kind, so 16,384 are about 6 MB.
@lru_cache(maxsize=16_384)
def _things(kind: str, sentence: str) -> tuple[frozenset[str], ...]:
    """The words of each thing of that kind in the sentence, in lower case."""
    pattern = _HOLDS.get(kind)
    found = pattern.findall(sentence) if pattern else []
    return tuple(frozenset(_WORDS.findall(each.lower())) for each in found)


def leans_back(sentence: str) -> bool:
    """Whether the sentence begins with a word that points to the one before it ("He", "This", "However")."""
    return bool(_LEANS.match(sentence))
