"""What was last read from each device, section by section, and how its polling goes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from positron_tui.domain.devices import Health, Identity, Provenance, Section, Snapshot
from positron_tui.domain.polling import PollState
from positron_tui.domain.readings import Source
from positron_tui.store import tables
from positron_tui.store.codec import RowCodec, encode_json, encode_time
from positron_tui.store.database import Database, replace_rows, upsert_sql
from positron_tui.store.devices import device_id
from positron_tui.store.documents import decode_health, decode_identity, encode_document
from positron_tui.store.rows import ALARMS, ENDPOINTS, POLLS, PORTS, PROFILES, SUBSCRIBERS

# Rows decoded in one go: about 1 ms, so that loading a large store never holds the loop up.
_SLICE = 100


@dataclass(frozen=True, slots=True)
class _Part:
    """One field of Snapshot that is kept in a table of its own."""

    field: str
    section: Section
    table: Table
    codec: RowCodec[Any]


_PARTS = (
    _Part("ports", Section.PORTS, tables.ports, PORTS),
    _Part("endpoints", Section.ENDPOINTS, tables.endpoints, ENDPOINTS),
    _Part("profiles", Section.CONFIG, tables.profiles, PROFILES),
    _Part("subscribers", Section.CONFIG, tables.subscribers, SUBSCRIBERS),
    _Part("alarms", Section.ALARMS, tables.alarms, ALARMS),
)


@dataclass(slots=True)
class _Draft:
    """A device's readings while its rows come in from several tables."""

    identity: Identity = field(default_factory=Identity)
    health: Health = field(default_factory=Health)
    management_vlans: tuple[int, ...] = ()
    parts: dict[str, list[Any]] = field(default_factory=dict)
    provenance: dict[Section, Provenance] = field(default_factory=dict)
    poll: PollState = field(default_factory=PollState)

    def finish(self) -> tuple[Snapshot, PollState]:
        parts: dict[str, Any] = {name: tuple(items) for name, items in self.parts.items()}
        snapshot = Snapshot(
            self.identity,
            self.health,
            management_vlans=self.management_vlans,
            provenance=self.provenance,
            **parts,
        )
        return snapshot, self.poll


