"""A folder into which mail is dropped: each message is read once, wherever its program moves it."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest

from index import OpenIndex, placed
from tests.test_watching import Watched, until, watched

__all__ = ["watched"]


def message(subject: str, words: str = "") -> bytes:
    body = words or f"{subject} is what this letter is about. It goes on for another sentence."
    return (
        f"From: The Wearside Letter <letter@example.com>\r\nSubject: {subject}\r\n"
        f"Message-ID: <{subject}@example.com>\r\n"
        f"Date: Fri, 15 Mar 2024 10:00:00 +0000\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    ).encode()


BROKEN = b"From: x@example.com\r\nSubject: Empty\r\nContent-Type: text/plain\r\n\r\n"


def test_a_maildir_is_read_once_whatever_its_program_does_with_the_messages(
    watched: Watched, tmp_path: Path
) -> None:
    box = tmp_path / "Maildir"
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True)
    assert placed(str(box)) == (str(box), "mail")
    (box / "tmp" / "0.half").write_bytes(message("Half")[:40])
    watched.add(box)
    with watched.running():
        until(lambda: bool(watched.looks))
        (box / "tmp" / "1.host").write_bytes(message("First"))
        (box / "tmp" / "1.host").rename(box / "new" / "1.host")
        watched.comes("First")
        (box / "new" / "1.host").rename(box / "cur" / "1.host:2,S")  # it was read
        (box / "new" / "2.host").write_bytes(message("Second"))
        watched.comes("First", "Second")
        (box / "cur" / "1.host:2,S").unlink()  # and cleared away: what was in it is kept
        (box / "new" / "3.host").write_bytes(message("Third"))
        watched.comes("First", "Second", "Third")
        until(lambda: sum(look.report.added for look in watched.looks) >= 3)
    assert [look.report.added for look in watched.looks if look.report.added] == [1, 1, 1]


def test_a_message_that_cannot_be_read_is_named_once_and_left(watched: Watched, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "a.eml").write_bytes(BROKEN)
    (folder / "b.eml").write_bytes(message("Letter"))
    watched.add(folder, is_mail=True)
    with watched.running():
        watched.comes("Letter")
        (folder / "c.mbox").write_bytes(
            b"".join(b"From x Fri Mar 15 10:00:00 2024\n" + message(each) + b"\n" for each in ("Four", "Five"))
        )
        watched.comes("Letter", "Four", "Five")
        until(lambda: sum(look.report.added for look in watched.looks) == 3)
    told = [error.source for look in watched.looks for error in look.report.skipped]
    assert told == [str(folder / "a.eml")]
    assert (folder / "a.eml").read_bytes() == BROKEN
    assert {each.name for each in folder.iterdir()} == {"a.eml", "b.eml", "c.mbox"}


def test_it_is_set_aside_where_that_is_asked_for(watched: Watched, opened: OpenIndex, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "a.eml").write_bytes(BROKEN)
    watched.add(folder, is_mail=True, move_failed=True)
    with watched.running():
        until(lambda: (folder / "failed" / "a.eml").exists())
        (folder / "b.eml").write_bytes(message("Letter"))
        watched.comes("Letter")
    (article,) = (opened.catalogue.article(each) for each in opened.catalogue.all_articles())
    assert article.source == "The Wearside Letter"
    assert article.origin.startswith("mail:")


def test_what_is_attached_to_a_message_of_an_mbox_comes_in_beside_it(
    watched: Watched, opened: OpenIndex, tmp_path: Path
) -> None:
    box = mailbox.mbox(tmp_path / "letters.mbox")
    for subject in ("Leaves", "Roots"):
        letter = EmailMessage()
        letter["From"], letter["Subject"] = "Ann Lee <ann@example.com>", subject
        letter.set_content(f"The paper about {subject.lower()} is attached to this letter.")
        paper = f"Paper on {subject}\n\nThe paper says what {subject.lower()} are for.".encode()
        letter.add_attachment(paper, "text", "plain", filename="paper.txt")
        box.add(letter)
    box.close()
    watched.add(tmp_path / "letters.mbox", is_mail=True)
    with watched.running():
        watched.comes("Leaves", "Paper on Leaves", "Roots", "Paper on Roots")
    (paper_on_roots,) = (each for each in opened.catalogue.summaries() if each.title == "Paper on Roots")
    assert paper_on_roots.author == "Ann Lee"
    assert paper_on_roots.origin.endswith("#=paper.txt")


def test_a_mail_folder_is_no_website() -> None:
    with pytest.raises(Exception, match="expected the path of one"):
        placed("https://example.com/", True)
