"""The onboarded devices."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from positron_tui.domain.devices import Device
from positron_tui.domain.errors import Finding, NotFound, ValidationFailed
from positron_tui.store import tables
from positron_tui.store.database import Database
from positron_tui.store.rows import DEVICES

_TABLE = tables.devices
_COLUMNS = [_TABLE.c[name] for name in DEVICES.columns]
_SHOWN_NAMES = 10


class DeviceRepository:
    """Devices by name; a name is used once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, device: Device) -> None:
        """Take in a new device; ValidationFailed when the name is taken."""
        async with self._database.write(durable=True) as connection:
            try:
                await connection.execute(insert(_TABLE).values(_values(device)))
            except IntegrityError:
                raise _taken(device.name) from None

    async def get(self, name: str) -> Device:
        """Return one device; NotFound names what there is."""
        async with self._database.read() as connection:
            found = await connection.execute(select(*_COLUMNS).where(_TABLE.c.name == name))
            row = found.first()
            if row is None:
                raise await _not_found(connection, name)
        return DEVICES.decode(row)

    async def list(self) -> tuple[Device, ...]:
        """Return all devices by name."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(*_COLUMNS).order_by(_TABLE.c.name))
        return tuple(DEVICES.decode(row) for row in rows)

    async def update(self, name: str, device: Device) -> None:
        """Replace the device called `name`; another name in `device` takes everything with it."""
        async with self._database.write(durable=True) as connection:
            change = update(_TABLE).where(_TABLE.c.name == name).values(_values(device))
            try:
                done = await connection.execute(change)
            except IntegrityError:
                raise _taken(device.name) from None
            if not done.rowcount:
                raise await _not_found(connection, name)

    async def remove(self, name: str) -> None:
        """Forget a device with all its readings; the journal keeps what was done to it."""
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
            if not done.rowcount:
                raise await _not_found(connection, name)


async def device_id(connection: AsyncConnection, name: str) -> int:
    """Return the key that a device's rows carry; NotFound names what there is."""
    found = await connection.scalar(select(_TABLE.c.id).where(_TABLE.c.name == name))
    if found is None:
        raise await _not_found(connection, name)
    return int(found)


def _values(device: Device) -> dict[str, Any]:
    return dict(zip(DEVICES.columns, DEVICES.encode(device), strict=True))


def _taken(name: str) -> ValidationFailed:
    text = f"There is already a device called '{name}'; choose another name."
    return ValidationFailed((Finding("name", text),))


async def _not_found(connection: AsyncConnection, name: str) -> NotFound:
    rows = await connection.execute(select(_TABLE.c.name).order_by(_TABLE.c.name))
    names = [str(row[0]) for row in rows]
    if not names:
        return NotFound(f"There is no device '{name}'; none is known yet.")
    shown = ", ".join(names[:_SHOWN_NAMES])
    more = f" and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else ""
    return NotFound(f"There is no device '{name}'; there are {shown}{more}.")
