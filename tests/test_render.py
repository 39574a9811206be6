"""What a reader sees is what the article holds: escaping, marking, citing and saying how sure."""

from __future__ import annotations

import html as entities
import json
import re
from datetime import date
from itertools import accumulate
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml import html as parsed_html

from bot.answer import Answer, Quote
from bot.asking import shared
from bot.render import (
    answer_record,
    ask_link,
    blocks,
    chat_parts,
    citation,
    escape,
    html,
    markdown,
    passages,
    plain,
    words,
)
from bot.render.article_page import article_page
from bot.render.why import shared_words
from index import Article, Filters, Passage, canonical

TEXT = (
    "Nissan was once a leader.\n\nThe plant in Sunderland builds the LEAF. It opened in 1986, "
    "and it makes batteries as well.\n\nHonda plans a new line."
)
ARTICLE = Article(
    title="Nissan & Honda: <talks>",
    text=TEXT,
    source="Nikkei Asia",
    author="Ada Byron",
    url="https://news.example/a?b=1&c=2",
    published=date(2024, 3, 3),
    id="a1",
)
HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(1)> ![i](https://evil.example/x.png) "
    "[l](javascript:alert(1)) "
    "$x^2$ \\(y\\) `code` **bold** _under_ &lt;b&gt; &amp; \"q\" 'q' <!-- c --> https://evil.example ~~gone~~ | a |"
)


def quoted(words: str, article: Article = ARTICLE, probability: float = 0.8) -> Quote:
    start = article.text.index(words)
    passage = Passage(1, article.id, 0, len(article.text))
    return Quote(article, start, start + len(words), 1.0, probability, passage, {"dense": 0.71, "lexical": 8.2})


def text_of(fragment: str, path: str) -> str:
    """The text a browser shows in the elements found, one after the other."""
    return "".join(each.text_content() for each in parsed_html.fromstring(fragment).xpath(path))


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t"), max_size=200))
def test_escaped_text_reads_back_to_the_character_and_holds_no_markup(text: str) -> None:
    escaped = escape.html(text)
    assert entities.unescape(escaped) == text
    assert not set(escaped) & set("<>\"'`*_[]()!$\\|~\n")


def test_controls_stay_what_they_are() -> None:
    assert escape.html("a\x85b\x01c") == "a\x85b\x01c"


def test_a_hostile_quote_shows_its_own_characters_and_nothing_more() -> None:
    article = Article(title=HOSTILE, text=f"Before. {HOSTILE} After.", source=HOSTILE, author=HOSTILE, id="a/<b>")
    shown = html.answer(Answer("q", (quoted(HOSTILE, article),), 0.8, read_as=HOSTILE, notes=(HOSTILE,)))
    tree = parsed_html.fromstring(shown)
    assert text_of(shown, "//mark") == HOSTILE
    assert {each.tag for each in tree.iter() if isinstance(each.tag, str)} <= {
        *("section", "article", "p", "span", "i", "b", "q", "blockquote", "mark", "cite", "a", "div", "details"),
        *("summary", "button", "pre", "table", "tr", "th", "td"),
    }
    own = ("/articles/a%2F%3Cb%3E", "/?q=%3Cscript%3E", "/?q=q&interpret=no")
    assert all(link.startswith(own) for link in tree.xpath("//a/@href"))
    assert not tree.xpath("//@onerror")
    assert "\n" not in shown


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://a/b", "http://[", "//evil", "x"])
def test_only_web_addresses_become_links(url: str) -> None:
    article = Article(title="t", text="Some words here.", url=url, id="a")
    assert citation.live_link(quoted("Some words here.", article)) == ""
    assert "href" not in html.quote(quoted("Some words here.", article), "q", 1).replace('href="&#47;articles', "")


