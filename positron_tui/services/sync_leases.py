"""Who syncs a billing system: one process at a time, several runs inside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import Refused
from positron_tui.services.leases import holder_is_dead
from positron_tui.services.tasks import TaskKeeper
from positron_tui.services.ticker import Ticker
from positron_tui.store import Store

_TTL_S = 60.0
_RENEW_S = 20.0
_WAIT_S = 30.0
_LOOK_EVERY_S = 0.5


class SyncLeases:
    """The right to sync, by system; renewed by a task as long as somebody holds it."""

    def __init__(
        self, *, store: Store, clock: Clock, ticker: Ticker, tasks: TaskKeeper, holder: str
    ) -> None:
        self._store = store
        self._clock = clock
        self._ticker = ticker
        self._tasks = tasks
        self._holder = holder
        self._held: dict[str, int] = {}

    @asynccontextmanager
    async def of(self, system: str) -> AsyncIterator[None]:
        """Hold the lease of a system; Refused when another console keeps it for long."""
        if not self._held.get(system):
            await self._acquire(system)
        self._held[system] = self._held.get(system, 0) + 1
        task = f"lease of {system}"
        if not self._tasks.running(task):
            self._tasks.start(task, self._renew(system))
        try:
            yield
        finally:
            self._held[system] -= 1
            if not self._held[system]:
                await self._tasks.cancel(task)
                await self._store.billing.release(system, self._holder)

    async def _acquire(self, system: str) -> None:
        give_up = self._clock.monotonic() + _WAIT_S
        while not await self._store.billing.acquire(system, self._holder, _TTL_S):
            owner = await self._store.billing.holder_of(system)
            if owner is not None and holder_is_dead(owner):
                await self._store.billing.release(system, owner)
                continue
            if self._clock.monotonic() >= give_up:
                raise Refused(
                    f"{system} is being compared by another console ({owner or 'just finished'}); "
                    "wait until that is done and try again."
                )
            await self._ticker.sleep_until(self._clock.monotonic() + _LOOK_EVERY_S)

    async def _renew(self, system: str) -> None:
        while True:
            await self._ticker.sleep_until(self._clock.monotonic() + _RENEW_S)
            await self._store.billing.acquire(system, self._holder, _TTL_S)
