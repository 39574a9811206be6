"""Text into sentence spans, and sentence spans into passage spans; pure, and never rewrites a character."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import sentencex

from index.article import Span

CountTokens = Callable[[Sequence[str]], list[int]]
"""Texts -> the number of word pieces of each, special ones not counted."""

# sentencex takes quadratic time over nested brackets and quotation marks (3.6 s for 100,000 of them), so it
# is given one paragraph at a time, and of an endless paragraph no more than this many characters.
_BLOCK = 4_000
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n\s*")
# A run of letters and digits, but each character alone in scripts written without spaces.
_WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]|[^\W_぀-ヿ㐀-䶿一-鿿豈-﫿]+")


def sentences(text: str, language: str = "en") -> list[Span]:
    """Spans of the sentences of `text`, in order and without a gap: joined, they give the text back.

    White space behind a sentence belongs to it; see `trimmed`. A paragraph break always ends a sentence.
    `language` is an ISO 639-1 code; one that sentencex does not know is split by its rules for English.
    """
    cuts = {0, len(text)}
    for start, end in _blocks(text):
        cuts.add(start)
        for boundary in sentencex.get_sentence_boundaries(language, text[start:end]):
            cuts.add(start + int(boundary["start_index"]))
    ordered = sorted(cuts)
    return _without_blank_spans(text, [span for span in pairwise(ordered) if span[0] < span[1]])


def trimmed(text: str, span: Span) -> Span:
    """The span without the white space at its two ends; empty at its start when it holds nothing else."""
    start, end = span
    piece = text[start:end]
    lead = len(piece) - len(piece.lstrip())
    return (start, start) if lead == len(piece) else (start + lead, start + len(piece.rstrip()))


def passages(text: str, count: CountTokens, budget: int, language: str = "en") -> list[list[Span]]:
    """Passages of `text`, each the sentence spans it is made of; all spans joined give the text back.

    A passage holds whole sentences and at most `budget` word pieces. It ends early at a paragraph break once
    it is three quarters full. A single sentence beyond the budget is cut at white space where there is some.
    """
    if budget < 1:
        raise ValueError(f"a passage needs a budget of at least 1 word piece, not {budget}")
    if not text.strip():
        return []
    units = list(_fitting(text, sentences(text, language), count, budget))
    sizes = count([text[start:end] for start, end in units])
    packed = _pack(text, units, sizes, budget)
    return [part for group in packed for part in _verified(text, group, count, budget)]


def _blocks(text: str) -> Iterator[Span]:
    """Paragraphs, the break behind each included, and long ones cut at white space into blocks."""
    start = 0
    for end in [match.end() for match in _PARAGRAPH_BREAK.finditer(text)] + [len(text)]:
        while end - start > _BLOCK:
            cut = text.rfind(" ", start + _BLOCK // 2, start + _BLOCK) + 1 or start + _BLOCK
            yield start, cut
            start = cut
        if start < end:
            yield start, end
        start = end


def _without_blank_spans(text: str, spans: list[Span]) -> list[Span]:
    """The same ground in spans that each hold a visible character, so far as the text has any."""
    merged: list[Span] = []
    for start, end in spans:
        if merged and (not text[start:end].strip() or not text[slice(*merged[-1])].strip()):
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _fitting(text: str, spans: list[Span], count: CountTokens, budget: int) -> Iterator[Span]:
    """The spans, those beyond the budget cut in halves until each half fits or is one character."""
    for span, size in zip(spans, count([text[start:end] for start, end in spans]), strict=True):
        if size <= budget or span[1] - span[0] <= 1:
            yield span
        else:
            yield from _fitting(text, _halves(text, span), count, budget)


def _halves(text: str, span: Span) -> list[Span]:
    start, end = span
    middle = (start + end) // 2
    reach = max((end - start) // 4, 1)
    before = max(text.rfind(mark, middle - reach, middle) for mark in " \n\t") + 1
    cut = before if start < before else middle
    return [(start, cut), (cut, end)]


def _pack(text: str, units: list[Span], sizes: list[int], budget: int) -> list[list[Span]]:
    packed: list[list[Span]] = [[]]
    used = 0
    for unit, size in zip(units, sizes, strict=True):
        current = packed[-1]
        ends_paragraph = bool(current) and "\n\n" in text[slice(*current[-1])][-4:]
        if current and (used + size > budget or (ends_paragraph and used > budget * 3 // 4)):
            packed.append([])
            used = 0
        packed[-1].append(unit)
        used += size
    return packed


def _verified(text: str, group: list[Span], count: CountTokens, budget: int) -> Iterator[list[Span]]:
    """The group, cut in two while its joined text has more word pieces than its sentences had alone."""
    if len(group) > 1 and count([text[group[0][0] : group[-1][1]]])[0] > budget:
        half = len(group) // 2
        yield from _verified(text, group[:half], count, budget)
        yield from _verified(text, group[half:], count, budget)
    else:
        yield group


def word_spans(text: str) -> list[Span]:
    """Where the words of `text` stand, in order. An index keeps a vector for each, so what a word is cannot change
    without building it anew."""
    return [match.span() for match in _WORD.finditer(text)]
