"""Every error this project raises on purpose; nothing here prints or exits.

    PullquoteError
    ├── ReadError              a source holds no article that can be read
    │   └── UnavailableError   it cannot be had just now, and may be a while later
    ├── ModelError             an encoder's files are missing or not the ones expected
    ├── IndexMissingError      there is no index where one was asked for
    ├── IndexDamagedError      a stored article no longer has the digest it was stored under
    ├── ServerAwayError        a server that the index is on does not answer just now
    ├── IndexBusyError         another process is writing to the index
    ├── EncoderMismatchError   the index was built with another encoder
    ├── ArticleMissingError    no article has this id or origin
    ├── ClusterError           the machines that passages are encoded on cannot be had
    ├── QuestionError          a question is empty or too long
    └── SettingError           an option or environment variable holds a value that cannot be used

A message says what was wrong, the value seen, what was expected, and what mends it.
"""

from __future__ import annotations


class PullquoteError(Exception):
    """The base of every error raised on purpose; its text is fit to show to a person."""


class ReadError(PullquoteError):
    """A source cannot be read as articles; `source` names it and `reason` says why."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason


class UnavailableError(ReadError):
    """A source cannot be had just now; `wait` is how long its server asks to be left alone, in seconds."""

    def __init__(self, source: str, reason: str, wait: float = 0.0) -> None:
        super().__init__(source, reason)
        self.wait = wait


class ModelError(PullquoteError):
    """An encoder cannot be loaded: files are missing or their digest is not the expected one."""


class IndexMissingError(PullquoteError):
    """There is no index at the path given."""


class IndexDamagedError(PullquoteError):
    """What the catalogue holds is not what was written to it."""


class IndexBusyError(PullquoteError):
    """Another process holds the index's write lock."""


class ServerAwayError(PullquoteError):
    """A server that the index is on does not answer just now; its text is fit for strangers.

    `detail` says which one and why, for whoever runs the program; it holds no password.
    """

    def __init__(self, what: str, place: str, reason: str) -> None:
        super().__init__(
            f"{what[0].upper()}{what[1:]} does not answer just now. Nothing that was taken in is lost; "
            "try again in a moment."
        )
        self.detail = f"{what} is {place}: {reason}; see that it runs and can be reached from here"


class EncoderMismatchError(PullquoteError):
    """The index was built with another encoder than the one offered."""


class ArticleMissingError(PullquoteError):
    """No article has the id or origin asked for."""


class ClusterError(PullquoteError):
    """The machines that passages are to be encoded on cannot be had, or were lost."""


class QuestionError(PullquoteError):
    """A question is empty or longer than is accepted."""


class SettingError(PullquoteError):
    """An option or an environment variable holds a value that cannot be used."""
