"""What was thought of answers, as questions to examine the bot on; says what it leaves out, and why.

| said | of quotes | of a decline |
|---|---|---|
| good | these articles are relevant, these words answer (those called wrong left out) | no article answers it |
| not answered | nothing: whether other articles answer is unknown | the articles answer it, where is unknown |
| bad, wrong quote | nothing: what would be right was not said | nothing |
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Export:
    """Rows of JSON for `evaluate` and `calibrate`, and how many verdicts are left out for which reason."""

    rows: tuple[dict[str, object], ...]
    left_out: dict[str, int]

    def to_jsonl(self) -> str:
        """A line for each question."""
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.rows)


def export(verdicts: Iterable[Feedback]) -> Export:
    """What the verdicts say, a row for each question, in the order in which they were first asked."""
    answers: dict[tuple[str, str], list[Feedback]] = {}
    for each in verdicts:
        answers.setdefault((each.answer, each.voter), []).append(each)
    left_out: dict[str, int] = {}
    claims: dict[str, list[dict[str, object]]] = {}
    for of in answers.values():
        claim = _claim(of)
        if isinstance(claim, str):
            left_out[claim] = left_out.get(claim, 0) + len(of)
        else:
            claims.setdefault(_same(of[0].question), []).append(claim)
    rows = []
    for said in claims.values():
        if len({claim["answered"] for claim in said}) > 1:
            reason = "some say that the articles answer it and some that they do not"
            left_out[reason] = left_out.get(reason, 0) + len(said)
        else:
            rows.append(_together(said))
    return Export(tuple(rows), left_out)


def _claim(of: Sequence[Feedback]) -> dict[str, object] | str:
    """What one reader's verdicts on one answer say of the question; why it is left out, where they say nothing."""
    whole = next((each for each in of if each.number == 0), None)
    shown = of[0]
    if whole is None:
        return "a wrong quote alone does not tell which would be right"
    if whole.verdict == "bad":
        return "that an answer did not help does not tell which would"
    if whole.verdict == "not answered":
        if shown.quotes:
            return "that quotes leave a question open does not tell whether the articles answer it"
        return {"question": shown.question, "answered": True}
    if not shown.quotes:
        if shown.filtered:
            return "a decline under a filter does not tell what the other articles answer"
        return {"question": shown.question, "answered": False, "article": "", "quote": ""}
    wrong = {each.number for each in of if each.number}
    right = [quote for number, quote in enumerate(shown.quotes, 1) if number not in wrong]
    if not right:
        return "every quote of it was called wrong"
    articles = list(dict.fromkeys(quote.article_id for quote in right))
    return {
        "question": shown.question,
        "answered": True,
        "article": articles,
        "quote": list(dict.fromkeys(quote.text for quote in right)),
    }


def _together(said: Sequence[dict[str, object]]) -> dict[str, object]:
    """What several readers say of one question as one row."""
    row = dict(said[0])
    for key in ("article", "quote"):
        lists = [claim[key] for claim in said if isinstance(claim.get(key), list)]
        if lists:
            row[key] = list(dict.fromkeys(one for many in lists if isinstance(many, list) for one in many))
    return row


def _same(question: str) -> str:
    return " ".join(question.casefold().split()).rstrip("?!. ")
