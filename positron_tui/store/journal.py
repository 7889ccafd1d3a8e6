"""The journal of changes: what was asked, by whom, what happened. Nothing is ever deleted.

Every transition is a row of its own; `changes` and `change_steps` hold the latest state besides.
All writes survive a power failure, because they are made before the command that they announce.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from positron_tui.domain.changes import Change, ChangeEvent, ChangeState, ChangeStep, StepState
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import NotFound
from positron_tui.domain.running_config import RunningConfig
from positron_tui.store import tables
from positron_tui.store.codec import BOOLEAN, TEXT, TIME
from positron_tui.store.config_documents import decode_config, encode_config
from positron_tui.store.database import Database
from positron_tui.store.devices import device_id
from positron_tui.store.rows import CHANGES, EVENTS, STEPS

_CHANGES = tables.changes
_STEPS = tables.change_steps
_EVENTS = tables.change_events
_OPEN_STATES = [state.value for state in ChangeState if not state.finished]
# A renamed device is found under its new name, a removed one under its last.
_DEVICE = func.coalesce(tables.devices.c.name, _CHANGES.c.device)


class Journal:
    """Changes by id, newest first in lists."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(
        self,
        change: Change,
        basis: RunningConfig | None = None,
        wanted: RunningConfig | None = None,
    ) -> int:
        """Record a change with its steps before anything of it is done, and return its id.

        `basis` and `wanted` hold the objects that it touches, before and after.
        """
        values = dict(zip(CHANGES.columns, CHANGES.encode(change), strict=True))
        del values["id"]
        values["basis"] = None if basis is None else encode_config(basis)
        values["wanted"] = None if wanted is None else encode_config(wanted)
        async with self._database.write(durable=True) as connection:
            values["device_id"] = await device_id(connection, change.device)
            done = await connection.execute(
                insert(_CHANGES).values(values).returning(_CHANGES.c.id)
            )
            change_id = int(done.scalar_one())
            if change.steps:
                rows = [_step_values(change_id, step) for step in change.steps]
                await connection.execute(insert(_STEPS), rows)
            await self._record(connection, change_id, change.state, change.message or "", {})
        return change_id

    async def set_state(
        self,
        change_id: int,
        state: ChangeState,
        *,
        message: str | None = None,
        verified_at: datetime | None = None,
        saved: bool | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        """Record a transition; what is None keeps the value that it had."""
        values: dict[str, Any] = {"state": state.value}
        given = {"message": (TEXT, message), "verified_at": (TIME, verified_at)}
        for name, (kind, value) in (given | {"saved": (BOOLEAN, saved)}).items():
            if value is not None:
                values[name] = kind.encode(value) if kind.encode else value
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(
                update(_CHANGES).where(_CHANGES.c.id == change_id).values(values)
            )
            if not done.rowcount:
                raise _no_change(change_id)
            await self._record(connection, change_id, state, message or "", details or {})

    async def set_step(
        self, change_id: int, index: int, state: StepState, reply: str | None = None
    ) -> None:
        """Record what became of one step; the event carries the step's number and state."""
        values: dict[str, Any] = {"state": state.value}
        if reply is not None and TEXT.encode:
            values["reply"] = TEXT.encode(reply)
        this_step = (_STEPS.c.change_id == change_id) & (_STEPS.c.position == index)
        async with self._database.write(durable=True) as connection:
            done = await connection.execute(update(_STEPS).where(this_step).values(values))
            if not done.rowcount:
                raise NotFound(f"The journal has no step {index} of a change {change_id}.")
            current = await connection.scalar(
                select(_CHANGES.c.state).where(_CHANGES.c.id == change_id)
            )
            details = {"step": index, "step_state": state.value}
            await self._record(connection, change_id, ChangeState(str(current)), "", details)

    async def get(self, change_id: int) -> Change:
        """Return one change with its steps."""
        found = await self._select(_CHANGES.c.id == change_id, limit=1)
        if not found:
            raise _no_change(change_id)
        return found[0]

    async def documents(self, change_id: int) -> tuple[RunningConfig, RunningConfig] | None:
        """Return the touched objects of a change before and after; None when none were kept."""
        columns = (_CHANGES.c.basis, _CHANGES.c.wanted)
        async with self._database.read() as connection:
            row = (
                await connection.execute(select(*columns).where(_CHANGES.c.id == change_id))
            ).first()
        if row is None:
            raise _no_change(change_id)
        if row[0] is None or row[1] is None:
            return None
        return decode_config(row[0]), decode_config(row[1])

    async def inverses(self, change_id: int) -> tuple[Change, ...]:
        """Return the changes that were made to undo this one, newest first."""
        return await self._select(_CHANGES.c.inverse_of == change_id, limit=None)

    async def list(self, limit: int = 100, device: str | None = None) -> tuple[Change, ...]:
        """Return the newest changes, of one device or of all."""
        return await self._select(
            None if device is None else _DEVICE.is_not_distinct_from(device), limit
        )

    async def of_subject(self, kind: str, subject: str) -> tuple[Change, ...]:
        """Return the changes of one kind that were made to one subject, oldest first."""
        same = (_CHANGES.c.kind == kind) & (_CHANGES.c.subject == subject)
        return tuple(reversed(await self._select(same, limit=None)))

    async def unfinished(self) -> tuple[Change, ...]:
        """Return the changes that no console has brought to an end, newest first."""
        return await self._select(_CHANGES.c.state.in_(_OPEN_STATES), limit=None)

    async def events(self, change_id: int) -> tuple[ChangeEvent, ...]:
        """Return every transition of a change in order."""
        columns = [_EVENTS.c[name] for name in EVENTS.columns]
        query = select(*columns).where(_EVENTS.c.change_id == change_id).order_by(_EVENTS.c.id)
        async with self._database.read() as connection:
            rows = await connection.execute(query)
        return tuple(EVENTS.decode(row) for row in rows)

    async def _select(
        self, condition: ColumnElement[bool] | None, limit: int | None
    ) -> tuple[Change, ...]:
        columns = [_DEVICE if name == "device" else _CHANGES.c[name] for name in CHANGES.columns]
        query = (
            select(*columns)
            .select_from(_CHANGES.outerjoin(tables.devices))
            .order_by(_CHANGES.c.id.desc())
            .limit(limit)
        )
        if condition is not None:
            query = query.where(condition)
        async with self._database.read() as connection:
            changes = [CHANGES.decode(row) for row in await connection.execute(query)]
            steps = await _steps_of(connection, [change.id for change in changes])
        return tuple(replace(change, steps=tuple(steps[change.id])) for change in changes)

    async def _record(
        self,
        connection: AsyncConnection,
        change_id: int,
        state: ChangeState,
        text: str,
        details: Mapping[str, object],
    ) -> None:
        event = ChangeEvent(change_id, self._clock.now(), state, text, details)
        values = dict(zip(EVENTS.columns, EVENTS.encode(event), strict=True))
        await connection.execute(insert(_EVENTS).values(values))


async def _steps_of(
    connection: AsyncConnection, change_ids: Iterable[int]
) -> dict[int, list[ChangeStep]]:
    steps: dict[int, list[ChangeStep]] = {change_id: [] for change_id in change_ids}
    columns = [_STEPS.c[name] for name in STEPS.columns]
    query = (
        select(_STEPS.c.change_id, *columns)
        .where(_STEPS.c.change_id.in_(list(steps)))
        .order_by(_STEPS.c.change_id, _STEPS.c.position)
    )
    for row in await connection.execute(query):
        steps[row[0]].append(STEPS.decode(row[1:]))
    return steps


def _step_values(change_id: int, step: ChangeStep) -> dict[str, Any]:
    return {"change_id": change_id, **dict(zip(STEPS.columns, STEPS.encode(step), strict=True))}


def _no_change(change_id: int) -> NotFound:
    return NotFound(f"The journal has no change {change_id}.")
