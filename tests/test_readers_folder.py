"""Walking a folder: what can be read is read once, and everything else that lies there is named."""

from __future__ import annotations

import logging
import os
import socket
from pathlib import Path

import pytest

from index import ReadError, read

BODY = "The LEAF is built in Sunderland."


def outcome(source: Path) -> tuple[list[str], list[str]]:
    """The texts of the articles that were read, and all that was left out."""
    told: list[ReadError] = []
    texts = [article.text for article in read(source, told.append)]
    return texts, [str(error) for error in told]


def test_a_folder_gives_what_can_be_read_and_names_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "articles"
    (folder / ".hidden").mkdir(parents=True)
    (folder / "deep").mkdir()
    (tmp_path / "secret.txt").write_text("Secret.")
    for name in ("good.txt", ".hidden/a.txt", ".b.txt", "deep/good.txt"):
        (folder / name).write_text(BODY)
    (folder / "empty.txt").touch()
    (folder / "photo.png").touch()
    (folder / "notes").touch()
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(folder)  # a socket's path may be 108 bytes long
        server.bind("socket.txt")
    links = {
        "out.txt": "../secret.txt",
        "broken.txt": "nowhere.txt",
        "loop": ".",
        "up": "..",
        "same.txt": "good.txt",
    }
    links |= {"circle1.txt": "circle2.txt", "circle2.txt": "circle1.txt"}
    for name, target in links.items():
        (folder / name).symlink_to(target)

    texts, told = outcome(folder)
    assert texts == [BODY, BODY]
    root = str(folder.resolve())
    assert sorted(line.removeprefix(root).split(" (")[0] for line in told) == sorted(
        [
            "/broken.txt: is a link that leads nowhere; mend or remove it",
            "/circle1.txt: is a link that leads nowhere; mend or remove it",
            "/circle2.txt: is a link that leads nowhere; mend or remove it",
            "/empty.txt: is empty; expected an article",
            f"/out.txt: is a link out of the folder, not followed; add {tmp_path.resolve()}/secret.txt itself",
            "/pipe.txt: is a device or a pipe; expected a regular file",
            "/socket.txt: is a device or a pipe; expected a regular file",
            f"/up: is a link out of the folder, not followed; add {tmp_path.resolve()} itself",
            ": files of kinds that are not read are left out: .png",
        ]
    )
    with caplog.at_level(logging.WARNING):
        assert [article.text for article in read(folder)] == texts
    assert [record.getMessage() for record in caplog.records] == told


def test_a_pipe_that_is_named_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(ReadError, match="expected a regular file"):
        list(read(tmp_path / "pipe.txt"))


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY)
    (tmp_path / "link.txt").symlink_to("a.txt")
    (article,) = read(tmp_path / "link.txt")
    assert article.origin == str((tmp_path / "a.txt").resolve())


def test_a_name_that_is_not_utf_8_is_refused_and_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(BODY)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(BODY)
    texts, told = outcome(tmp_path)
    assert texts == [BODY]
    assert told == [f"{tmp_path.resolve()}/caf\\udce9.txt: has a name that is not UTF-8; rename it"]


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(BODY)
    path.chmod(0)
    if os.access(path, os.R_OK):  # root may read everything
        assert outcome(path)[0] == [BODY]
    else:
        assert "cannot be opened (Permission denied)" in outcome(path)[1][0]
