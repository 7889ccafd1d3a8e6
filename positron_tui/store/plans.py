"""The fleet-wide catalogue of plans."""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update

from positron_tui.domain.errors import NotFound
from positron_tui.domain.plans import Plan
from positron_tui.store import tables
from positron_tui.store.database import Database
from positron_tui.store.rows import PLANS

_TABLE = tables.plans


class PlanRepository:
    """Plans by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self) -> tuple[Plan, ...]:
        """Return all plans by name."""
        columns = [_TABLE.c[name] for name in PLANS.columns]
        async with self._database.read() as connection:
            rows = await connection.execute(select(*columns).order_by(_TABLE.c.name))
        return tuple(PLANS.decode(row) for row in rows)

    async def put(self, plan: Plan) -> None:
        """Keep a plan in the place of the one with its name."""
        values = dict(zip(PLANS.columns, PLANS.encode(plan), strict=True))
        async with self._database.write(durable=True) as connection:
            await connection.execute(delete(_TABLE).where(_TABLE.c.name == plan.name))
            await connection.execute(insert(_TABLE).values(values))

    async def replace(self, name: str, plan: Plan) -> None:
        """Put a plan in the place of the one called `name`; NotFound when there is none."""
        values = dict(zip(PLANS.columns, PLANS.encode(plan), strict=True))
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(
                update(_TABLE).where(_TABLE.c.name == name).values(values)
            )
            if not done.rowcount:
                raise NotFound(f"There is no plan '{name}' in the catalogue.")

    async def remove(self, name: str) -> None:
        """Take a plan out of the catalogue."""
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(delete(_TABLE).where(_TABLE.c.name == name))
            if not done.rowcount:
                raise NotFound(f"There is no plan '{name}' in the catalogue.")
