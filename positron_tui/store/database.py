"""Connections and transactions: one writer at a time on SQLite, readers beside it.

Every database error leaves this module as a StoreError with a sentence.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from functools import lru_cache
from typing import Any

from sqlalchemy import URL, Connection, Table, delete, event, insert
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import (
    DBAPIError,
    SQLAlchemyError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from positron_tui.domain.errors import StoreError

BUSY_TIMEOUT_MS = 15_000
# Execution options: the statement that opens a transaction ("" for none at all), and whether its
# commit waits for the disk.
BEGIN = "positron_begin"
_DURABLE = "positron_durable"


class Database:
    """An engine with the settings that the store needs; `shown` names it without a password."""

    def __init__(self, url: URL) -> None:
        self.shown = (
            url.database or "" if url.drivername.startswith("sqlite") else url.render_as_string()
        )
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self._in_memory = self.is_sqlite and (url.database or ":memory:") == ":memory:"
        try:
            self.engine: AsyncEngine = create_async_engine(
                url, pool_pre_ping=not self.is_sqlite, hide_parameters=True
            )
        except ModuleNotFoundError as error:
            raise StoreError(
                f"The driver for {url.drivername} is not installed; install the package "
                f"{error.name}."
            ) from None
        self._gate = asyncio.Lock()
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection with one consistent view of the data."""
        # Everybody shares the one connection of a database in memory.
        async with self._gate if self._in_memory else nullcontext():
            with self.translated():
                async with self.engine.connect() as connection, connection.begin():
                    yield connection

    @asynccontextmanager
    async def write(self, *, durable: bool = False) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a transaction that is committed at the end.

        A `durable` one survives a power failure, the others survive a crash of the program.
        """
        async with self._gate if self.is_sqlite else nullcontext():
            with self.translated():
                async with self.engine.connect() as plain:
                    connection = await plain.execution_options(
                        **{BEGIN: "BEGIN IMMEDIATE", _DURABLE: durable}
                    )
                    async with connection.begin():
                        yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self.engine.dispose()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what the driver raises into a StoreError."""
        try:
            yield
        except SQLAlchemyError as error:
            # The driver's own words: SQLAlchemy's add the statement and its values.
            cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
            raise StoreError(self._sentence(cause)) from error
        except (sqlite3.Error, OSError, OverflowError) as error:
            raise StoreError(self._sentence(error)) from error

    def _sentence(self, error: BaseException) -> str:
        text = str(error).rstrip(".")
        for words, advice in _ADVICE:
            if any(word in text for word in words):
                return f"The database {self.shown} {advice} ({text})."
        return f"The database {self.shown} refused: {text}."


_ADVICE = (
    (
        ("malformed", "not a database", "disk image", "corrupt"),
        "is damaged; move the file away and start again, or put a backup in its place",
    ),
    (("locked", "busy"), "is in use by another program for too long; try again"),
    (
        ("readonly", "read-only", "unable to open", "denied"),
        "cannot be written; check the path and its permissions, or name another with --db",
    ),
    (("disk is full", "No space"), "has no room left on its disk; make room and try again"),
)


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # Transactions begin where we say so, not where the driver guesses it from the SQL.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", "foreign_keys=ON", "synchronous=NORMAL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    begin = options.get(BEGIN, "BEGIN")
    if not begin:
        return
    synchronous = "FULL" if options.get(_DURABLE) else "NORMAL"
    if connection.info.setdefault("synchronous", "NORMAL") != synchronous:
        connection.exec_driver_sql(f"PRAGMA synchronous={synchronous}")
        connection.info["synchronous"] = synchronous
    # A writer takes its lock at once: one that reads first could not wait for it later.
    connection.exec_driver_sql(begin)


@lru_cache(maxsize=128)
def insert_sql(table: Table, dialect: Dialect, columns: tuple[str, ...]) -> str:
    """Return the INSERT of these columns in the driver's own notation, for tuples of values."""
    compiled = insert(table).compile(dialect=dialect, column_keys=list(columns))
    return _ordered(str(compiled), compiled.positiontup, columns)


@lru_cache(maxsize=64)
def delete_sql(table: Table, dialect: Dialect) -> str:
    """Return the DELETE of one device's rows in the driver's own notation."""
    return str(delete(table).where(table.c.device_id == 0).compile(dialect=dialect))


@lru_cache(maxsize=64)
def upsert_sql(table: Table, dialect: Dialect, columns: tuple[str, ...]) -> str:
    """Return the INSERT of these columns that changes the row of the same primary key instead."""
    key = [column.name for column in table.primary_key.columns]
    changed = [f"{name} = excluded.{name}" for name in columns if name not in key]
    conflict = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {', '.join(changed)}"
    return insert_sql(table, dialect, columns) + conflict


def _ordered(sql: str, order: list[str] | None, columns: tuple[str, ...]) -> str:
    if order != list(columns):
        raise StoreError("The values of an INSERT would not stand in the order of its columns.")
    return sql


async def replace_rows(
    connection: AsyncConnection, table: Table, device_id: int, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Put `rows` (device id and position left out) in the place of the device's rows."""
    dialect = connection.dialect
    await connection.exec_driver_sql(delete_sql(table, dialect), (device_id,))
    if rows:
        sql = insert_sql(table, dialect, tuple(table.columns.keys()))
        numbered = [(device_id, position, *row) for position, row in enumerate(rows)]
        await connection.exec_driver_sql(sql, numbered)
