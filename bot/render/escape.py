"""Text that stays text inside HTML, Markdown, BibTeX, terminals and addresses; the only escaping there is."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# BibTeX counts braces whether or not a backslash stands before them, so none comes from outside.
_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "%": r"\%", "$": r"\$", "&": r"\&",
    "#": r"\#", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip

_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)}
_CONTROLS |= {0x7F: "␡", 0x2028: " ", 0x2029: " "}
_CONTROLS |= dict.fromkeys(range(128, 160), "�")
# What turns the direction of writing can make a terminal show other words than the text holds.
_CONTROLS |= dict.fromkeys((*range(8234, 8239), *range(8294, 8298), 8206, 8207), "�")


def html(text: str) -> str:
    """Text as HTML that shows exactly these characters, in an element, in a quoted attribute and within Markdown.

    Everything but letters, digits and spaces becomes a numeric entity, so that no Markdown or LaTeX reader on
    the way finds a character it could take for its own. Controls other than tab and newline stay raw: HTML reads
    `&#133;` as an ellipsis, because old pages meant Windows-1252 by it.
    """
    return "".join(
        character
        if character == " " or character.isalnum() or (_is_control(character) and character not in "\t\n")
        else f"&#{ord(character)};"
        for character in text
    )


def text_of_html(escaped: str) -> str:
    """What `html` made, back as the text it was made of."""
    return re.sub(r"&#(\d+);", lambda entity: chr(int(entity[1])), escaped)


def _is_control(character: str) -> bool:
    return ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0


def markdown(text: str) -> str:
    """Text as one line of Markdown that shows exactly these words: what could be a mark gets a backslash."""
    line = re.sub(r"([\\`*_\[\]<>|~$&])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d*)([-+#.)=])", r"\1\\\2", line)


def latex(text: str) -> str:
    """Text as the value of a BibTeX field, on one line."""
    return "".join(_LATEX.get(character, character) for character in " ".join(text.split()))


def terminal(text: str) -> str:
    """Text that cannot steer a terminal: controls become their pictures, what reverses writing is replaced."""
    return text.translate(_CONTROLS)


def web_address(url: str) -> str:
    """The address when it is an http(s) one, percent-encoded where needed, and empty otherwise.

    No other scheme may become a link: `javascript:` would run as script on our page.
    """
    try:
        parts = urlsplit(url.strip())
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
            return ""
    except ValueError:
        return ""
    return quote(url.strip(), safe="%/:=&?~#+!$,;'@()*[]")
