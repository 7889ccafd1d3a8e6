"""Sync runs with their items, conflicts, and what is to be written back to billing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from positron_tui.domain.errors import NotFound
from positron_tui.domain.sync_runs import (
    Conflict,
    ItemKind,
    Outcome,
    RunState,
    SyncItem,
    SyncRun,
    WriteBack,
    WriteState,
)
from positron_tui.store import tables
from positron_tui.store.billing_rows import CONFLICTS, SYNC_ITEMS, SYNC_RUNS, WRITES
from positron_tui.store.codec import RowCodec, encode_time
from positron_tui.store.database import Database

_RUNS = tables.billing["sync_runs"]
_ITEMS = tables.billing["sync_items"]
_CONFLICTS = tables.billing["sync_conflicts"]
_WRITES = tables.billing["billing_writes"]
_OPEN_RUNS = [one.value for one in RunState if not one.ended]
_OPEN_WRITES = [WriteState.PENDING.value, WriteState.SENT.value]
_CUTS = [one.value for one in ItemKind if one.cuts_off]


class SyncRepository:
    """Runs, conflicts and write-backs by id, newest first in lists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create_run(self, run: SyncRun) -> SyncRun:
        """Keep a new run and return it with its id."""
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(
                insert(_RUNS).values(_values(SYNC_RUNS, run)).returning(_RUNS.c.id)
            )
            return replace(run, id=int(done.scalar_one()))

    async def set_run(self, run: SyncRun) -> None:
        """Keep how a run stands."""
        async with self._database.write(durable=True) as connection:
            await connection.execute(
                update(_RUNS).where(_RUNS.c.id == run.id).values(_values(SYNC_RUNS, run))
            )

    async def add_items(self, run_id: int, items: Sequence[SyncItem]) -> None:
        """Keep the items of a run before anything of it is done."""
        if not items:
            return
        rows = [{"run_id": run_id, **_values(SYNC_ITEMS, one, keep=())} for one in items]
        async with self._database.write(durable=True) as connection:
            await connection.execute(insert(_ITEMS), rows)

    async def set_item(self, run_id: int, item: SyncItem) -> None:
        """Keep how an item stands."""
        this = (_ITEMS.c.run_id == run_id) & (_ITEMS.c.position == item.position)
        async with self._database.write(durable=True) as connection:
            await connection.execute(
                update(_ITEMS).where(this).values(_values(SYNC_ITEMS, item, keep=()))
            )

    async def run(self, run_id: int) -> SyncRun:
        """Return a run; NotFound."""
        async with self._database.read() as connection:
            query = select(*_columns(_RUNS, SYNC_RUNS)).where(_RUNS.c.id == run_id)
            row = (await connection.execute(query)).first()
        if row is None:
            raise NotFound(f"There is no sync run {run_id}; 'sync log' shows those that there are.")
        return SYNC_RUNS.decode(row)

    async def items(self, run_id: int) -> tuple[SyncItem, ...]:
        """Return the items of a run in order."""
        query = select(*_columns(_ITEMS, SYNC_ITEMS)).where(_ITEMS.c.run_id == run_id)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(_ITEMS.c.position))
        return tuple(SYNC_ITEMS.decode(row) for row in rows)

    async def runs(self, limit: int = 50, system: str | None = None) -> tuple[SyncRun, ...]:
        """Return the newest runs, of one system or of all."""
        query = select(*_columns(_RUNS, SYNC_RUNS)).order_by(_RUNS.c.id.desc()).limit(limit)
        if system is not None:
            query = query.where(_RUNS.c.system == system)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
        return tuple(SYNC_RUNS.decode(row) for row in rows)

    async def open_runs(self) -> tuple[SyncRun, ...]:
        """Return the runs that no console has brought to an end, oldest first."""
        query = select(*_columns(_RUNS, SYNC_RUNS)).where(_RUNS.c.state.in_(_OPEN_RUNS))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(_RUNS.c.id))
        return tuple(SYNC_RUNS.decode(row) for row in rows)

    async def items_of_service(
        self, system: str, service_id: str, limit: int = 20
    ) -> tuple[tuple[int, SyncItem], ...]:
        """Return the newest items about a service with the runs that they belong to."""
        query = (
            select(_ITEMS.c.run_id, *_columns(_ITEMS, SYNC_ITEMS))
            .join_from(_ITEMS, _RUNS)
            .where(_ITEMS.c.service_id == service_id, _RUNS.c.system == system)
            .order_by(_ITEMS.c.run_id.desc(), _ITEMS.c.position)
            .limit(limit)
        )
        async with self._database.read() as connection:
            rows = await connection.execute(query)
        return tuple((int(row[0]), SYNC_ITEMS.decode(row[1:])) for row in rows)

    async def begun(self, system: str, service_id: str) -> tuple[tuple[SyncRun, SyncItem], ...]:
        """Return the items about a service that are being carried out, with their runs."""
        query = (
            select(*_columns(_RUNS, SYNC_RUNS), *_columns(_ITEMS, SYNC_ITEMS))
            .join_from(_ITEMS, _RUNS)
            .where(
                _RUNS.c.system == system,
                _ITEMS.c.service_id == service_id,
                _ITEMS.c.outcome == Outcome.RUNNING.value,
                _RUNS.c.state == RunState.RUNNING.value,
            )
        )
        split = len(SYNC_RUNS.columns)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
        return tuple(
            (SYNC_RUNS.decode(row[:split]), SYNC_ITEMS.decode(row[split:])) for row in rows
        )

    async def left_behind(self, run_ids: Collection[int]) -> dict[int, int]:
        """Return how many items of runs failed, were refused or skipped; only of those with any."""
        bad = [one.value for one in Outcome if one.is_bad]
        query = (
            select(_ITEMS.c.run_id, func.count())
            .where(_ITEMS.c.run_id.in_(list(run_ids)), _ITEMS.c.outcome.in_(bad))
            .group_by(_ITEMS.c.run_id)
        )
        async with self._database.read() as connection:
            return {int(row[0]): int(row[1]) for row in await connection.execute(query)}

    async def cut_since(self, system: str, since: datetime) -> set[str]:
        """Return the services whose suspension or removal was begun since then."""
        query = (
            select(_ITEMS.c.service_id)
            .join_from(_ITEMS, _RUNS)
            .where(
                _RUNS.c.system == system,
                _ITEMS.c.kind.in_(_CUTS),
                _ITEMS.c.outcome.in_((Outcome.RUNNING.value, Outcome.DONE.value)),
                _ITEMS.c.started_at >= encode_time(since),
            )
        )
        async with self._database.read() as connection:
            return {str(row[0]) for row in await connection.execute(query)}

    async def prune(self, *, empty_before: datetime, before: datetime) -> int:
        """Forget old runs, and those without items sooner; return how many. Open ones stay."""
        with_items = select(_ITEMS.c.run_id).where(_ITEMS.c.run_id == _RUNS.c.id).exists()
        empty = (_RUNS.c.started_at < encode_time(empty_before)) & ~with_items
        old = (_RUNS.c.started_at < encode_time(before)) | empty
        chosen = select(_RUNS.c.id).where(_RUNS.c.state.not_in(_OPEN_RUNS), old)
        async with self._database.write() as connection:
            ids = [row[0] for row in await connection.execute(chosen)]
            for one in ids:
                await connection.execute(delete(_ITEMS).where(_ITEMS.c.run_id == one))
                await connection.execute(delete(_RUNS).where(_RUNS.c.id == one))
        return len(ids)

    async def put_conflict(self, conflict: Conflict) -> Conflict:
        """Keep a conflict: the open one of the same field is brought up to date."""
        same = (
            (_CONFLICTS.c.system == conflict.system)
            & (_CONFLICTS.c.service_id == conflict.service_id)
            & (_CONFLICTS.c.field == conflict.field)
            & _CONFLICTS.c.resolved_at.is_(None)
        )
        async with self._database.write(durable=True) as connection:
            row = (
                await connection.execute(select(_CONFLICTS.c.id, _CONFLICTS.c.found_at).where(same))
            ).first()
            if row is None:
                done = await connection.execute(
                    insert(_CONFLICTS)
                    .values(_values(CONFLICTS, conflict))
                    .returning(_CONFLICTS.c.id)
                )
                return replace(conflict, id=int(done.scalar_one()))
            kept = replace(conflict, id=row[0], found_at=datetime.fromisoformat(row[1]))
            await connection.execute(
                update(_CONFLICTS)
                .where(_CONFLICTS.c.id == kept.id)
                .values(_values(CONFLICTS, kept))
            )
            return kept

    async def set_conflict(self, conflict: Conflict) -> None:
        """Keep how a conflict stands."""
        async with self._database.write(durable=True) as connection:
            await connection.execute(
                update(_CONFLICTS)
                .where(_CONFLICTS.c.id == conflict.id)
                .values(_values(CONFLICTS, conflict))
            )

    async def conflict(self, conflict_id: int) -> Conflict:
        """Return a conflict; NotFound."""
        found = await self._conflicts(_CONFLICTS.c.id == conflict_id)
        if not found:
            raise NotFound(f"There is no conflict {conflict_id}; 'sync conflicts' shows all.")
        return found[0]

    async def conflicts(
        self, system: str | None = None, *, resolved: bool = False
    ) -> tuple[Conflict, ...]:
        """Return the conflicts that wait for somebody (or those that were resolved)."""
        done = _CONFLICTS.c.resolved_at
        condition: ColumnElement[bool] = done.is_not(None) if resolved else done.is_(None)
        if system is not None:
            condition &= _CONFLICTS.c.system == system
        return await self._conflicts(condition)

    async def add_write(self, write: WriteBack) -> WriteBack:
        """Keep what is to be written; one of the same key that was kept before is returned."""
        async with self._database.write(durable=True) as connection:
            query = select(*_columns(_WRITES, WRITES)).where(_WRITES.c.key == write.key)
            row = (await connection.execute(query)).first()
            if row is not None:
                return WRITES.decode(row)
            done = await connection.execute(
                insert(_WRITES).values(_values(WRITES, write)).returning(_WRITES.c.id)
            )
            return replace(write, id=int(done.scalar_one()))

    async def set_write(self, write: WriteBack) -> None:
        """Keep how a write-back stands."""
        async with self._database.write(durable=True) as connection:
            await connection.execute(
                update(_WRITES).where(_WRITES.c.id == write.id).values(_values(WRITES, write))
            )

    async def open_writes(self, system: str) -> tuple[WriteBack, ...]:
        """Return what is not written yet, or without an answer, oldest first."""
        condition = (_WRITES.c.system == system) & _WRITES.c.state.in_(_OPEN_WRITES)
        query = select(*_columns(_WRITES, WRITES)).where(condition).order_by(_WRITES.c.id)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
        return tuple(WRITES.decode(row) for row in rows)

    async def writes_of(self, run_ids: Collection[int]) -> tuple[WriteBack, ...]:
        """Return what runs wrote or wanted to write."""
        query = select(*_columns(_WRITES, WRITES)).where(_WRITES.c.run_id.in_(list(run_ids)))
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(_WRITES.c.id))
        return tuple(WRITES.decode(row) for row in rows)

    async def _conflicts(self, condition: ColumnElement[bool]) -> tuple[Conflict, ...]:
        query = select(*_columns(_CONFLICTS, CONFLICTS)).where(condition)
        async with self._database.read() as connection:
            rows = await connection.execute(query.order_by(_CONFLICTS.c.id.desc()))
        return tuple(CONFLICTS.decode(row) for row in rows)


def _columns(table: Any, codec: RowCodec[Any]) -> list[Any]:
    return [table.c[name] for name in codec.columns]


def _values(codec: RowCodec[Any], entity: Any, keep: tuple[str, ...] = ("id",)) -> dict[str, Any]:
    """Return an entity's values by column; the id is the database's."""
    values = dict(zip(codec.columns, codec.encode(entity), strict=True))
    return {name: value for name, value in values.items() if name not in keep}