def test_a_quote_stands_marked_in_its_surrounding_words() -> None:
    shown = html.answer(
        Answer("Where is the LEAF built?", (quoted("The plant in Sunderland builds the LEAF."),), 0.8)
    )
    assert text_of(shown, "//mark") == "The plant in Sunderland builds the LEAF."
    assert text_of(shown, "//blockquote") == (
        "The plant in Sunderland builds the LEAF. It opened in 1986, and it makes batteries as well. …"
    )
    assert (
        text_of(shown, "//*[@class='pq-from']") == "Nissan & Honda: <talks>3 March 2024 · Nikkei Asia · Ada Byron"
    )
    assert "very likely answers this" in shown


def test_words_far_from_the_quote_are_cut_at_a_word_and_the_cut_is_shown() -> None:
    article = Article(title="t", text=f"{'alpha beta ' * 60}The quote. {'gamma delta ' * 60}End.", id="a")
    shown = html.quote(quoted("The quote.", article), "q", 1)
    front, back = parsed_html.fromstring(shown).xpath("//*[@class='pq-around']")
    assert re.fullmatch(r"… (alpha |beta )+", front.text_content())
    assert re.fullmatch(r" (gamma |delta )*(gamma|delta) …", back.text_content())


def test_the_quoted_words_can_be_read_back_from_the_page() -> None:
    article = Article(title="t", text=f"{HOSTILE}\n\nTwo.", id="a")
    shown = html.answer(Answer("q", (quoted(f"{HOSTILE}\n\nTwo.", article),), 0.8))
    assert html.quoted_in(shown) == f"{HOSTILE}\n\nTwo."
    assert html.quoted_in(html.answer(Answer("q"))) == ""


def test_a_decline_says_so_and_shows_the_nearest_miss_as_one() -> None:
    shown = html.answer(Answer("Who won?", nearest=quoted("Honda plans a new line.", probability=0.1)))
    assert "The articles do not answer this." in shown
    assert "Nearest miss" in shown
    assert "answers this" not in shown.replace("not answer this", "")


def test_other_quotes_of_the_article_travel_with_its_link() -> None:
    first, second = quoted("Honda plans a new line."), quoted("The plant in Sunderland builds the LEAF.")
    links = parsed_html.fromstring(html.answer(Answer("q", (first, second), 0.8))).xpath(
        "//a[@class='pq-open']/@href"
    )
    assert links[0] == f"/articles/a1?start={first.start}&end={first.end}&also={second.start}-{second.end}#quote"


