"""Web archives (.warc, .warc.gz), one article for each page in them that holds one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from index.article import Article
from index.errors import ReadError
from index.readers.source import FILE_LIMIT, Notice, open_file, shown
from index.readers.webpage import article_of_page

WARC_LIMIT = 2_000_000_000
"""The most bytes of an archive; it is read as a stream."""


def read_warc(path: Path, notice: Notice) -> Iterator[Article]:
    """The articles of the pages that were answered with status 200, known by their URLs, each URL once.

    Pages without an article, such as menus, are passed over in silence: most of an archive is that.
    """
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    known: set[str] = set()
    with open_file(path, WARC_LIMIT) as file:
        try:
            for record in ArchiveIterator(file):
                url = record.rec_headers.get_header("WARC-Target-URI") or ""
                answer = record.http_headers
                if (
                    record.rec_type != "response"
                    or answer is None
                    or answer.get_statuscode() != "200"
                    or url in known
                ):
                    continue
                if "html" not in (answer.get_header("Content-Type") or "").lower():
                    continue
                raw = record.content_stream().read(FILE_LIMIT)
                try:
                    article = article_of_page(
                        raw, f"{path}#={quote(url[:1000], safe='')}", path.stem, lambda _: None
                    )
                except ReadError:
                    continue
                known.add(url)
                is_web = url.startswith(("http://", "https://")) and url.isprintable()
                yield article if article.url or not is_web else replace(article, url=url)
        except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
            notice(ReadError(shown(path), f"breaks off or is damaged ({error}); what came before it was read"))
    if not known:
        raise ReadError(shown(path), "holds no page with an article; expected a web archive (WARC)")
