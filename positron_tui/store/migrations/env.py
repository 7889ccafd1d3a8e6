"""Runs migrations on the connection that the store hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

from positron_tui.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes most things by copying a table.
    render_as_batch=True,
)
context.run_migrations()
