"""One article written down once and turned into other formats by LibreOffice, as people's own programs do."""

from __future__ import annotations

import subprocess
import tempfile
from html import escape
from pathlib import Path

TITLE = "Three models for the north"
LEAD = (
    "The car maker will build three electric models at its plant in Sunderland, it said on Friday. "
    "Some six thousand people work there, and about 30,000 more at its suppliers in the region."
)
LONG = (
    "“We have waited for this since spring”, said Zoë Łukasik, who has worked at the plant for twenty-five years. "
    "The well-known minister called it – after a pause – the largest investment in the region’s history, and asked "
    "that the company’s suppliers be paid within thirty days. Unions welcomed the announcement, while asking how "
    "many of the jobs would go to people who live nearby; an answer is expected before the end of the month. "
    "Environmental groups were cautious, because the new battery works will need as much electricity as a town."
)
HEADING = "What is known so far"
ITEMS = ["A new battery works is to stand beside the plant.", "The government offered a loan in May."]
ROWS = [["Model", "First year"], ["Leaf", "2026"], ["Juke", "2027"]]
LINKED = ("All the figures are in ", "the annual report", ", which was published in June.")
LAST = [
    f"Shares rose by 4.5 % in {town}, to 612 ¥." for town in ("Tokyo", "Paris", "London", "Oslo", "Rome", "Riga")
]
"""A last paragraph for each time: lines that are the same at the foot of two pages are taken for a running foot."""

BLOCKS = [
    block
    for last in LAST
    for block in (LEAD, LONG, HEADING, *ITEMS, *(" | ".join(row) for row in ROWS), "".join(LINKED), last)
]
"""The paragraphs of the article as they should be read, in order."""

HEAD = "The Wearside Post, page header"
_FILTERS = {"docx": "docx:MS Word 2007 XML", "html": "html:HTML (StarWriter)"}
_SPACES = "office style text table fo meta xlink"
_URNS = {"fo": "xsl-fo-compatible:1.0", "dc": "", "xlink": ""}


def write_source(path: Path) -> None:
    """The article as a flat OpenDocument text of several pages, with a header and a page number on each page."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{_URNS.get(name) or name + ":1.0"}"'
        for name in _SPACES.split()
        if name != "xlink"
    )
    items = "".join(f"<text:list-item><text:p>{escape(each)}</text:p></text:list-item>" for each in ITEMS)
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{each}</text:p></table:table-cell>'
            for each in row
        )
        + "</table:table-row>"
        for row in ROWS
    )
    link = f'<text:a xlink:type="simple" xlink:href="https://example.com/report">{LINKED[1]}</text:a>'
    body = (
        f'<text:p text:style-name="Body">{escape(LEAD)}</text:p><text:p text:style-name="Body">{escape(LONG)}</text:p>'
        f'<text:h text:outline-level="1" text:style-name="Heading_20_1">{HEADING}</text:h>'
        f"<text:list>{items}</text:list>"
        f'<table:table><table:table-column table:number-columns-repeated="2"/>{cells}</table:table>'
        f'<text:p text:style-name="Body">{LINKED[0]}{link}{LINKED[2]}</text:p>'
    )
    parts = [body + f'<text:p text:style-name="Body">{escape(last)}</text:p>' for last in LAST]
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {names} xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:meta><dc:title>{TITLE}</dc:title><meta:initial-creator>Ann Lee</meta:initial-creator></office:meta>"
        '<office:styles><style:style style:name="Title" style:family="paragraph" style:class="chapter">'
        '<style:text-properties fo:font-size="24pt"/></style:style>'
        '<style:style style:name="Body" style:family="paragraph"><style:paragraph-properties '
        'fo:margin-bottom="0.3cm"/></style:style>'
        '<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" '
        'style:default-outline-level="1"><style:paragraph-properties fo:margin-bottom="0.3cm"/>'
        '<style:text-properties fo:font-size="16pt"/></style:style></office:styles>'
        '<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties '
        'fo:page-width="21cm" fo:page-height="29.7cm" fo:margin="2cm"/></style:page-layout></office:automatic-styles>'
        '<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:header>'
        f"<text:p>{HEAD}</text:p></style:header><style:footer><text:p><text:page-number/></text:p></style:footer>"
        "</style:master-page></office:master-styles><office:body><office:text>"
        f'<text:p text:style-name="Title">{TITLE}</text:p>{"".join(parts)}</office:text></office:body>'
        "</office:document>",
        encoding="utf-8",
    )


def convert(sources: list[Path], kind: str, into: Path) -> list[Path]:
    """The sources in another format, by one run of LibreOffice with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        run = subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                _FILTERS.get(kind, kind),
                "--outdir",
                str(into),
                *map(str, sources),
            ],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
    made = [into / f"{source.stem}.{kind}" for source in sources]
    missing = [path.name for path in made if not path.is_file()]
    assert not missing, f"LibreOffice made no {missing}: {run.stdout}{run.stderr}"
    return made
