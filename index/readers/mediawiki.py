"""Dumps of a MediaWiki (.xml from Special:Export, .xml.bz2), one article a page of its main namespace."""

from __future__ import annotations

import bz2
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urljoin
from xml.etree.ElementTree import Element, ParseError, iterparse

from index.article import Article, canonical
from index.errors import ReadError
from index.readers.fields import make_article
from index.readers.source import Notice, open_file, shown

DUMP_LIMIT = 2_000_000_000
"""The most bytes of a dump; it is read as a stream."""

PAGE_LIMIT = 2_000_000
"""The most characters of a page that are taken apart."""


_REDIRECT = re.compile(r"\s*#\s?(redirect|weiterleitung|redirection|redirección|rinvia)\b", re.IGNORECASE)


def read_mediawiki(path: Path, notice: Notice) -> Iterator[Article]:
    """The pages as articles, known by their titles: their words without templates, tables, notes and links' targets.

    Only articles are read, which are the pages of the main namespace, and not the talk, user, template and help
    pages of the others; redirects are passed over. The day of the last edit is not taken for a day of
    publication. Raises ReadError when the file is no dump.
    """
    found = 0
    site, base = "", ""
    root: Element | None = None
    with open_file(path, DUMP_LIMIT) as file:
        try:
            unpacked = bz2.BZ2File(file) if path.suffix.lower() == ".bz2" else file
            for event, element in iterparse(unpacked, ("start", "end")):
                if event == "start":
                    root = element if root is None else root
                    continue
                name = element.tag.rpartition("}")[2]
                if name == "sitename":
                    site = element.text or ""
                elif name == "base":
                    base = element.text or ""
                elif name == "page" and root is not None:
                    try:
                        if (article := _page(element, path, site, base, notice)) is not None:
                            found += 1
                            yield article
                    except ReadError as error:
                        notice(error)
                    root.clear()  # not the page alone, of which the root would keep the shell
        except ParseError as error:
            notice(ReadError(shown(path), f"is no XML from here on ({error}); what came before it was read"))
        except (OSError, EOFError) as error:
            notice(
                ReadError(shown(path), f"cannot be unpacked from here on ({error}); what came before it was read")
            )
    if not found:
        raise ReadError(shown(path), "holds no page with words; expected a dump made by Special:Export")


def _page(page: Element, path: Path, site: str, base: str, notice: Notice) -> Article | None:
    """The article of one page; None for a redirect and for a page of another namespace."""
    title, space = page.findtext("{*}title") or "", page.findtext("{*}ns")
    marked = page.findtext("{*}revision/{*}text") or ""
    if _REDIRECT.match(marked):
        return None
    if space not in (None, "0") or page.find("{*}redirect") is not None or not marked.strip():
        return None
    origin = f"{path}#={quote(title, safe='')}"
    if len(marked) > PAGE_LIMIT:
        raise ReadError(origin, f"is {len(marked):,} characters long; at most {PAGE_LIMIT:,} are read")
    url = urljoin(base, quote(title.replace(" ", "_"))) if base else ""
    return make_article({"title": title, "source": site, "url": url}, _words(marked), origin, title, notice)


def _words(marked: str) -> str:
    import mwparserfromhell

    marked = re.sub(r"<ref[^>/]*/>|<ref[^>]*>.*?</ref>", "", marked, flags=re.DOTALL)
    marked = re.sub(
        r"\[\[(File|Image|Category|Datei|Bild|Kategorie|Fichier|Catégorie):(?:[^\[\]]|\[\[[^\[\]]*\]\])*\]\]",
        "",
        marked,
    )
    words = mwparserfromhell.parse(canonical(marked)).strip_code(normalize=True, collapse=True)
    lines = (re.sub(r"^[*#:;\s]+", "", line).strip() for line in words.split("\n"))
    return "\n\n".join(line for line in lines if line)
