"""Gaps in the article that was taken from a page are filled, and its edges trimmed; what interrupts it stays out."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.readers.webpage import read_webpage

PARAGRAPH = "<p>The council of {} has approved its budget for the coming year, after a long debate.</p>"


def page(*parts: str) -> str:
    """A page around these parts, each a paragraph where it is a name."""
    inner = "".join(part if "<" in part else PARAGRAPH.format(part) for part in parts)
    return f"<html><head><title>A budget</title></head><body><main>{inner}</main></body></html>"


def read_page(tmp_path: Path, html: str) -> list[str]:
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    (article,) = read_webpage(path, lambda error: pytest.fail(str(error)))
    return article.text.split("\n\n")


def test_headings_and_lists_between_paragraphs_are_kept_in_their_place(tmp_path: Path) -> None:
    html = page("Selby", "<h3>Who gets what?</h3>", "<ul><li>buses rise</li><li>roads fall</li></ul>", "Goole")
    assert read_page(tmp_path, html)[1:4] == ["Who gets what?", "buses rise", "roads fall"]
    wrapped = "".join(f"<section class=b><div>{part}</div></section>" for part in
                      (PARAGRAPH.format("Selby"), "<h3>And in a storm?</h3>", PARAGRAPH.format("Goole")))  # fmt: skip
    assert read_page(tmp_path, page(wrapped))[1] == "And in a storm?"


@pytest.mark.parametrize(
    "part",
    [
        "<ul><li><a href=/a>Storm leaves thousands without power</a></li></ul>",
        "<div class=ad><div>Advertisement</div></div>",
        "<aside><h3>More on this</h3><p>Breeders chose red over sweet.</p></aside>",
    ],
)  # fmt: skip
def test_what_interrupts_an_article_is_not_taken_for_a_part_of_it(tmp_path: Path, part: str) -> None:
    text = read_page(tmp_path, page("Selby", "Goole", part, "Hull", "York"))
    assert [each[15:19].strip() for each in text] == ["Selb", "Gool", "Hull", "York"]


def test_notices_of_rights_and_lone_addresses_at_its_ends_are_no_article(tmp_path: Path) -> None:
    notice = "<p>Printed from https://example.com/print/4711. © 2026 Example Media Group. All rights reserved.</p>"
    text = read_page(tmp_path, page("<p>www.example.com</p>", "Selby", "Goole", "Hull", notice))
    assert (len(text), text[0][15:20], text[-1][15:19]) == (3, "Selby", "Hull")
    inside = (
        "<p>All rights reserved for the council, said the mayor, would have been the wrong words for a budget.</p>"
    )
    assert len(read_page(tmp_path, page("Selby", inside, "Goole"))) == 3
