"""The foot of an answer on the chat page: its link, what may be said of it, and what the browser keeps of it.

Gradio's sanitiser takes away every attribute but the plainest, so what the page's script must know stands in
classes and in text; the script adds the names and states of buttons for those who listen.
"""

from __future__ import annotations

from bot.answer import Answer
from bot.render.ask_link import question_link
from bot.render.escape import html as escaped

AGAIN = '<footer class="pq-foot"><button type="button" class="pq-again">Ask again</button></footer>'
"""What follows a question that was not answered because too many were asked at once."""


def foot(shown: Answer, kept: str) -> str:
    """The foot as one element on one line; `kept` is the JSON that a browser keeps of the answer."""
    link = escaped(question_link(shown))
    return (
        f'<footer class="pq-foot"><pre class="pq-kept">{escaped(kept)}</pre>{_verdicts(shown)}'
        f'<p class="pq-share"><a href="{link}">Link to this question</a>'
        '<button type="button" class="pq-copy-link">Copy link</button></p></footer>'
    )


def _verdicts(shown: Answer) -> str:
    """Buttons for what a reader thinks of the answer; of a decline other things can be said than of quotes."""
    if shown:
        said = [("good", "Helpful"), ("bad", "Not helpful"), ("not-answered", "Not answered")]
    else:
        said = [("good", "Rightly declined"), ("bad", "Not helpful"), ("not-answered", "The articles do answer it")]
    buttons = [_button(verdict, words) for verdict, words in said]
    many = len(shown.quotes) > 1
    wrong = [
        _button("wrong-quote", str(number) if many else "Wrong quote")
        for number, _ in enumerate(shown.quotes, start=1)
    ]
    if many:
        wrong = [f'<span class="pq-wrong"><span class="pq-wrong-name">Wrong quote</span>{"".join(wrong)}</span>']
    return f'<div class="pq-verdicts">{"".join(buttons + wrong)}</div>'


def _button(verdict: str, words: str) -> str:
    return f'<button type="button" class="pq-verdict pq-{verdict}">{words}</button>'
