"""Text comes out right whatever encoding it went in by, and what is not text is refused."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, ReadError, read
from index.readers.encoding import decode

JAPANESE = "日産自動車は電気自動車の分野でホンダと提携を検討している。両社は電池の共同調達を協議する。"
WESTERN = "Nissan’s “LEAF” – built in Sunderland – costs £28,000; Renault’s Mégane is a façade away."
OTHERS = {
    "cp932": JAPANESE,
    "euc_jp": JAPANESE,
    "iso2022_jp": JAPANESE,
    "gb18030": "据报道，日产汽车正在考虑与本田在电动汽车领域建立合作伙伴关系。两家公司可能会讨论联合采购电池。",
    "cp949": "닛산은 전기차 분야에서 혼다와의 제휴를 검토하고 있다고 보도되었다.",
    "cp1251": "Ниссан рассматривает возможность партнерства с Хондой в области электромобилей, сообщают источники.",
    "cp1252": WESTERN,
}


def keep_quiet(error: ReadError) -> None:
    pytest.fail(str(error))


def only(path: Path) -> Article:
    (article,) = read(path, keep_quiet)
    return article


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize(
    ("name", "template"),
    [
        ("a.txt", "{}"),
        ("a.md", "{}"),
        ("a.jsonl", '{{"text": "{}"}}'),
        ("a.html", "<html><body><p>{}</p></body></html>"),
    ],
)
def test_a_byte_order_mark_is_honoured_and_dropped(
    tmp_path: Path, mark: bytes, encoding: str, name: str, template: str
) -> None:
    path = tmp_path / name
    path.write_bytes(mark + template.format(f"{WESTERN} {JAPANESE}").encode(encoding))
    assert only(path).text == f"{WESTERN} {JAPANESE}"


@pytest.mark.parametrize("encoding", OTHERS)
def test_text_from_before_utf_8_is_recognised(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "old.txt"
    path.write_bytes(OTHERS[encoding].encode(encoding))
    assert only(path).text == OTHERS[encoding]


def test_a_short_note_with_one_curly_quote_is_read_as_windows_1252() -> None:
    assert decode(b"The minister said it\x92s fine.", "a.txt", keep_quiet) == "The minister said it’s fine."


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("Shift_JIS", "cp932"), ("EUC-JP", "euc_jp"), ("ISO-8859-2", "cp1250"), ("gbk", "gb18030")],
)
def test_a_web_page_may_declare_its_encoding(tmp_path: Path, declared: str, encoding: str) -> None:
    path = tmp_path / "page.html"
    text = (
        JAPANESE
        if encoding != "cp1250"
        else "Źródła mówią, że rozmowy są na wczesnym etapie, a decyzja zapadnie później."
    )
    html = f"<html><head><meta charset='{declared}'></head><body><p>{text}</p></body></html>"
    path.write_bytes(html.encode(encoding))
    assert only(path).text == text


@pytest.mark.parametrize("declared", ["punycode", "zip", "unicode_escape", "utf-7", "no such", "\x00", "rot13"])
def test_a_declared_encoding_that_no_page_is_written_in_is_ignored(declared: str) -> None:
    assert decode(WESTERN.encode("cp1252"), "a.html", keep_quiet, declared) == WESTERN


def test_utf_8_with_a_few_broken_bytes_stays_utf_8_and_says_so() -> None:
    told: list[ReadError] = []
    raw = JAPANESE.encode() + b"\xe6\x97"
    assert decode(raw, "a.txt", told.append) == JAPANESE + "\ufffd"
    assert [error.reason for error in told] == ["1 places are not UTF-8; they are read as \ufffd"]


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff")))
def test_utf_8_is_always_read_as_it_was_written(text: str) -> None:
    assert decode(text.encode(), "a.txt", keep_quiet) == text


@given(st.binary())
def test_any_bytes_are_either_text_or_refused_in_words(raw: bytes) -> None:
    reason = "expected"
    try:
        decode(raw, "a.txt", lambda error: None)
    except ReadError as error:
        reason = error.reason
    assert "expected" in reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "NUL bytes"),
        (bytes(range(1, 256)) * 20, "expected"),
        (b"\x01\x02\x03 words", "control characters"),
        (os.urandom(4000).replace(b"\x00", b""), "expected"),
    ],
)
def test_what_is_not_text_is_refused_in_words(raw: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        decode(raw, "a.txt", keep_quiet)


def test_a_line_of_json_that_is_not_utf_8_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "caf\xe9"}\n{"text": "Good."}\n')
    told: list[ReadError] = []
    assert [article.text for article in read(path, told.append)] == ["Good."]
    assert ["not UTF-8" in error.reason for error in told] == [True]
