"""Whom the Slack app trusts: signatures of requests, and the workspaces that installed it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.slack.sdk import library_log

if TYPE_CHECKING:
    from slack_sdk.oauth.installation_store.sqlite3 import SQLite3InstallationStore
    from slack_sdk.oauth.state_store.sqlite3 import SQLite3OAuthStateStore


def is_signed(
    secret: str, body: bytes, timestamp: str, signature: str, clock: Callable[[], float] = time.time
) -> bool:
    """Whether Slack signed these bytes, at most 300 seconds ago or ahead.

    `timestamp` must be ASCII digits and `signature` ASCII: Slack's verifier raises on others.
    """
    from slack_sdk.signature import Clock, SignatureVerifier

    class GivenClock(Clock):
        def now(self) -> float:
            return clock()

    return SignatureVerifier(secret, GivenClock()).is_valid(body, timestamp, signature)


def installation_stores(path: Path, client_id: str) -> tuple[SQLite3InstallationStore, SQLite3OAuthStateStore]:
    """Where installed workspaces and their tokens are kept, and the states of installations under way."""
    from slack_sdk.oauth.installation_store.sqlite3 import SQLite3InstallationStore
    from slack_sdk.oauth.state_store.sqlite3 import SQLite3OAuthStateStore

    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    installations = SQLite3InstallationStore(database=str(path), client_id=client_id, logger=library_log)
    states = SQLite3OAuthStateStore(database=str(path), expiration_seconds=600, logger=library_log)
    return installations, states
