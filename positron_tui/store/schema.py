"""Brings the database to this version's schema when the store is opened."""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection, inspect

from positron_tui.domain.errors import StoreError
from positron_tui.store.database import BEGIN, BUSY_TIMEOUT_MS, Database

# The newest migration; with it in the database, Alembic (0.1 s to import) is not needed.
HEAD = "0004"
# Any number that only this program uses: the name of its lock on a PostgreSQL server.
_ADVISORY_LOCK = 7_204_411_063
_WAL_RETRY_S = 0.05


async def ensure_schema(database: Database) -> None:
    """Migrate to HEAD unless the database is there; two consoles may do it at the same time."""
    if database.is_sqlite:
        await _use_wal(database)
    async with database.read() as connection:
        version = await connection.run_sync(_version)
    if version == HEAD:
        return
    async with database.write(durable=True) as connection:
        if not database.is_sqlite:
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})")
        await connection.run_sync(_migrate, database.shown)


def _version(connection: Connection) -> str | None:
    """Return the schema's version; None for an empty database."""
    tables = inspect(connection).get_table_names()
    if "alembic_version" in tables:
        row = connection.exec_driver_sql("SELECT version_num FROM alembic_version").first()
        return str(row[0]) if row else None
    if tables:
        raise StoreError(
            f"The database {connection.engine.url.database} belongs to another program; name "
            "another file with --db."
        )
    return None


def _migrate(connection: Connection, shown: str) -> None:
    """Runs inside the transaction that holds the write lock, so the loser finds the work done."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "positron_tui.store:migrations")
    config.attributes["connection"] = connection
    current = _version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise StoreError(
            f"The database {shown} was written by a newer positron-tui (schema {current}, this "
            f"version knows {HEAD}); update positron-tui or name another database with --db."
        )
    command.upgrade(config, "head")


async def _use_wal(database: Database) -> None:
    """The journal mode is kept in the file; while two consoles switch it, one is told 'locked'."""
    attempts = int(BUSY_TIMEOUT_MS / 1000 / _WAL_RETRY_S)
    for remaining in range(attempts, -1, -1):
        try:
            with database.translated():
                await _switch_to_wal(database)
            return
        except StoreError as error:
            if not remaining or "locked" not in str(error):
                raise
        await asyncio.sleep(_WAL_RETRY_S)


async def _switch_to_wal(database: Database) -> None:
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(**{BEGIN: ""})
        await connection.exec_driver_sql("PRAGMA journal_mode=WAL")
