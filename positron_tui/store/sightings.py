"""Since when endpoints that have no service are seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from positron_tui.store import tables
from positron_tui.store.codec import encode_time
from positron_tui.store.database import Database, upsert_sql
from positron_tui.store.devices import device_id

_TABLE = tables.sightings


@dataclass(frozen=True, slots=True)
class Sighting:
    """An endpoint that waits for a service, by MAC."""

    mac: str
    first_seen: datetime
    last_seen: datetime


class SightingRepository:
    """Sightings by device name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self, device: str, sightings: Iterable[Sighting], gone: Collection[str] = ()
    ) -> None:
        """Keep these sightings, and forget those of the MACs that are `gone`."""
        rows = [
            (one.mac, encode_time(one.first_seen), encode_time(one.last_seen)) for one in sightings
        ]
        if not rows and not gone:
            return
        async with self._database.write() as connection:
            key = await device_id(connection, device)
            if gone:
                await connection.execute(
                    delete(_TABLE).where(_TABLE.c.device_id == key, _TABLE.c.mac.in_(gone))
                )
            if rows:
                sql = upsert_sql(_TABLE, connection.dialect, tuple(_TABLE.columns.keys()))
                await connection.exec_driver_sql(sql, [(key, *row) for row in rows])

    async def load(self) -> dict[str, tuple[Sighting, ...]]:
        """Return all sightings by device name."""
        query = (
            select(tables.devices.c.name, _TABLE.c.mac, _TABLE.c.first_seen, _TABLE.c.last_seen)
            .select_from(_TABLE.join(tables.devices))
            .order_by(_TABLE.c.device_id, _TABLE.c.mac)
        )
        found: dict[str, list[Sighting]] = {}
        async with self._database.read() as connection:
            for name, mac, first, last in await connection.execute(query):
                found.setdefault(name, []).append(
                    Sighting(mac, datetime.fromisoformat(first), datetime.fromisoformat(last))
                )
        return {name: tuple(rows) for name, rows in found.items()}
