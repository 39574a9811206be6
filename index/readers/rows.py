"""A row of a table, a JSON line or a record of any kind made an Article, by what its columns are called or mean."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from index.article import Article, canonical
from index.errors import ReadError, SettingError
from index.readers.fields import NAMES, make_article
from index.readers.headline import split_headline
from index.readers.source import Notice, shown

WORDS = ("text", "body", "content", "article", "article_text", "full_text", "fulltext")
"""What the column with an article's words is called, our own name first."""

FIELDS = ("id", "text", *NAMES)
"""What a column may be said to hold."""

Columns = Mapping[str, str]
"""Field -> the column that holds it, where a file calls it otherwise than we do: `{"text": "Story"}`."""


def parse_columns(text: str) -> dict[str, str]:
    """The columns in `title=headline,text=body`; raises SettingError for what is not of this form."""
    columns: dict[str, str] = {}
    for part in text.split(",") if text.strip() else ():
        field, sign, column = (each.strip() for each in part.partition("="))
        if not sign or not column or field not in FIELDS or field in columns:
            raise SettingError(
                f"{part.strip()!r} names no column; expected FIELD=COLUMN once for each of {', '.join(FIELDS)}, "
                "such as title=headline,text=body"
            )
        columns[field] = column
    return columns


def column_key(name: object) -> str:
    """The name of a column as it is compared: capitals and white space around it do not count."""
    return str(name).strip().casefold()


def check_columns(names: Iterable[str], columns: Columns, path: Path, most: int = 40) -> None:
    """Raise ReadError, which lists the columns there are, when one of those asked for is not among them."""
    there = list(dict.fromkeys(column_key(name) for name in names))
    for field, column in columns.items():
        if column_key(column) not in there:
            listed = shown(", ".join(there[:most])) + (
                f" and {len(there) - most} more" if len(there) > most else ""
            )
            raise ReadError(shown(path), f"has no column {column!r} for {field}; its columns are {listed}")


def words_column(names: Collection[str], columns: Columns, path: Path) -> str:
    """The column, among the keys of columns, that holds the words; raises ReadError when none does."""
    check_columns(names, columns, path)
    found = column_key(columns["text"]) if "text" in columns else next((n for n in WORDS if n in names), None)
    if found is None:
        raise ReadError(
            shown(path),
            f"has the columns {shown(', '.join(list(names)[:40]))}; expected one called {', '.join(WORDS)}, "
            "or tell which it is, as in: --columns text=COLUMN",
        )
    return found


def article_of_row(row: Mapping[str, object], columns: Columns, path: Path, number: int, notice: Notice) -> Article:
    """The article of a row whose keys are column keys; a row with an `id` is known by it, else by its number.

    Raises ReadError when the row holds no words.
    """
    foreign = {alias for field in columns for alias in (*NAMES.get(field, (field,)), *(WORDS * (field == "text")))}
    said = {name: value for name, value in row.items() if name not in foreign}
    said |= {field: row.get(column_key(column), "") for field, column in columns.items()}
    key = said.get("id")
    is_known = isinstance(key, str | int) and str(key).strip() and len(str(key)) <= 300
    origin = f"{path}#={quote(str(key).strip(), safe='')}" if is_known else f"{path}#{number}"
    # Beside a question, an article is named and not told: these are questions to be examined on.
    telling = WORDS if "question" not in said else [name for name in WORDS if name != "article"]
    words = next((said[name] for name in telling if said.get(name)), "")
    if not isinstance(words, str):
        raise ReadError(origin, f"has a text that is a {type(words).__name__}; expected a string")
    text = canonical(words)
    if not any(said.get(name) for name in NAMES["title"]):
        said["title"], text = split_headline(text)
    return make_article(said, text, origin, path.stem, notice, dated_by="a column")
