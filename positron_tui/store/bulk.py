"""Bulk runs and their rows, kept so that a run can be resumed after a crash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select, update

from positron_tui.domain.bulk import BulkItem, BulkRun
from positron_tui.domain.errors import NotFound
from positron_tui.store import tables
from positron_tui.store.bulk_rows import BULK_ITEMS, BULK_RUNS
from positron_tui.store.database import Database

_RUNS = tables.bulk_runs
_ITEMS = tables.bulk_items


class BulkRepository:
    """Bulk runs by id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, run: BulkRun, items: Sequence[BulkItem]) -> BulkRun:
        """Keep a new run with all of its rows and return it with its id."""
        values = _run_values(run)
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(insert(_RUNS).values(values).returning(_RUNS.c.id))
            run = replace(run, id=int(done.scalar_one()))
            if items:
                rows = [{"run_id": run.id, **_item_values(item)} for item in items]
                await connection.execute(insert(_ITEMS), rows)
        return run

    async def set_run(self, run: BulkRun) -> None:
        """Keep how a run stands."""
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(
                update(_RUNS).where(_RUNS.c.id == run.id).values(_run_values(run))
            )
            if not done.rowcount:
                raise _no_run(run.id)

    async def set_item(self, run_id: int, item: BulkItem) -> None:
        """Keep how a row of a run stands."""
        this_row = (_ITEMS.c.run_id == run_id) & (_ITEMS.c.position == item.position)
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(
                update(_ITEMS).where(this_row).values(_item_values(item))
            )
            if not done.rowcount:
                raise _no_run(run_id)

    async def get(self, run_id: int) -> tuple[BulkRun, tuple[BulkItem, ...]]:
        """Return a run and its rows in order."""
        columns = [_ITEMS.c[name] for name in BULK_ITEMS.columns]
        rows = select(*columns).where(_ITEMS.c.run_id == run_id).order_by(_ITEMS.c.position)
        async with self._database.read() as connection:
            found = (await connection.execute(_runs().where(_RUNS.c.id == run_id))).first()
            if found is None:
                raise _no_run(run_id)
            items = tuple(BULK_ITEMS.decode(row) for row in await connection.execute(rows))
        return BULK_RUNS.decode(found), items

    async def list(self, limit: int = 50) -> tuple[BulkRun, ...]:
        """Return the newest runs."""
        async with self._database.read() as connection:
            rows = await connection.execute(_runs().order_by(_RUNS.c.id.desc()).limit(limit))
        return tuple(BULK_RUNS.decode(row) for row in rows)


def _runs() -> Any:
    return select(*(_RUNS.c[name] for name in BULK_RUNS.columns))


def _run_values(run: BulkRun) -> dict[str, Any]:
    values = dict(zip(BULK_RUNS.columns, BULK_RUNS.encode(run), strict=True))
    del values["id"]
    return values


def _item_values(item: BulkItem) -> dict[str, Any]:
    return dict(zip(BULK_ITEMS.columns, BULK_ITEMS.encode(item), strict=True))


def _no_run(run_id: int) -> NotFound:
    return NotFound(f"There is no bulk run {run_id}; 'bulk list' shows those that there are.")
