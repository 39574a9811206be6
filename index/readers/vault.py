"""Notes as Obsidian and Notion write them, made plain Markdown: what a person who opens them sees; reads no files."""

from __future__ import annotations

import re
from pathlib import Path

from index.readers.fields import NAMES

NOTION_ID = re.compile(r"[ _-](?:[0-9a-f]{32}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})(?=_all$|$)")
"""What Notion hangs on the name of every exported page and database."""

ATTACHMENTS = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".svg",
        ".bmp",
        ".ico",
        ".heic",
        ".avif",
        ".mp3",
        ".m4a",
        ".ogg",
        ".wav",
        ".flac",
        ".mp4",
        ".mov",
        ".webm",
        ".mkv",
        ".canvas",
        ".base",
        ".excalidraw",
        ".css",
        ".json",
        ".js",
        ".zip",
    ]
)
"""The kinds of files that hang on notes and are no articles; beside Markdown nothing is said of them."""

_CODE = re.compile(r"(^(?:`{3,}|~{3,}).*?(?:^(?:`{3,}|~{3,})[ \t]*$|\Z)|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(!?)\[\[([^\[\]\n|]{0,500}?)(?:\\?\|([^\[\]\n]{0,500}))?\]\]")
_COMMENT = re.compile(r"%%.*?%%", re.DOTALL)
_CALLOUT = re.compile(r"^((?:[ \t]*>)+[ \t]*)\[!([\w-]+)(?:\|[^\]\n]*)?\][+-]?[ \t]*(.*)$", re.MULTILINE)
_QUERY = re.compile(r"^(?:`{3,}|~{3,})[ \t]*(?:dataview|dataviewjs|query|tasks|button|base)\b")
_PROPERTY = re.compile(r"^([^\s:#>|*\[`-][^:\n]{0,60}): (.+)$")
_PROPERTIES = {
    **{alias: field for field, aliases in NAMES.items() for alias in aliases},
    "written by": "author", "created by": "author", "published on": "published", "publication date": "published",
    "source url": "url", "publication": "source",
}  # fmt: skip


def notion_title(stem: str) -> str:
    """The name of a page without Notion's id; empty when it has none."""
    return NOTION_ID.split(stem)[0].strip() if NOTION_ID.search(stem) else ""


def is_database(path: Path) -> bool:
    """Whether a file is the table of a Notion database, whose rows were exported as pages, too."""
    return path.suffix.lower() == ".csv" and bool(NOTION_ID.search(path.stem))


def plain(markdown: str) -> str:
    """Markdown without what only Obsidian understands: links and callouts as their words, no embeds and comments.

    Of a link the label stays, or else the note's name as Obsidian shows it (`[[Leaf#History]]` is
    `Leaf > History`). Comments, highlights, block names and lines of nothing but tags are looked for only in
    notes that link or embed in this way; in other Markdown `%%` and `==` mean themselves.
    """
    is_note = bool(_LINK.search(markdown))
    pieces = _CODE.split(markdown)
    if is_note:
        # A comment may hold code, and then goes with it.
        pieces = _CODE.split(_COMMENT.sub("", markdown))
    return "".join(
        ("" if is_note and _QUERY.match(piece) else piece) if at % 2 else _words(piece, is_note)
        for at, piece in enumerate(pieces)
    )


def properties(markdown: str) -> tuple[dict[str, str], str]:
    """The fields that Notion wrote as lines beneath the title, and the Markdown without any such line.

    A property we have no field for is left out, as a page's own text is what stands beneath it.
    """
    head, line_end, rest = markdown.lstrip().partition("\n")
    if not head.startswith("# ") or not line_end:
        return {}, markdown
    lines = rest.lstrip("\n").split("\n")
    number = next((at for at, line in enumerate(lines) if not _PROPERTY.match(line)), len(lines))
    if not number or (number < len(lines) and lines[number].strip()):
        return {}, markdown  # a paragraph that happens to begin like one
    said: dict[str, str] = {}
    for name, value in (line.split(": ", 1) for line in lines[:number]):
        if field := _PROPERTIES.get(name.strip().casefold()):
            said.setdefault(field, value.strip())
    return said, "\n".join([head, "", *lines[number:]])


def _words(markdown: str, is_note: bool) -> str:
    markdown = _LINK.sub(_label, markdown)
    markdown = _CALLOUT.sub(_headed, markdown)
    markdown = re.sub(r"^([ \t]*(?:[-*+]|\d+[.)])[ \t]+)\[[ xX/-]\][ \t]+", r"\1", markdown, flags=re.MULTILINE)
    if is_note:
        markdown = re.sub(r"==(?=\S)([^=\n]+?)(?<=\S)==", r"\1", markdown)
        markdown = re.sub(r"(?<![ \t])[ \t]+\^[A-Za-z0-9-]+[ \t]*$", "", markdown, flags=re.MULTILINE)
        markdown = "\n".join("" if _is_tags(line) else line for line in markdown.split("\n"))
    return markdown


def _is_tags(line: str) -> bool:
    """Whether a line holds nothing but tags, which file the note and say nothing in it."""
    return line.lstrip()[:1] == "#" and all(re.fullmatch(r"#[\w/-]+,?", word) for word in line.split())


def _label(link: re.Match[str]) -> str:
    embed, target, label = link.groups()
    if embed:
        return ""
    if label and label.strip():
        return label.strip()
    note, _, place = target.partition("#")
    # A note is called by its name, wherever its folder is; a place in the same note by its heading.
    parts = [note.rpartition("/")[2].removesuffix(".md"), *(each for each in place.split("#") if each[:1] != "^")]
    return " > ".join(each.strip() for each in parts if each.strip())


def _headed(callout: re.Match[str]) -> str:
    mark, kind, title = callout.groups()
    return f"{mark}**{title.strip() or kind.replace('-', ' ').capitalize()}**\n{mark.rstrip()}"
