"""What is intended on each device, and the configurations that were read from it last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from positron_tui.domain.intended import Intended, Place, Suspension, number_of
from positron_tui.domain.natural import ENDPOINT, PORT, PROFILE, SUBSCRIBER
from positron_tui.domain.running_config import RunningConfig
from positron_tui.store import tables
from positron_tui.store.codec import encode_time
from positron_tui.store.config_documents import decode_config, encode_config
from positron_tui.store.database import Database, upsert_sql
from positron_tui.store.devices import device_id

_INTENDED = tables.intended
_COLUMNS = ("device_id", "kind", "number", "document", "intended_at", "suspended_at", "held")
_FIELDS = {PORT: "ports", PROFILE: "profiles", ENDPOINT: "endpoints", SUBSCRIBER: "subscribers"}
_Row = tuple[str, int, str, str, str | None, str | None]


class Truth(StrEnum):
    RUNNING = "running"
    STARTUP = "startup"


@dataclass(frozen=True, slots=True)
class ConfigCopy:
    """A configuration as it was read."""

    config: RunningConfig
    read_at: datetime


class IntentRepository:
    """Intended states and copies of configurations by device name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self, device: str) -> Intended:
        """Return what is intended on a device; nothing when nothing is."""
        async with self._database.read() as connection:
            return await _load(connection, await device_id(connection, device))

    async def update(self, device: str, change: Callable[[Intended], Intended]) -> Intended:
        """Put what `change` makes of the intended state in its place, and return that.

        Nobody else writes in between. What `change` raises leaves everything as it was.
        """
        async with self._database.write(durable=True) as connection:
            key = await device_id(connection, device)
            lock = select(tables.devices.c.id).where(tables.devices.c.id == key)
            await connection.execute(lock.with_for_update())
            before = await _load(connection, key)
            after = change(before)
            if after != before:
                await _save(connection, key, before, after)
        return after

    async def suspended(self) -> dict[tuple[str, str], datetime]:
        """Return since when services are suspended, by the names of device and subscriber."""
        devices = tables.devices
        query = (
            select(devices.c.name, _INTENDED.c.document, _INTENDED.c.suspended_at)
            .join(devices, devices.c.id == _INTENDED.c.device_id)
            .where(_INTENDED.c.kind == SUBSCRIBER, _INTENDED.c.suspended_at.is_not(None))
        )
        async with self._database.read() as connection:
            return {
                (device, one.name): datetime.fromisoformat(at)
                for device, document, at in await connection.execute(query)
                for one in decode_config(document).subscribers
            }

    async def keep_copy(
        self, device: str, truth: Truth, config: RunningConfig, read_at: datetime
    ) -> None:
        """Keep a configuration that was read, in the place of an older one."""
        row = (truth.value, encode_time(read_at), encode_config(config))
        async with self._database.write() as connection:
            key = await device_id(connection, device)
            table = tables.config_copies
            columns = ("device_id", "truth", "read_at", "document")
            sql = upsert_sql(table, connection.dialect, columns)
            await connection.exec_driver_sql(sql, (key, *row))

    async def copies(self, device: str) -> dict[Truth, ConfigCopy]:
        """Return the configurations of a device that were read last."""
        table = tables.config_copies
        async with self._database.read() as connection:
            key = await device_id(connection, device)
            rows = await connection.execute(
                select(table.c.truth, table.c.read_at, table.c.document).where(
                    table.c.device_id == key
                )
            )
            return {
                Truth(row[0]): ConfigCopy(decode_config(row[2]), datetime.fromisoformat(row[1]))
                for row in rows
            }


async def _load(connection: AsyncConnection, key: int) -> Intended:
    columns = [_INTENDED.c[name] for name in _COLUMNS[1:]]
    rows = await connection.execute(
        select(*columns)
        .where(_INTENDED.c.device_id == key)
        .order_by(_INTENDED.c.kind, _INTENDED.c.number)
    )
    things: dict[str, list[Any]] = {name: [] for name in _FIELDS.values()}
    times: dict[Place, datetime] = {}
    suspensions: dict[int, Suspension] = {}
    for kind, number, document, intended_at, suspended_at, held in rows:
        things[_FIELDS[kind]].extend(getattr(decode_config(document), _FIELDS[kind]))
        times[kind, number] = datetime.fromisoformat(intended_at)
        if suspended_at is not None and held is not None:
            (subscriber,) = decode_config(held).subscribers
            suspensions[number] = Suspension(datetime.fromisoformat(suspended_at), subscriber)
    table = tables.adoptions
    adopted = await connection.scalar(select(table.c.adopted_at).where(table.c.device_id == key))
    parts: dict[str, Any] = {name: tuple(found) for name, found in things.items()}
    config = RunningConfig(**parts)
    return Intended(
        config, times, suspensions, None if adopted is None else datetime.fromisoformat(adopted)
    )


async def _save(connection: AsyncConnection, key: int, before: Intended, after: Intended) -> None:
    old, new = {row[:2]: row for row in _rows(before)}, {row[:2]: row for row in _rows(after)}
    for kind, number in old.keys() - new.keys():
        await connection.execute(
            delete(_INTENDED).where(
                _INTENDED.c.device_id == key,
                _INTENDED.c.kind == kind,
                _INTENDED.c.number == number,
            )
        )
    changed = [(key, *row) for place, row in new.items() if old.get(place) != row]
    if changed:
        sql = upsert_sql(_INTENDED, connection.dialect, _COLUMNS)
        await connection.exec_driver_sql(sql, changed)
    if before.adopted_at is None and after.adopted_at is not None:
        values = {"device_id": key, "adopted_at": encode_time(after.adopted_at)}
        await connection.execute(insert(tables.adoptions).values(values))


def _rows(state: Intended) -> Iterable[_Row]:
    """Yield a row for each object; a port at its defaults has a row without a setting."""
    seen: set[Place] = set()
    for kind, name in _FIELDS.items():
        for thing in getattr(state.config, name):
            place = kind, number_of(thing)
            seen.add(place)
            if place not in state.times:
                continue  # the default profile of an empty state: built in, not intended
            part: dict[str, Any] = {name: (thing,)}
            document = encode_config(RunningConfig(**part))
            yield (*place, document, encode_time(state.times[place]), *_held(state, place))
    for place, at in state.times.items():
        if place not in seen:
            yield (*place, encode_config(RunningConfig()), encode_time(at), None, None)


def _held(state: Intended, place: Place) -> tuple[str | None, str | None]:
    suspension = state.suspensions.get(place[1]) if place[0] == SUBSCRIBER else None
    if suspension is None:
        return None, None
    return encode_time(suspension.at), encode_config(RunningConfig(subscribers=(suspension.held,)))
