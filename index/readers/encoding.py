"""Bytes to text, whatever encoding they are in; refuses what is not text."""

from __future__ import annotations

import codecs
import re

from index.errors import ReadError
from index.readers.source import CONTROLS, Notice

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

LEGACY = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
)
"""The encodings that text from before UTF-8 is found in. Python knows a hundred, and guessing among all of
them reads a short English note as Chinese; some, such as punycode, are slow enough to be an attack."""

MEANT = {
    **{"ascii": "cp1252", "iso8859_1": "cp1252", "iso8859_9": "cp1254"},
    **{"shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"},
}
"""What browsers read pages as that declare one of these: the larger encoding that most of them are in."""

UNKNOWN = "\ufffd"
"""What Unicode puts in the place of bytes that spell nothing."""


def decode(raw: bytes, name: str, notice: Notice, declared: str = "") -> str:
    """The text that the bytes spell, without its byte-order mark; raises ReadError if they spell none.

    A byte-order mark decides; then valid UTF-8 is UTF-8; then what the file declares; then a guess. Text
    that is UTF-8 but for a few bytes is read as such with U+FFFD for them, which `notice` is told.
    """
    mark, encoding = next((bom for bom in BOMS if raw.startswith(bom[0])), (b"", "utf-8"))
    raw = raw[len(mark) :]
    if not mark and b"\x00" in raw:
        raise ReadError(name, "holds NUL bytes, so it is not text; expected UTF-8 or another text encoding")
    if not mark and raw.isascii() and re.search(rb"\x1b\$[@B]", raw):
        encoding = "iso2022_jp"  # Japanese in seven bits, which is valid UTF-8 too
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
        broken = text.count(UNKNOWN)
        if not mark and 10 * broken > sum(character > "\x7f" for character in text):
            text = _decode_legacy(raw, name, declared)
        else:
            notice(ReadError(name, f"{broken} places are not {encoding.upper()}; they are read as {UNKNOWN}"))
    controls = len(text) - len(text.translate(CONTROLS))
    if controls > 0.02 * len(text):
        raise ReadError(name, f"{controls:,} of {len(text):,} characters are control characters; expected text")
    return text


def _decode_legacy(raw: bytes, name: str, declared: str) -> str:
    """The text in the encoding declared, if that is one known here and fits, else in the likeliest."""
    sample = raw[:200_000]
    if len(raw) > len(sample):  # never cut a character of several bytes in two
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    for encoding in filter(None, (_known(declared), _guess(sample))):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReadError(name, "is in no encoding that is known here; expected UTF-8. Convert it and add it again")


def _known(declared: str) -> str:
    try:
        encoding = codecs.lookup(declared).name.replace("-", "_")
    except (LookupError, ValueError):
        return ""
    encoding = MEANT.get(encoding, encoding)
    return encoding if encoding in LEGACY else ""


def _guess(sample: bytes) -> str:
    """The name of the encoding that the bytes are most likely in; empty if they are not text."""
    from charset_normalizer import from_bytes

    # A few odd bytes among ASCII are too little to guess from; they are mostly curly quotes and accents.
    if sum(byte > 127 for byte in sample) <= max(2, 0.03 * len(sample)):
        return "cp1252"
    best = from_bytes(sample, cp_isolation=list(LEGACY)).best()
    return best.encoding if best else ""
