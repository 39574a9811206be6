"""Notes of Obsidian and exports of Notion read as a person sees them there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from index import Article, ReadError, read
from index.readers.vault import is_database, notion_title, plain

Write = Callable[[str, str], Path]
ID = "0123456789abcdef0123456789abcdef"

NOTE = """---
author: Ann Lee
date: 2024-03-15
tags: [cars, nissan]
---
#cars #nissan/leaf

The [[Nissan Leaf|LEAF]] is built in [[Places/Sunderland]], see [[Leaf#History]] and [[#Prices]]. ^first

%% Ask Bo about this. %%

![[leaf.png|300]] ![[Other note]]

> [!warning] Not for sale
> It is ==no longer== sold in [[Japan]].

> [!tip]-
> Folded words are words.

- [x] Read the paper
- [ ] Write #tomorrow

| Year | Place |
|---|---|
| 2013 | [[Sunderland\\|the plant]] |

%%
A comment over
two paragraphs.

```
with code
```
%%

```python
a = b[[0]]  # 50%% == 0.5
```

```dataview
LIST FROM #cars
```

Costs rose `[[x]]` by #5.
"""


def test_a_note_is_read_as_obsidian_shows_it(write: Write) -> None:
    (article,) = read(write("Nissan Leaf.md", NOTE))
    assert article.title == "Nissan Leaf"
    assert (article.author, article.published) == ("Ann Lee", date(2024, 3, 15))
    assert article.text.split("\n\n") == [
        "The LEAF is built in Sunderland, see Leaf > History and Prices.",
        "Not for sale",
        "It is no longer sold in Japan.",
        "Tip",
        "Folded words are words.",
        "Read the paper",
        "Write #tomorrow",
        "Year | Place",
        "2013 | the plant",
        "a = b[[0]]  # 50%% == 0.5",
        "Costs rose [[x]] by #5.",
    ]


def test_a_vaults_settings_and_attachments_are_ignored_in_silence(write: Write) -> None:
    write("vault/.obsidian/app.json", "{}")
    write("vault/.trash/old.md", "Gone.")
    write("vault/leaf.png", "picture")
    write("vault/board.canvas", "{}")
    folder = write("vault/Leaf.md", "The LEAF.").parent
    assert [article.title for article in read(folder, on_skip=lambda error: pytest.fail(str(error)))] == ["Leaf"]
    told: list[ReadError] = []
    write("photos/a.png", "picture")
    assert list(read(folder.parent / "photos", told.append)) == []
    assert [error.reason for error in told] == ["files of kinds that are not read are left out: .png (1)"]


@pytest.mark.parametrize(
    "text", ["It rose by 5%% and fell by 3%% again.", "if a == b and c == d", "x ^note", "#One"]
)
def test_markdown_that_is_no_note_keeps_its_signs(text: str) -> None:
    assert plain(text) == text


PAGE = f"""# The LEAF: a history

Written by: Ann Lee
Published on: March 15, 2024
Source URL: https://example.com/leaf
Tags: cars, electric
Status: Done

The LEAF is built in [Sunderland](Sunderland%20{ID}.md).

<aside>
💡 Production began in 2013.

</aside>

![plant.png](plant.png)
"""


def test_a_page_of_notion_loses_its_id_and_gives_its_properties_as_fields(write: Write) -> None:
    folder = write(f"export/The LEAF a history {ID}.md", PAGE).parent
    write(f"export/Cars {ID}.csv", "Name,Tags\nThe LEAF,cars\n")
    write(f"export/Cars {ID}_all.csv", "Name,Tags\nThe LEAF,cars\n")
    write("export/plant.png", "picture")
    (article,) = read(folder, on_skip=lambda error: pytest.fail(str(error)))
    assert isinstance(article, Article)
    assert (article.title, article.author, article.url) == (
        "The LEAF: a history",
        "Ann Lee",
        "https://example.com/leaf",
    )
    assert (article.published, article.dated_by) == (date(2024, 3, 15), "its properties")
    assert article.text == "The LEAF is built in Sunderland.\n\n💡 Production began in 2013."


def test_a_page_of_notion_without_a_heading_is_named_without_its_id(write: Write) -> None:
    (article,) = read(write(f"Just words {ID}.md", "Note: this is a paragraph\nof two lines."))
    assert (article.title, article.text) == ("Just words", "Note: this is a paragraph of two lines.")


def test_a_paragraph_that_begins_like_a_property_stays(write: Write) -> None:
    (article,) = read(write(f"A {ID}.md", "# A\n\nNote: this is a paragraph\nof two lines.\n\nEnd."))
    assert article.text == "Note: this is a paragraph of two lines.\n\nEnd."


def test_notions_names_are_told_from_others() -> None:
    assert notion_title(f"A plan {ID}") == "A plan"
    assert notion_title("A plan 01234567-89ab-cdef-0123-456789abcdef") == "A plan"
    assert notion_title("A plan 2024") == ""
    assert is_database(Path(f"Cars {ID}_all.csv"))
    assert not is_database(Path("cars.csv"))
