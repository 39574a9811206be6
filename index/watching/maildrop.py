"""A folder into which a mail rule drops messages: each is read once, and none is changed."""

from __future__ import annotations

import mailbox
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from index.article import Article
from index.builder import Builder
from index.errors import ReadError
from index.readers import read_file
from index.readers.mail import MAIL_LIMIT
from index.readers.source import Notice, shown
from index.readers.walk import walk
from index.seen import Stamp, stamp_of
from index.tally import AddReport

FAILED = "failed"
"""The folder, inside the mail folder, for messages that cannot be read, where that is asked for."""

_BATCH = 50


@dataclass(frozen=True, slots=True)
class Message:
    """A message: where it lies, its bytes, and the file to move if it alone fills one."""

    name: str
    raw: bytes
    file: Path | None

    @property
    def key(self) -> str:
        """What tells it from others wherever it is moved; its Message-ID would not, senders choose that."""
        return sha256(self.raw).hexdigest()


def messages(root: Path, may_read: Callable[[Path], bool], notice: Notice) -> Iterator[Message]:
    """The messages of a maildir, of a folder of `.eml` and `.mbox` files, or of one mbox, in the order of names.

    What is still being delivered (`tmp` of a maildir, files that `may_read` refuses) is passed over.
    Raises ReadError when the folder is not there.
    """
    for file in _files(root, notice):
        if not may_read(file):
            continue
        try:
            if file.suffix.lower() == ".mbox":
                yield from _in_mbox(file)
            elif file.stat().st_size > MAIL_LIMIT:
                raise ReadError(shown(file), f"is longer than {MAIL_LIMIT:,} bytes, which is not read")
            else:
                yield Message(str(file), file.read_bytes(), file)
        except OSError as error:
            notice(ReadError(shown(file), f"cannot be read ({error.strerror or error})"))
        except ReadError as error:
            notice(error)


def take_in(
    builder: Builder,
    root: Path,
    *,
    is_read: Callable[[str], bool],
    note_read: Callable[[list[str]], None],
    may_read: Callable[[Path], bool],
    handled: dict[Path, Stamp | None],
    move_failed: bool,
    is_stopped: Callable[[], bool],
) -> AddReport:
    """Take in the messages that were not read before; those that cannot be are named in the report and left.

    `handled` are the files, as they were, of which every message is in; they are not opened again, and more are
    put there. With `move_failed` messages that cannot be read are moved to a folder `failed` beside the others.
    Raises ReadError for a folder that is not there, IndexBusyError while another process writes.
    """
    counted = {"added": 0, "updated": 0, "unchanged": 0}
    skipped: list[ReadError] = []
    batch: list[Article] = []
    keys: list[str] = []

    def put() -> None:
        for outcome, number in builder.put(batch).items() if batch else ():
            counted[outcome] += number
        note_read(keys)
        batch.clear()
        keys.clear()

    def is_wanted(file: Path) -> bool:
        return (file not in handled or handled[file] != stamp_of(file)) and may_read(file)

    for message in messages(root, is_wanted, skipped.append):
        if is_stopped():
            break
        if is_read(message.key):
            if message.file is not None:
                handled[message.file] = stamp_of(message.file)
            continue
        articles = list(_articles(message, skipped.append))
        if articles:
            batch += articles
            keys.append(message.key)
        elif move_failed and message.file is not None:
            _set_aside(message.file, root, skipped.append)
        if len(batch) >= _BATCH:
            put()
    put()
    return AddReport(counted["added"], counted["updated"], counted["unchanged"], skipped=tuple(skipped))


def _files(root: Path, notice: Notice) -> list[Path]:
    if not root.exists():
        raise ReadError(shown(root), "cannot be found; expected a folder of messages")
    if root.is_file():
        return [root]
    if (root / "new").is_dir() and (root / "cur").is_dir():
        found = [file for part in ("cur", "new") for file in (root / part).iterdir()]
        return sorted(file for file in found if file.is_file() and not file.name.startswith("."))
    return [
        file
        for file in walk(
            root, (".eml", ".mbox"), lambda error: None if error.source == shown(root) else notice(error)
        )
        if FAILED not in file.relative_to(root).parts[:-1]
    ]


def _in_mbox(file: Path) -> Iterator[Message]:
    box = mailbox.mbox(file, create=False)
    try:
        for number, key in enumerate(box.iterkeys(), 1):
            raw = box.get_bytes(key)
            if len(raw) > MAIL_LIMIT:
                raise ReadError(
                    f"{shown(file)}#{number}", f"is longer than {MAIL_LIMIT:,} bytes, which is not read"
                )
            yield Message(f"{file}#{number}", raw, None)
    except mailbox.Error as error:
        raise ReadError(shown(file), f"is no mbox that can be read ({error})") from error
    finally:
        box.close()


def _articles(message: Message, notice: Notice) -> Iterator[Article]:
    with tempfile.TemporaryDirectory() as folder:
        path = (Path(folder) / "message.eml").resolve()
        path.write_bytes(message.raw)

        def tell(error: ReadError) -> None:
            notice(ReadError(message.name + error.source.removeprefix(str(path)), error.reason))

        for article in read_file(path, tell):
            part = article.origin.removeprefix(str(path))
            yield replace(article, origin=f"mail:{message.key[:32]}{part}")


def _set_aside(file: Path, root: Path, notice: Notice) -> None:
    target = root / FAILED / file.name
    try:
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            target = target.with_name(f"{sha256(str(file).encode()).hexdigest()[:8]}-{file.name}")
        file.rename(target)
    except OSError as error:
        notice(ReadError(shown(file), f"cannot be moved to {FAILED} ({error.strerror or error})"))
