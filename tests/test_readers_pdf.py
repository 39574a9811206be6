"""A PDF becomes the text a reader reads: columns in order, words whole, page furniture gone, pages known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index import Article, ReadError
from index.readers.pdf import read_pdf
from tests.small_pdf import Placed, small_pdf


def read(tmp_path: Path, pages: Sequence[Sequence[Placed]], title: str = "", author: str = "") -> Article:
    path = tmp_path / "paper.pdf"
    path.write_bytes(small_pdf(pages, title, author))
    (article,) = read_pdf(path, lambda error: pytest.fail(str(error)))
    return article


def column(x: float, lines: Sequence[str], top: float = 700, size: float = 10) -> list[Placed]:
    return [(x, top - 12 * at, size, line) for at, line in enumerate(lines)]


def test_lines_become_paragraphs_and_hyphens_are_mended(tmp_path: Path) -> None:
    lines = [
        "The new plant in Sunderland is the largest of its kind, and the pro-",
        "duction of batteries is going to begin there next year. A well-known",
        "engineer said that the well-",
        "known site was chosen early.",
    ]
    second = column(72, ["Nobody else was asked."], top=630)
    article = read(
        tmp_path, [[(72, 740, 20, "A plant for batteries"), *column(72, lines), *second]], author="Ann Lee"
    )
    assert article.title == "A plant for batteries"
    assert article.author == "Ann Lee"
    assert article.text == (
        "The new plant in Sunderland is the largest of its kind, and the production of batteries is going to begin "
        "there next year. A well-known engineer said that the well-known site was chosen early.\n\n"
        "Nobody else was asked."
    )


def test_low_signs_and_low_words_stay_in_their_line_and_their_paragraph(tmp_path: Path) -> None:
    """A dash has hardly any height, and a last line without tall letters less than the one before it."""
    lines = ["The minister came to the plant on Monday, in the rain, and with all of her engineers",
             "— so it was said — she also named what it would cost in the end to its many and old",
             "owners."]  # fmt: skip
    second = column(72, ["Nobody else was asked."], top=640)
    assert read(tmp_path, [[*column(72, lines), *second]]).text == f"{' '.join(lines)}\n\nNobody else was asked."


def test_two_columns_are_read_one_after_the_other_beneath_their_headline(tmp_path: Path) -> None:
    left = [
        f"Left line {word} of the column here goes on" for word in ("one", "two", "three", "four", "five", "six")
    ]
    right = [
        f"right line {word} of the column here is on" for word in ("one", "two", "three", "four", "five", "six")
    ]
    interleaved = [
        each for pair in zip(column(60, left, 680), column(330, right, 680), strict=True) for each in pair
    ]
    article = read(tmp_path, [[(60, 730, 22, "A headline across both of the columns, in large"), *interleaved]])
    assert article.title == "A headline across both of the columns, in large"
    assert article.text == " ".join(left + right)


def test_page_numbers_and_running_heads_go_and_pages_are_known(tmp_path: Path) -> None:
    pages = [
        [
            (72, 760, 8, f"The Wearside Post, no. {number}"),
            *column(72, [f"This is sentence {word} of the article, and it stands on a page." for word in words]),
            (300, 40, 8, f"{number}"),
        ]
        for number, words in ((1, ("one", "two", "three")), (2, ("four", "five", "six")), (3, ("seven", "eight")))
    ]
    article = read(tmp_path, pages, title="Eight sentences")
    assert article.title == "Eight sentences"
    assert "Wearside" not in article.text
    words = ("one", "two", "three", "four", "five", "six", "seven", "eight")
    sentences = [f"This is sentence {word} of the article, and it stands on a page." for word in words]
    assert " ".join(article.text.split()) == " ".join(sentences)
    on = [article.page_at(article.text.index(f"sentence {word} ")) for word in words]
    assert on == [1, 1, 1, 2, 2, 2, 3, 3]


def test_a_sentence_goes_on_over_a_page(tmp_path: Path) -> None:
    first = column(
        72, ["The board met on Tuesday to talk about the plans that had been made for", "the plant, and the"]
    )
    second = column(72, ["members agreed."])
    article = read(tmp_path, [first, second])
    assert article.text.endswith("and the members agreed.")
    assert article.page_at(article.text.index("members")) == 2
    assert article.page_at(article.text.index("members") - 1) == 1


def test_a_short_line_above_a_gap_is_a_paragraph_of_its_own(tmp_path: Path) -> None:
    long = [
        "The board met on Tuesday to talk about the plans that had been made for the new plant,",
        "and went home.",
    ]
    article = read(
        tmp_path, [[*column(72, ["The board meets"], 700), *column(72, long, 676), *column(72, long, 640)]]
    )
    assert article.text == "The board meets\n\n" + "\n\n".join([" ".join(long)] * 2)


def test_a_pdf_without_text_is_named_as_scanned(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"paper\.pdf: has 2 pages and no text, so it was probably scanned"):
        read(tmp_path, [[], []])


@pytest.mark.parametrize("kept", [1, 9, 200, 400])
def test_a_truncated_pdf_is_refused_or_read_and_never_raises_anything_else(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(small_pdf([column(72, ["Some words."])])[:kept])
    with pytest.raises(ReadError, match=r"is no PDF that can be read|no text|is damaged"):
        list(read_pdf(path, lambda error: None))