class ReadingRepository:
    """Snapshots and poll states by device name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, device_name: str, snapshot: Snapshot, poll: PollState) -> None:
        """Keep a poll's outcome in one transaction.

        A section is replaced when `snapshot.provenance` has it and it is newer than the stored
        one; a section that was not read stays as it is.
        """
        async with self._database.write() as connection:
            key = await device_id(connection, device_name)
            stored = await _read_times(connection, key)
            fresh = {
                section: origin
                for section, origin in snapshot.provenance.items()
                if section not in stored or origin.read_at > stored[section]
            }
            await _write_documents(connection, key, snapshot, fresh)
            for part in _PARTS:
                if part.section in fresh:
                    rows = [part.codec.encode(item) for item in getattr(snapshot, part.field)]
                    await replace_rows(connection, part.table, key, rows)
            await _write_provenance(connection, key, fresh)
            await _write_poll(connection, key, poll)

    async def save_poll(self, device_name: str, poll: PollState) -> None:
        """Keep the outcome of a poll that read nothing."""
        async with self._database.write() as connection:
            await _write_poll(connection, await device_id(connection, device_name), poll)

    async def load(self, device_name: str) -> tuple[Snapshot, PollState]:
        """Return what was last read from one device; an empty snapshot if nothing ever was."""
        async with self._database.read() as connection:
            key = await device_id(connection, device_name)
            drafts = {key: _Draft()}
            await _fill(connection, drafts, only=key)
        return drafts[key].finish()

    async def load_all(self) -> dict[str, tuple[Snapshot, PollState]]:
        """Return what was last read from every device, by name."""
        async with self._database.read() as connection:
            found = await connection.execute(select(tables.devices.c.id, tables.devices.c.name))
            names = {int(row[0]): str(row[1]) for row in found}
            drafts = {key: _Draft() for key in names}
            await _fill(connection, drafts)
        return {names[key]: draft.finish() for key, draft in drafts.items()}


async def _read_times(connection: AsyncConnection, key: int) -> dict[Section, datetime]:
    table = tables.provenance
    rows = await connection.execute(
        select(table.c.section, table.c.read_at).where(table.c.device_id == key)
    )
    return {Section(row[0]): datetime.fromisoformat(row[1]) for row in rows}


async def _write_documents(
    connection: AsyncConnection, key: int, snapshot: Snapshot, fresh: Mapping[Section, Provenance]
) -> None:
    documents: dict[str, str] = {}
    if Section.IDENTITY in fresh:
        documents["identity"] = encode_document(snapshot.identity)
    if Section.HEALTH in fresh:
        documents["health"] = encode_document(snapshot.health)
    if Section.CONFIG in fresh:
        documents["management_vlans"] = encode_json(snapshot.management_vlans)
    if documents:
        columns = ("device_id", *documents)
        sql = upsert_sql(tables.device_readings, connection.dialect, columns)
        await connection.exec_driver_sql(sql, (key, *documents.values()))


async def _write_provenance(
    connection: AsyncConnection, key: int, fresh: Mapping[Section, Provenance]
) -> None:
    if fresh:
        table = tables.provenance
        sql = upsert_sql(table, connection.dialect, tuple(table.columns.keys()))
        rows = [
            (key, section.value, origin.source.value, encode_time(origin.read_at))
            for section, origin in fresh.items()
        ]
        await connection.exec_driver_sql(sql, rows)


async def _write_poll(connection: AsyncConnection, key: int, poll: PollState) -> None:
    sql = upsert_sql(tables.polls, connection.dialect, tuple(tables.polls.columns.keys()))
    await connection.exec_driver_sql(sql, (key, *POLLS.encode(poll)))


async def _fill(
    connection: AsyncConnection, drafts: Mapping[int, _Draft], only: int | None = None
) -> None:
    """Read table by table, the rows of all devices at once (or of `only` one)."""
    for part in _PARTS:
        columns = [part.table.c[name] for name in part.codec.columns]
        async for row in _rows(connection, part.table, columns, only):
            items = drafts[row[0]].parts.setdefault(part.field, [])
            items.append(part.codec.decode(row[1:]))
    readings = tables.device_readings
    columns = [readings.c.identity, readings.c.health, readings.c.management_vlans]
    async for row in _rows(connection, readings, columns, only):
        if row[1] is not None:
            drafts[row[0]].identity = decode_identity(row[1])
        if row[2] is not None:
            drafts[row[0]].health = decode_health(row[2])
        if row[3] is not None:
            drafts[row[0]].management_vlans = tuple(json.loads(row[3]))
    origins = tables.provenance
    columns = [origins.c.section, origins.c.source, origins.c.read_at]
    async for row in _rows(connection, origins, columns, only):
        origin = Provenance(Source(row[2]), datetime.fromisoformat(row[3]))
        drafts[row[0]].provenance[Section(row[1])] = origin
    columns = [tables.polls.c[name] for name in POLLS.columns]
    async for row in _rows(connection, tables.polls, columns, only):
        drafts[row[0]].poll = POLLS.decode(row[1:])


async def _rows(
    connection: AsyncConnection, table: Table, columns: Iterable[Any], only: int | None
) -> AsyncIterator[tuple[Any, ...]]:
    """Yield device id and columns, in the order of the primary key, letting others run between."""
    query = select(table.c.device_id, *columns).order_by(*table.primary_key.columns)
    if only is not None:
        query = query.where(table.c.device_id == only)
    sql = str(query.compile(dialect=connection.dialect))
    result = await connection.exec_driver_sql(sql, () if only is None else (only,))
    for number, row in enumerate(result, 1):
        yield tuple(row)
        if number % _SLICE == 0:
            await asyncio.sleep(0)