@given(st.text(max_size=300).map(canonical), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_the_article_page_keeps_every_character_and_marks_exactly_the_range(
    text: str, start: int, end: int, other: int
) -> None:
    text = "".join(character for character in text if character.isprintable() or character == "\n")
    start, end = sorted((min(start, len(text)), min(end, len(text))))
    shown = passages.paragraphs(text, (start, end) if start < end else None, [(other, other + 20)])
    assert entities.unescape(re.sub(r"<[^>]*>", "", shown)) == text
    marked = re.findall(r"<mark(?: id=quote)?>(.*?)</mark>", shown)
    assert "".join(entities.unescape(re.sub(r"<[^>]*>", "", each)) for each in marked) == text[start:end]


def test_the_article_page_marks_the_words_and_needs_no_script() -> None:
    start = TEXT.index("The plant")
    shown = article_page(ARTICLE, (start, start + 40), [(0, 25), (5, 9_999)])
    tree = parsed_html.fromstring(shown)
    assert tree.xpath("//mark[@id='quote']")[0].text_content() == TEXT[start : start + 40]
    assert tree.xpath("//mark[@class='faint']")[0].text_content() == TEXT[:25]
    assert tree.xpath("//h1")[0].text_content() == "Nissan & Honda: <talks>"
    assert not tree.xpath("//script")
    assert "".join(each.text_content() for each in tree.xpath("//*[@class='text']/p")) == TEXT


def test_a_range_outside_the_text_marks_nothing() -> None:
    assert "<mark" not in article_page(ARTICLE, (5, 10_000))


def test_a_live_link_names_a_short_quote_whole() -> None:
    article = Article(title="t", text="A well-known, e:Ny1 & more.", url="https://a.example/x#part", id="a")
    link = citation.live_link(quoted("A well-known, e:Ny1 & more.", article))
    assert link == "https://a.example/x#part:~:text=A%20well%2Dknown%2C%20e%3ANy1%20%26%20more."


def test_a_live_link_names_a_long_quote_by_its_ends() -> None:
    link = citation.live_link(quoted("The plant in Sunderland builds the LEAF. It opened in 1986, and it makes"))
    first, last = link.split(":~:text=")[1].split(",")
    assert unquote(first) == "The plant in Sunderland builds the"
    assert unquote(last) == "opened in 1986, and it makes"


def test_citations_say_who_what_and_when() -> None:
    quote = quoted("It opened in 1986")
    assert citation.plain(quote) == (
        "“It opened in 1986” Ada Byron, “Nissan & Honda: <talks>”, Nikkei Asia, 3 March 2024, "
        "https://news.example/a?b=1&c=2."
    )
    assert citation.markdown(quote) == (
        "> It opened in 1986\n>\n> — Ada Byron, [Nissan \\& Honda: \\<talks\\>](https://news.example/a?b=1&c=2), "
        "*Nikkei Asia*, 3 March 2024"
    )
    assert citation.bibtex(quote) == (
        "@article{byron2024nissan,\n  title = {{Nissan \\& Honda: <talks>}},\n  author = {Ada Byron},\n"
        "  journal = {Nikkei Asia},\n  year = {2024},\n  month = {mar},\n  day = {3},\n"
        "  url = {https://news.example/a?b=1&c=2},\n  note = {Quote: ``It opened in 1986''},\n}"
    )


def test_no_brace_of_an_article_ends_a_field_of_its_bibtex() -> None:
    hostile = "A } b { c, \\} @misc{x, title = {y}"
    article = Article(
        hostile, hostile, source=hostile, author=hostile, url="https://x.example/a}{b", published=None, origin="o"
    )
    entry = citation.bibtex(Quote(article, 0, len(hostile), 0.5))
    within = list(accumulate({"{": 1, "}": -1}.get(each, 0) for each in entry))
    assert within[-1] == 0
    assert 0 not in within[entry.index("{") : -1]
    lines = entry.splitlines()[1:-1]
    assert [line.partition(" = ")[0].strip() for line in lines] == ["title", "author", "journal", "url", "note"]
    assert all(line.count("{") == line.count("}") for line in lines)


def test_a_link_asks_the_same_question_under_the_same_filters() -> None:
    filters = Filters(("A & B", "C"), ("D",), date(2024, 1, 2), date(2024, 5, 6))
    link = ask_link.question_link(Answer("Why <so>?", filters=filters))
    assert link == "/?q=Why+%3Cso%3E%3F&source=A+%26+B&source=C&author=D&after=2024-01-02&before=2024-05-06"
    asked = shared(parse_qsl(link.partition("?")[2]))
    assert (asked.question, asked.chosen.filters(), asked.interpret) == ("Why <so>?", filters, True)


def test_a_link_keeps_the_order_and_whether_the_question_was_taken_literally() -> None:
    answer = Answer("Why?", given=Filters(("C",)), filters=Filters(("C", "D")), sort="newest", interpreted=False)
    assert ask_link.question_link(answer) == "/?q=Why%3F&source=C&source=D&sort=newest&interpret=no"
    assert ask_link.as_typed_link(answer) == "/?q=Why%3F&source=C&sort=newest&interpret=no"
    asked = shared(parse_qsl(ask_link.question_link(answer).partition("?")[2]))
    assert (asked.chosen.order, asked.interpret) == ("newest", False)


def test_a_page_without_articles_tells_how_to_bring_some() -> None:
    assert (chat_parts.welcome(0), chat_parts.ways_in().count("<li>"), chat_parts.ways_in(False).count("<li>")) == (
        "",
        3,
        2,
    )
    assert "1 article?" in chat_parts.welcome(1)


def test_the_json_form_holds_the_exact_words_and_survives_json() -> None:
    quote = quoted("Honda plans a new line.")
    shown = answer_record(Answer("q?", (quote,), 0.8, filters=Filters(sources=("N",), after=date(2024, 1, 1))))
    assert json.loads(json.dumps(shown)) == shown
    first = shown["quotes"][0]
    assert TEXT[first["start"] : first["end"]] == first["text"] == "Honda plans a new line."
    assert first["article"]["published"] == "2024-03-03"
    assert first["link"] == f"/articles/a1?start={quote.start}&end={quote.end}#quote"
    assert shown["filters"] == {
        "sources": ["N"],
        "authors": [],
        "after": "2024-01-01",
        "before": None,
        "languages": [],
    }
    assert answer_record(Answer("q?"))["answered"] is False


def test_the_terminal_gets_the_words_and_no_control_characters() -> None:
    article = Article(title="T\x1b]0;x\x07", text="Red \x1b[31malert\u202e now.", id="a")
    shown = plain.answer(Answer("q", (quoted(article.text, article),), 0.8))
    assert "\x1b" not in shown
    assert "“Red ␛[31malert\ufffd now.”" in shown


def test_the_terminal_is_told_of_a_decline_and_the_nearest_miss() -> None:
    shown = plain.answer(Answer("q", nearest=quoted("Honda plans a new line."), notes=("No articles passed.",)))
    assert shown.startswith(
        "The articles do not answer this.\n\nThe nearest they come:\n\n   “Honda plans a new line.”"
    )
    assert shown.endswith("Note: No articles passed.")


def test_a_conversation_in_markdown_quotes_as_block_quotations() -> None:
    shown = markdown.answer(Answer("Is it <so>?", (quoted("Honda plans a new line."),), 0.8))
    assert shown.startswith("## Is it \\<so\\>?\n\n> Honda plans a new line.\n>\n> — Ada Byron,")


@pytest.mark.parametrize(
    ("probability", "level"), [(1.0, 5), (0.9, 5), (0.89, 4), (0.7, 4), (0.5, 3), (0.1, 2), (0.09, 1), (0.0, 1)]
)
def test_sureness_has_five_steps(probability: float, level: int) -> None:
    assert words.how_sure(probability).level == level


def test_of_several_quotes_no_more_is_said_than_one_step_above_the_surest_of_them() -> None:
    said = words.how_sure_of_all
    assert said(0.95, [0.67, 0.45, 0.36]).among == "The answer is very likely among them."
    assert said(0.85, [0.36, 0.35]).among == "The answer is probably among them."
    assert said(0.95, [0.92, 0.36]).among == "The answer is almost certainly among them."
    assert said(0.30, [0.67, 0.45]).among == "The answer is possibly among them."
    assert said(0.05, [0.67, 0.45]).among == "The answer is probably not among them."


def test_every_face_is_as_sure_of_a_lone_quote_as_of_its_answer() -> None:
    lone = Answer("q", (quoted("Honda plans a new line."),), 0.95)
    faces = [
        html.answer(lone),
        plain.answer(lone),
        markdown.answer(lone),
        json.dumps(blocks.answer_message(lone).blocks),
        answer_record(lone)["sure"],
    ]
    assert ["almost certainly answers this" in face for face in faces] == [True] * 5


def test_numbers_and_dates_are_said_in_english() -> None:
    assert words.counted(1, "quote") == "1 quote"
    assert words.counted(12_000, "reply", "replies") == "12,000 replies"
    assert words.long_date(date(2024, 3, 3)) == "3 March 2024"


def test_shared_words_leave_out_what_every_sentence_has_and_forgive_endings() -> None:
    assert shared_words("Where is the batteries' plant built?", TEXT) == ["batteries", "plant"]


def test_the_page_is_whole_html() -> None:
    assert etree.tostring(parsed_html.fromstring(article_page(ARTICLE)))
