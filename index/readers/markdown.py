"""Markdown files with or without front matter, one article each; the marks are taken off, the words stay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from frontmatter.default_handlers import YAMLHandler
from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.article import Article, canonical
from index.errors import ReadError
from index.readers.encoding import decode
from index.readers.fields import make_article, one_line
from index.readers.headline import drop_headline
from index.readers.markup import words_of
from index.readers.source import Notice, legible, read_bytes, shown
from index.readers.vault import notion_title, plain, properties

MARKDOWN_LIMIT = 5_000_000
"""The most bytes of a file: markdown made to be slow takes some twenty seconds a megabyte."""

FRONT_MATTER_LIMIT = 20_000
"""The most characters of front matter."""


def read_markdown(path: Path, notice: Notice) -> Iterator[Article]:
    """The file's article, titled by its front matter, else by its first `#` heading, else by its name.

    The text is what a reader of the rendered page sees, a paragraph, list item, table row or heading at a
    time, without pictures; the title is not repeated in it. Notes of Obsidian and pages of Notion are read as
    these show them. Raises ReadError, as for front matter that is not YAML.
    """
    text = canonical(legible(decode(read_bytes(path, MARKDOWN_LIMIT), shown(path), notice)))
    said, markdown = split_front_matter(text, shown(path))
    exported = notion_title(path.stem)
    dated_by = "front matter"
    if exported:
        beneath, markdown = properties(markdown)
        dated_by = "its properties" if "published" in beneath else dated_by
        said = {**said, **beneath}
    heading, words = plain_text(plain(markdown))
    title = said.get("title") or said.get("headline") or heading
    if isinstance(title, str):
        words = drop_headline(words, one_line(title))
    yield make_article({**said, "title": title}, words, str(path), exported or path.stem, notice, dated_by)


def split_front_matter(text: str, name: str) -> tuple[Mapping[str, object], str]:
    """What the YAML between two `---` lines at the top says, and the markdown beneath; raises ReadError.

    Every value is kept as the text it is written as (a date as well). That is also the defence: nothing
    that a file says makes YAML build objects, and an alias is never unfolded.
    """
    handler = YAMLHandler()
    if not handler.detect(text.lstrip()):
        return {}, text
    try:
        front, markdown = handler.split(text.lstrip())
    except ValueError:  # one `---` line alone is a rule across the page
        return {}, text
    if len(front) > FRONT_MATTER_LIMIT:
        raise ReadError(name, f"front matter of {len(front):,} characters; at most {FRONT_MATTER_LIMIT:,} are read")
    try:
        said = handler.load(front, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        where = " ".join(str(error).split())[:200]
        raise ReadError(name, f"front matter is not YAML ({where}); mend it, or put the value in quotes") from error
    if not isinstance(said, dict):  # text between two rules, not front matter
        return {}, text
    return {key: "" if value in ("~", "null") else value for key, value in said.items()}, markdown


def plain_text(markdown: str) -> tuple[str, str]:
    """The first `#` heading, empty if there is none, and the words of the markdown, paragraph by paragraph."""
    heading = ""
    paragraphs: list[str] = []
    row: list[str] | None = None
    is_heading = False
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        if token.type == "heading_open":
            is_heading = token.tag == "h1"
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            paragraphs.append(" | ".join(cell for cell in row or () if cell))
            row = None
        elif token.type == "inline":
            words = _inline_words(token.children or ())
            (paragraphs if row is None else row).append(words)
            heading = heading or (one_line(words) if is_heading else "")
            is_heading = False
        elif token.type in ("fence", "code_block"):
            paragraphs.append(token.content.strip("\n"))
        elif token.type == "html_block":
            paragraphs.append(words_of(token.content))
    return heading, "\n\n".join(paragraph for paragraph in paragraphs if paragraph.strip())


def _inline_words(tokens: Sequence[Token]) -> str:
    """The words of one paragraph without emphasis, link targets, pictures and HTML tags."""
    words = []
    for token in tokens:
        if token.type in ("text", "text_special", "code_inline"):
            words.append(token.content)
        elif token.type == "softbreak":
            words.append(" ")
        elif token.type == "hardbreak" or (token.type == "html_inline" and token.content.startswith("<br")):
            words.append("\n")
    return "".join(words).strip()
