"""HTML and XML into elements and paragraphs with lxml: no entity is unfolded, nothing is fetched, nothing judged."""

from __future__ import annotations

from typing import Any

from index.errors import ReadError


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


BLOCKS = _names(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tbody td tfoot th thead tr ul"
)
"""The elements that begin a paragraph of their own."""

UNSEEN = _names("head script style template noscript svg math object iframe select textarea")
"""The elements whose words nobody reads."""


def parse_xml(raw: bytes, name: str) -> Any:  # an lxml element; lxml has no types of its own
    """The root element; raises ReadError when the bytes are no XML, or XML that declares entities."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(name, f"holds XML that cannot be read ({' '.join(str(error).split())[:120]})") from error
    if root.getroottree().docinfo.internalDTD is not None and root.getroottree().docinfo.internalDTD.entities():
        raise ReadError(name, "declares XML entities, which are not read; save it without them")
    return root


def parse_html(html: str, name: str) -> Any:  # an lxml element
    """The root element of a page; raises ReadError when there is nothing in it."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    try:
        return document_fromstring(html.encode("utf-8"), parser=HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError) as error:
        raise ReadError(name, f"cannot be taken apart as HTML ({error})") from error


def words_of(html: str) -> str:
    """The words of a piece of HTML in one line, without tags, comments and scripts; empty if it has none."""
    from lxml import etree
    from lxml.html import fromstring

    try:
        tree = fromstring(f"<div>{html}</div>")
    except (etree.ParserError, ValueError):
        return ""
    etree.strip_elements(tree, "script", "style", etree.Comment, with_tail=False)
    return " ".join(tree.text_content().split())


def paragraphs_of(root: Any) -> list[str]:  # root: an lxml element
    """All paragraphs, headings, list items and table rows beneath an element, in order; nothing is left out.

    The cells of a row are set apart by ` | `.
    """
    return [text for _, text in owned_paragraphs(root)]


def owned_paragraphs(root: Any) -> list[tuple[Any, str]]:
    """The same, each with the element of its own that it stands in."""
    found: list[tuple[Any, str]] = []
    words: list[str] = []
    owners = [root]

    def close() -> None:
        lines = (" ".join(line.split()) for line in "".join(words).split("\n"))
        paragraph = "\n".join(line for line in lines if line)
        words.clear()
        if paragraph:
            found.append((owners[-1], paragraph))

    # With a stack of its own: a page may nest more deeply than Python may call.
    waiting: list[tuple[Any, bool]] = [(root, False)]
    while waiting:
        element, is_left = waiting.pop()
        tag = element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
        # A cell that holds paragraphs is there for its place on the page, not as part of a row.
        is_cell = tag in ("td", "th") and all(
            child.tag not in BLOCKS or _is_lone_in_cell(child) for child in element
        )
        is_block = tag in BLOCKS and not is_cell and not _is_lone_in_cell(element)
        if is_left:
            if is_block:
                close()
                owners.pop()
            elif is_cell and element.getnext() is not None:
                words.append(" | ")
        elif tag and tag not in UNSEEN:
            if is_block:
                close()
                owners.append(element)
            words.append("\n" if tag == "br" else _plain(element.text, tag))
            waiting.append((element, True))
            waiting.extend((child, False) for child in reversed(element))
            continue
        if element is not root:
            words.append(_plain(element.tail, ""))
    close()
    return found


def _is_lone_in_cell(element: Any) -> bool:  # an lxml element
    """Whether an element is the only paragraph of a cell, as office programs wrap the words of each."""
    cell = element.getparent()
    return (
        element.tag == "p"
        and cell is not None
        and cell.tag in ("td", "th")
        and sum(child.tag in BLOCKS for child in cell) == 1
    )


def _plain(text: str | None, tag: str) -> str:
    return (text or "") if tag == "pre" else (text or "").replace("\n", " ")
