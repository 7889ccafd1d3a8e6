"""Who may write to a device: one holder at a time, across all consoles of one database."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, text, update

from positron_tui.domain.clock import Clock
from positron_tui.store import tables
from positron_tui.store.codec import encode_time
from positron_tui.store.database import Database
from positron_tui.store.devices import device_id

# One statement decides, so two that ask at the same moment cannot both be told yes.
_ACQUIRE = text(
    "INSERT INTO leases (device_id, holder, expires_at) VALUES (:device, :holder, :expires) "
    "ON CONFLICT (device_id) DO UPDATE SET holder = excluded.holder, "
    "expires_at = excluded.expires_at "
    "WHERE leases.holder = excluded.holder OR leases.expires_at <= :now"
)


class LeaseRepository:
    """Leases by device name; one that is not renewed ends by itself."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def acquire(self, device: str, holder: str, ttl_s: float) -> bool:
        """Take the lease for `ttl_s` seconds; False when somebody else has it."""
        async with self._database.write() as connection:
            key = await device_id(connection, device)
            done = await connection.execute(
                _ACQUIRE,
                {
                    "device": key,
                    "holder": holder,
                    "expires": self._expiry(ttl_s),
                    "now": encode_time(self._clock.now()),
                },
            )
            return done.rowcount == 1

    async def renew(self, device: str, holder: str, ttl_s: float) -> bool:
        """Prolong a lease to `ttl_s` seconds from now; False when it is not held any more."""
        table = tables.leases
        async with self._database.write() as connection:
            key = await device_id(connection, device)
            done = await connection.execute(
                update(table)
                .where(
                    table.c.device_id == key,
                    table.c.holder == holder,
                    table.c.expires_at > encode_time(self._clock.now()),
                )
                .values(expires_at=self._expiry(ttl_s))
            )
            return done.rowcount == 1

    async def release(self, device: str, holder: str) -> None:
        """Give a lease back; nothing happens when it belongs to somebody else by now."""
        table = tables.leases
        async with self._database.write() as connection:
            key = await device_id(connection, device)
            await connection.execute(
                delete(table).where(table.c.device_id == key, table.c.holder == holder)
            )

    async def holder_of(self, device: str) -> str | None:
        """Return who holds a device's lease, None when nobody does."""
        table = tables.leases
        async with self._database.read() as connection:
            key = await device_id(connection, device)
            holder = await connection.scalar(
                select(table.c.holder).where(
                    table.c.device_id == key,
                    table.c.expires_at > encode_time(self._clock.now()),
                )
            )
        return None if holder is None else str(holder)

    def _expiry(self, ttl_s: float) -> str:
        return encode_time(self._clock.now() + timedelta(seconds=ttl_s))
