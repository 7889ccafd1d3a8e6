"""Hooks that were delivered; their bodies are not kept, since they may hold secrets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from positron_tui.domain.errors import NotFound
from positron_tui.domain.sync_runs import Hook, HookState
from positron_tui.store import tables
from positron_tui.store.billing_rows import HOOKS
from positron_tui.store.codec import encode_time
from positron_tui.store.database import Database, insert_sql

# So long an equal delivery counts as the same one.
SAME_WITHIN = timedelta(minutes=10)
_TABLE = tables.billing["billing_hooks"]
# One statement asks for that many at once; databases limit the values of a statement.
_ASKED_AT_ONCE = 500
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many hooks wait, and since when the first of them; None = none does."""

    waiting: int
    oldest: datetime | None


class HookRepository:
    """Hooks by id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(self, hooks: Sequence[Hook]) -> None:
        """Keep deliveries in one transaction that survives a power failure.

        The store gives them their ids. One that waits already and is equal only counts up,
        and so does one that causes nothing (ignored) when such a one just came: reads and pings
        come by the thousand.
        """
        if not hooks:
            return
        async with self._database.write(durable=True) as connection:
            ids = await _known(connection, hooks)
            again = Counter(ids[key] for key in map(_key, hooks) if key in ids)
            fresh: dict[_Key, Hook] = {}
            for hook in hooks:
                key = _key(hook)
                if key in fresh:
                    fresh[key] = replace(fresh[key], times=fresh[key].times + 1)
                elif key not in ids:
                    fresh[key] = hook
            if again:
                await connection.execute(
                    _COUNT_UP, [{"row": one, "more": more} for one, more in again.items()]
                )
            if fresh:
                # All rows in one call of the driver; getting the ids back would be a call a row.
                sql = insert_sql(_TABLE, connection.dialect, _NEW_COLUMNS)
                rows = [HOOKS.encode(one)[1:] for one in fresh.values()]
                await connection.exec_driver_sql(sql, rows)

    async def waiting(self, limit: int, system: str | None = None) -> tuple[Hook, ...]:
        """Return hooks that nobody handled yet, the oldest first."""
        query = _hooks().where(_TABLE.c.state == HookState.RECEIVED).order_by(_TABLE.c.id)
        return await self._read(_of(query, system).limit(limit))

    async def late(self, before: datetime, limit: int = 100) -> tuple[Hook, ...]:
        """Return hooks that came before a moment and still wait, the oldest first."""
        query = (
            _hooks()
            .where(_TABLE.c.state == HookState.RECEIVED, _TABLE.c.received_at < encode_time(before))
            .order_by(_TABLE.c.id)
        )
        return await self._read(query.limit(limit))

    async def list(
        self, limit: int = 100, system: str | None = None, state: HookState | None = None
    ) -> tuple[Hook, ...]:
        """Return the newest hooks, of one system or in one state when that is named."""
        query = _of(_hooks(), system).order_by(_TABLE.c.id.desc()).limit(limit)
        return await self._read(query if state is None else query.where(_TABLE.c.state == state))

    async def get(self, hook_id: int) -> Hook:
        """Return one hook; NotFound."""
        found = await self._read(_hooks().where(_TABLE.c.id == hook_id))
        if not found:
            raise NotFound(f"There is no hook {hook_id}; old ones are forgotten after some weeks.")
        return found[0]

    async def backlog(self) -> Backlog:
        """Return how many hooks wait and since when."""
        query = select(func.count(), func.min(_TABLE.c.received_at)).where(
            _TABLE.c.state == HookState.RECEIVED
        )
        async with self._database.read() as connection:
            count, oldest = (await connection.execute(query)).one()
        return Backlog(int(count), None if oldest is None else datetime.fromisoformat(oldest))

    async def end(
        self,
        hooks: Iterable[Hook],
        state: HookState,
        *,
        handled_at: datetime,
        sentence: str | None = None,
        run_id: int | None = None,
    ) -> None:
        """Keep what became of hooks, as they were read here.

        One that was delivered again since then stays as it is: what it tells may be newer than
        what was read because of it.
        """
        rows = [{"row": hook.id, "seen": hook.times} for hook in hooks]
        if not rows:
            return
        statement = (
            update(_TABLE)
            .where(
                _TABLE.c.id == bindparam("row"),
                _TABLE.c.times == bindparam("seen"),
                _TABLE.c.state == HookState.RECEIVED,
            )
            .values(
                state=str(state),
                handled_at=encode_time(handled_at),
                sentence=sentence,
                run_id=run_id,
                tries=_TABLE.c.tries + 1,
            )
        )
        async with self._database.write() as connection:
            await connection.execute(statement, rows)

    async def tried(self, hooks: Iterable[Hook], sentence: str) -> None:
        """Keep that hooks could not be handled now, and why; they go on waiting."""
        rows = [{"row": hook.id} for hook in hooks]
        if not rows:
            return
        statement = (
            update(_TABLE)
            .where(_TABLE.c.id == bindparam("row"), _TABLE.c.state == HookState.RECEIVED)
            .values(tries=_TABLE.c.tries + 1, sentence=sentence)
        )
        async with self._database.write() as connection:
            await connection.execute(statement, rows)

    async def prune(self, before: datetime) -> int:
        """Forget ended hooks that came before a moment; return how many. Waiting ones stay."""
        async with self._database.write() as connection:
            done = await connection.execute(
                delete(_TABLE).where(
                    _TABLE.c.state != HookState.RECEIVED,
                    _TABLE.c.received_at < encode_time(before),
                )
            )
        return int(done.rowcount)

    async def _read(self, query: Any) -> tuple[Hook, ...]:
        async with self._database.read() as connection:
            return tuple(HOOKS.decode(row) for row in await connection.execute(query))


_NEW_COLUMNS = tuple(HOOKS.columns)[1:]  # all but the id
_COUNT_UP = (
    update(_TABLE)
    .where(_TABLE.c.id == bindparam("row"))
    .values(times=_TABLE.c.times + bindparam("more"))
)


async def _known(connection: AsyncConnection, hooks: Sequence[Hook]) -> dict[_Key, int]:
    """Return the rows that equal deliveries count up, by key; locked until the commit."""
    since = encode_time(min(hook.received_at for hook in hooks) - SAME_WITHIN)
    digests = sorted({hook.digest for hook in hooks if hook.state is HookState.RECEIVED})
    events = sorted({hook.event for hook in hooks if hook.state is HookState.IGNORED})
    found: dict[_Key, int] = {}
    for state, column, values in (
        (HookState.RECEIVED, _TABLE.c.digest, digests),
        (HookState.IGNORED, _TABLE.c.event, events),
    ):
        for start in range(0, len(values), _ASKED_AT_ONCE):
            query = _hooks().where(
                _TABLE.c.state == state,
                _TABLE.c.received_at > since,
                column.in_(values[start : start + _ASKED_AT_ONCE]),
            )
            for row in await connection.execute(query.with_for_update()):
                hook = HOOKS.decode(row)
                found[_key(hook)] = hook.id
    return found


def _key(hook: Hook) -> _Key:
    """Return what is the same in deliveries that count as one."""
    if hook.state is HookState.IGNORED:
        return ("ignored", hook.system, hook.event)
    # One body may tell of several objects.
    parts = (hook.digest, hook.event, hook.account_id or "", hook.service_id or "")
    return (hook.state.value, hook.system, *parts)


def _hooks() -> Any:
    return select(*(_TABLE.c[name] for name in HOOKS.columns))


def _of(query: Any, system: str | None) -> Any:
    return query if system is None else query.where(_TABLE.c.system == system)
