"""The billing systems that were added, their cursors, nonces and who syncs them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import Finding, NotFound, ValidationFailed
from positron_tui.domain.sync_runs import BillingSystem
from positron_tui.store import tables
from positron_tui.store.billing_rows import SYSTEMS
from positron_tui.store.codec import encode_time
from positron_tui.store.database import Database

_SYSTEMS = tables.billing["billing_systems"]
_COLUMNS = [_SYSTEMS.c[name] for name in SYSTEMS.columns]


class BillingRepository:
    """Billing systems by name."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def add(self, system: BillingSystem) -> None:
        """Take in a new system; ValidationFailed when the name is taken."""
        async with self._database.write(durable=True) as connection:
            try:
                await connection.execute(insert(_SYSTEMS).values(_values(system)))
            except IntegrityError:
                text = f"There is already a billing system '{system.name}'; choose another name."
                raise ValidationFailed((Finding("name", text),)) from None

    async def update(self, system: BillingSystem) -> None:
        """Keep a system in the place of the one with its name."""
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(
                update(_SYSTEMS).where(_SYSTEMS.c.name == system.name).values(_values(system))
            )
            if not done.rowcount:
                raise await _not_found(connection, system.name)

    async def remove(self, name: str) -> None:
        """Forget a system, what it told and its links; runs and conflicts stay."""
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(delete(_SYSTEMS).where(_SYSTEMS.c.name == name))
            if not done.rowcount:
                raise await _not_found(connection, name)

    async def list(self) -> tuple[BillingSystem, ...]:
        """Return all systems by name."""
        async with self._database.read() as connection:
            rows = await connection.execute(select(*_COLUMNS).order_by(_SYSTEMS.c.name))
        return tuple(SYSTEMS.decode(row) for row in rows)

    async def get(self, name: str) -> BillingSystem:
        """Return one system; NotFound names what there is."""
        async with self._database.read() as connection:
            query = select(*_COLUMNS).where(_SYSTEMS.c.name == name)
            row = (await connection.execute(query)).first()
            if row is None:
                raise await _not_found(connection, name)
        return SYSTEMS.decode(row)

    async def next_nonce(self, name: str, floor: int) -> int:
        """Return a nonce that is at least `floor` and above all that were given out, and keep it.

        It is kept before it is used, so that no restart gives one out twice.
        """
        async with self._database.write(durable=True) as connection:
            query = select(_SYSTEMS.c.nonce).where(_SYSTEMS.c.name == name).with_for_update()
            row = (await connection.execute(query)).first()
            if row is None:
                raise await _not_found(connection, name)
            nonce = max(floor, int(row[0] or 0) + 1)
            await connection.execute(
                update(_SYSTEMS).where(_SYSTEMS.c.name == name).values(nonce=str(nonce))
            )
        return nonce

    async def acquire(self, name: str, holder: str, ttl_s: float) -> bool:
        """Take (or prolong) the right to sync a system for `ttl_s` seconds; False when taken."""
        now = self._clock.now()
        lease = (_SYSTEMS.c.lease_holder, _SYSTEMS.c.lease_expires_at)
        free = or_(lease[0].is_(None), lease[0] == holder, lease[1] <= encode_time(now))
        values = {
            "lease_holder": holder,
            "lease_expires_at": encode_time(now + timedelta(seconds=ttl_s)),
        }
        async with self._database.write() as connection:
            done = await connection.execute(
                update(_SYSTEMS).where(_SYSTEMS.c.name == name, free).values(values)
            )
            return done.rowcount == 1

    async def release(self, name: str, holder: str) -> None:
        """Give the right to sync back; nothing happens when somebody else has it by now."""
        async with self._database.write() as connection:
            await connection.execute(
                update(_SYSTEMS)
                .where(_SYSTEMS.c.name == name, _SYSTEMS.c.lease_holder == holder)
                .values(lease_holder=None, lease_expires_at=None)
            )

    async def holder_of(self, name: str) -> str | None:
        """Return who syncs a system, None when nobody does."""
        query = select(_SYSTEMS.c.lease_holder).where(
            _SYSTEMS.c.name == name,
            _SYSTEMS.c.lease_expires_at > encode_time(self._clock.now()),
        )
        async with self._database.read() as connection:
            holder = await connection.scalar(query)
        return None if holder is None else str(holder)

    async def set_cursors(
        self,
        name: str,
        *,
        changed: str | None = None,
        hooks: str | None = None,
        read_at: datetime | None = None,
    ) -> None:
        """Keep from where to go on; what is None stays."""
        given: dict[str, Any] = {"changed_cursor": changed, "hooks_cursor": hooks}
        given["read_at"] = encode_time(read_at) if read_at else None
        values = {column: value for column, value in given.items() if value is not None}
        if values:
            async with self._database.write(durable=True) as connection:
                await connection.execute(
                    update(_SYSTEMS).where(_SYSTEMS.c.name == name).values(values)
                )


async def system_id(connection: AsyncConnection, name: str) -> int:
    """Return the key that a system's rows carry; NotFound names what there is."""
    found = await connection.scalar(select(_SYSTEMS.c.id).where(_SYSTEMS.c.name == name))
    if found is None:
        raise await _not_found(connection, name)
    return int(found)


def _values(system: BillingSystem) -> dict[str, Any]:
    return dict(zip(SYSTEMS.columns, SYSTEMS.encode(system), strict=True))


async def _not_found(connection: AsyncConnection, name: str) -> NotFound:
    rows = await connection.execute(select(_SYSTEMS.c.name).order_by(_SYSTEMS.c.name))
    names = ", ".join(str(row[0]) for row in rows)
    if not names:
        return NotFound(
            f"There is no billing system '{name}'; add one with 'billing add splynx NAME --url U'."
        )
    return NotFound(f"There is no billing system '{name}'; there are {names}.")
