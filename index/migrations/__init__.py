"""How a database of yesterday gets the tables of today, step by step; it knows no article.

Each step is a file in `versions/`, named by its number. To change the tables, change index/tables.py or
index/shared/tables.py, write the next step with its `down_revision`, and put its number into `HEAD`;
tests/test_database.py tells when the three disagree.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from sqlalchemy import Connection

HEAD = "0002"
"""The last step. A database that has taken it is opened without looking any further."""

# Alembic hands its steps the connection through variables of its own that all threads share.
_turn = Lock()


class UnknownStepError(Exception):
    """The database has taken a step that this version does not know."""


def upgrade(connection: Connection) -> None:
    """Take every step that the database has not taken, in the connection's transaction."""
    # Here, because it takes half a second to load, and a database of today needs none of it.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _turn:
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise UnknownStepError(str(error)) from error
