"""How many characters articles lose on their way through each format: python -m tests.benchmarks.formats [NUMBER]

Generated articles are written in every format and read back through the same door as anybody's files.
Counted are characters that are not white space, lost or added, of the text; titles must be equal.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape
from pathlib import Path
from textwrap import wrap

import pyarrow
import pyarrow.parquet

from index import read
from tests.office import write_docx, write_epub, write_odt, write_rtf
from tests.small_pdf import Placed, small_pdf

TEXT = (
    "the plant in Sunderland was built for cars and batteries that people there had waited for since spring while "
    "engineers from other towns said nothing of costs or prices before a well-known minister spoke “for now” of "
    "£30,000 a year — and 12.5% less than café owners in Łódź, Zürich or São Paulo had asked"
)
WORDS = TEXT.split()


def made(at: int) -> tuple[str, list[str]]:
    """A title and paragraphs, the same for a number every time."""
    chance = random.Random(at)

    def sentence() -> str:
        words = chance.choices(WORDS, k=chance.randint(6, 24))
        return " ".join([words[0].capitalize(), *words[1:]]) + "."

    return f"Article {at} of the plant", [
        " ".join(sentence() for _ in range(chance.randint(2, 6))) for _ in range(chance.randint(3, 8))
    ]


def as_pdf(path: Path, title: str, paragraphs: list[str]) -> None:
    """Lines of at most 85 characters on pages of 50 lines, with a page number."""
    text = [part.encode("cp1252", "ignore").decode("cp1252") for part in paragraphs]
    lines = [line for paragraph in text for line in [*wrap(paragraph, 85, break_on_hyphens=False), ""]]
    pages: list[list[Placed]] = []
    for at in range(0, len(lines), 50):
        placed = [(72.0, 720 - 13 * row, 11.0, line) for row, line in enumerate(lines[at : at + 50]) if line]
        pages.append([*placed, (300, 30, 9, str(len(pages) + 1))])
    path.write_bytes(small_pdf(pages, title))


def as_html(path: Path, title: str, paragraphs: list[str]) -> None:
    body = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    path.write_text(
        f"<html><head><meta charset=utf-8><title>{title}</title></head><body><nav>Home</nav><article><h1>{title}</h1>"
        f"{body}</article><footer>Imprint</footer></body></html>",
        encoding="utf-8",
    )


def as_csv(path: Path, title: str, paragraphs: list[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("title", "text"), (title, "\n\n".join(paragraphs))])


def as_parquet(path: Path, title: str, paragraphs: list[str]) -> None:
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist([{"title": title, "text": "\n\n".join(paragraphs)}]), path
    )


def page_of(title: str, paragraphs: list[str]) -> str:
    body = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


def as_mail(path: Path, title: str, paragraphs: list[str]) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "Ann Lee <ann@example.com>", title
    message.set_content("\n\n".join(paragraphs))
    path.write_bytes(bytes(message))


def as_mhtml(path: Path, title: str, paragraphs: list[str]) -> None:
    message = MIMEMultipart("related")
    message.attach(MIMEText(page_of(title, paragraphs), "html", "utf-8"))
    path.write_bytes(bytes(message))


def as_packed(path: Path, title: str, paragraphs: list[str]) -> None:
    path.write_bytes(gzip.compress(page_of(title, paragraphs).encode()))


def as_feed(path: Path, title: str, paragraphs: list[str]) -> None:
    body = escape("".join(f"<p>{escape(each)}</p>" for each in paragraphs))
    item = f"<item><title>{title}</title><guid isPermaLink='false'>1</guid><description>{body}</description></item>"
    path.write_text(f"<rss version='2.0'><channel><title>F</title>{item}</channel></rss>", encoding="utf-8")


def as_warc(path: Path, title: str, paragraphs: list[str]) -> None:
    page = page_of(title, paragraphs).encode()
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.com/a\r\n"
        "WARC-Date: 2024-03-15T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:12345678-1234-5678-1234-567812345678>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    path.write_bytes(head.encode() + answer + b"\r\n\r\n")


def as_wiki(path: Path, title: str, paragraphs: list[str]) -> None:
    text = escape("\n\n".join(paragraphs))
    page = f"<page><title>{title}</title><ns>0</ns><revision><text>{text}</text></revision></page>"
    path.write_text(f"<mediawiki><siteinfo/>{page}</mediawiki>", encoding="utf-8")


WRITERS: dict[str, Callable[[Path, str, list[str]], object]] = {
    ".txt": lambda path, title, text: path.write_text(f"{title}\n\n" + "\n\n".join(text), encoding="utf-8"),
    ".md": lambda path, title, text: path.write_text(f"# {title}\n\n" + "\n\n".join(text), encoding="utf-8"),
    ".jsonl": lambda path, title, text: path.write_text(json.dumps({"title": title, "text": "\n\n".join(text)})),
    ".html": as_html,
    ".docx": write_docx,
    ".odt": write_odt,
    ".rtf": write_rtf,
    ".epub": lambda path, title, text: write_epub(path, title, [(title, text)]),
    ".pdf": as_pdf,
    ".csv": as_csv,
    ".parquet": as_parquet,
    ".eml": as_mail,
    ".mhtml": as_mhtml,
    ".html.gz": as_packed,
    ".rss": as_feed,
    ".warc": as_warc,
    ".xml": as_wiki,
}


def main(number: int) -> None:
    """Print a line for each format."""
    print("format   articles  titles  characters      lost   added  same paragraphs  articles/s")
    for suffix, write in WRITERS.items():
        with tempfile.TemporaryDirectory() as place:
            for at in range(number):
                write(Path(place, f"{at:05}{suffix}"), *made(at))
            began = time.perf_counter()
            articles = list(read(place))
            took = time.perf_counter() - began
        lost = added = total = titles = same = 0
        for article in articles:
            at = int(Path(article.origin.partition("#")[0]).name.partition(".")[0])
            title, text = made(at)
            if suffix == ".pdf":  # the small PDF of the tests knows Latin letters only
                text = [part.encode("cp1252", "ignore").decode("cp1252") for part in text]
            titles += article.title == title
            same += article.text.split("\n\n") == text
            was, now = "".join(" ".join(text).split()), "".join(article.text.split())
            total += len(was)
            if was != now:
                kept = sum(block.size for block in SequenceMatcher(None, was, now, False).get_matching_blocks())
                lost, added = lost + len(was) - kept, added + len(now) - kept
        print(
            f"{suffix:8} {len(articles):8,} {titles:7,} {total:11,} {lost:9,} {added:7,} {same:16,} "
            f"{number / took:11,.0f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
