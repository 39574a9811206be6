"""What can go wrong between this program and Slack.

PullquoteError
└── SlackError
    ├── SlackRefusal      Slack answered a call with an error; `code` is its name for it
    ├── NotSlackError     an address is not one of Slack's own
    └── ForgottenError    the answer that a button belongs to is no longer kept
"""

from __future__ import annotations

from index import PullquoteError


class SlackError(PullquoteError):
    """Something between this program and Slack failed."""


class SlackRefusal(SlackError):
    """Slack answered a call with an error; `code` is Slack's name for it, such as `not_in_channel`."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"Slack refused {method}: {code}")
        self.code = code


class NotSlackError(SlackError):
    """An address to send to is not one of Slack's own."""


class ForgottenError(SlackError):
    """A button was pressed whose answer is no longer kept."""


def said_why(error: BaseException) -> str:
    """An error for the log: our own words, or only the name of one whose words may hold a question."""
    return str(error) if isinstance(error, SlackError) else type(error).__name__
