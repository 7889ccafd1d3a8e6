"""Brings deliveries into the store: one transaction, and one wait for the disk, for many."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import StoreError
from positron_tui.domain.sync_runs import Hook, HookState
from positron_tui.services.events import EventBus, HooksReceived
from positron_tui.store import Store

# Ended hooks are kept so long; a look for older ones is taken once a day.
KEPT = timedelta(weeks=4)
_PRUNE_EVERY_S = 86_400.0
# More than that would keep other writers of the store waiting.
MOST_AT_ONCE = 500
# The first of a burst waits this moment for the others: one wait for the disk instead of two.
_GATHER_S = 0.003
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    hooks: Sequence[Hook]
    stored: asyncio.Future[None]


class HookWriter:
    """Stores what `store` is given while `run` runs; whoever waits gets to know how it ended."""

    def __init__(self, store: Store, events: EventBus, clock: Clock) -> None:
        self._store = store
        self._events = events
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._come = asyncio.Event()
        self._pruned_at: float | None = None

    async def store(self, hooks: Sequence[Hook]) -> None:
        """Return when the hooks are in the store and would survive a power failure; StoreError."""
        if not hooks:
            return
        waiting = _Waiting(hooks, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._come.set()
        await waiting.stored

    async def run(self) -> None:
        """Store for ever, all that came in the meantime at once."""
        while True:
            await self._come.wait()
            await asyncio.sleep(_GATHER_S)
            batch = self._take()
            await self._write(batch)
            await self._prune()

    def _take(self) -> list[_Waiting]:
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        if not self._waiting:
            self._come.clear()
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        hooks = [hook for one in batch for hook in one.hooks]
        try:
            await self._store.hooks.receive(hooks)
        except StoreError as error:
            _log.warning("%d hooks could not be stored: %s", len(hooks), error)
            _fail(batch, error)
            return
        except BaseException as error:
            # Nobody must wait for ever; what they are told makes the sender come again.
            _fail(batch, StoreError("The hook could not be stored."))
            if not isinstance(error, Exception):
                raise
            _log.exception("hooks could not be stored")
            return
        for one in batch:
            if not one.stored.done():
                one.stored.set_result(None)
        for system in sorted({one.system for one in hooks if one.state is HookState.RECEIVED}):
            self._events.publish(HooksReceived(system))

    async def _prune(self) -> None:
        now = self._clock.monotonic()
        if self._pruned_at is not None and now - self._pruned_at < _PRUNE_EVERY_S:
            return
        self._pruned_at = now
        try:
            await self._store.hooks.prune(self._clock.now() - KEPT)
        except StoreError as error:
            _log.warning("old hooks could not be forgotten: %s", error)


def _fail(batch: Sequence[_Waiting], error: StoreError) -> None:
    for one in batch:
        if not one.stored.done():
            one.stored.set_exception(error)
