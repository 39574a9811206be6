"""What Alembic runs to take the steps: on the connection that `upgrade` was given, and on no other."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
