"""Carries out the items of a sync run: devices side by side, one item after the other on each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import (
    DeviceBusy,
    DeviceUnreachable,
    NotFound,
    PositronError,
    StoreError,
)
from positron_tui.domain.sync_runs import ItemKind, Outcome, SyncItem, SyncRun
from positron_tui.services.changes import Changes
from positron_tui.services.sync_edits import SyncEdits
from positron_tui.services.sync_types import OnSyncProgress, SyncProgress
from positron_tui.services.ticker import Ticker
from positron_tui.store import Store

_GOOD = (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED)
# Somebody else's change takes seconds; after that the item is left for the next run.
_BUSY_TRIES = 5
_BUSY_WAIT_S = 1.0
# Looks once more, also at billing before somebody is cut off: None = go on, else why not.
StillWanted = Callable[[SyncItem], Awaitable[str | None]]
# Told of every item that was verified, with its change.
OnDone = Callable[[SyncItem, Change | None], Awaitable[None]]


class RunningSync:
    """One run on its way; `stop` ends it behind the items that are running."""

    def __init__(
        self,
        run: SyncRun,
        items: Sequence[SyncItem],
        *,
        store: Store,
        changes: Changes,
        edits: SyncEdits,
        clock: Clock,
        ticker: Ticker,
        concurrency: int,
        still_wanted: StillWanted,
        on_done: OnDone,
        on_progress: OnSyncProgress,
    ) -> None:
        self.run = run
        self.items: dict[int, SyncItem] = {one.position: one for one in items}
        self.stopped = False
        self._store = store
        self._changes = changes
        self._edits = edits
        self._clock = clock
        self._ticker = ticker
        self._slots = asyncio.Semaphore(concurrency)
        self._still_wanted = still_wanted
        self._on_done = on_done
        self._on_progress = on_progress
        self._silent: dict[str, str] = {}
        self._broken: set[str] = set()
        self._durations: list[float] = []

    def stop(self) -> None:
        """Begin no more items."""
        self.stopped = True

    async def work(self, positions: Sequence[int]) -> None:
        """Carry out these items; what becomes of each is kept before the next one begins."""
        queues: dict[str, list[int]] = {}
        for position in positions:
            queues.setdefault(self.items[position].device or "", []).append(position)
        try:
            async with asyncio.TaskGroup() as group:
                for device, queue in queues.items():
                    name = f"sync {self.run.id} {device}"
                    group.create_task(self._one_by_one(queue), name=name)
        except ExceptionGroup as failures:  # what is no error of a device: the store, a defect
            raise failures.exceptions[0] from None

    async def _one_by_one(self, queue: Sequence[int]) -> None:
        async with self._slots:
            for position in queue:
                await self._try(self.items[position])

    async def _try(self, item: SyncItem) -> None:
        if self.stopped:
            await self._end(item, Outcome.SKIPPED, "The run was ended before it.")
        elif item.service_id in self._broken:
            await self._end(item, Outcome.SKIPPED, "What had to be done before it failed.")
        elif (item.device or "") in self._silent:
            await self._end(item, Outcome.REFUSED, self._silent[item.device or ""])
        else:
            await self._begin(item)
        if self.items[item.position].outcome is not Outcome.DONE:
            self._broken.add(item.service_id)
        self._tell(self.items[item.position])

    async def _begin(self, item: SyncItem) -> None:
        started = self._clock.monotonic()
        item = replace(item, outcome=Outcome.RUNNING, started_at=self._clock.now())
        await self._keep(item)
        try:
            why_not = await self._still_wanted(item)
            if why_not is not None:
                await self._end(item, Outcome.SKIPPED, why_not)
                return
            change = await self._change(item)
        except StoreError:
            raise
        except NotFound as error:
            if item.kind is ItemKind.RECONCILE:
                await self._end(item, Outcome.DONE, str(error))
            else:
                await self._end(item, Outcome.REFUSED, str(error))
        except PositronError as error:
            if isinstance(error, DeviceUnreachable) and item.device:
                self._silent[item.device] = str(error)
            await self._end(self.items[item.position], Outcome.REFUSED, str(error))
        else:
            await self._ended(self.items[item.position], change)
            self._durations.append(self._clock.monotonic() - started)

    async def _change(self, item: SyncItem) -> Change:
        for tries_left in range(_BUSY_TRIES, -1, -1):
            try:
                prepared = await self._changes.prepare(await self._edits.of(item))
                return await self._changes.execute(prepared, lambda now: self._note(item, now))
            except DeviceBusy:
                if not tries_left or self.stopped:
                    raise
            await self._ticker.sleep_until(self._clock.monotonic() + _BUSY_WAIT_S)
        raise AssertionError("the last try returns or raises")

    def _note(self, item: SyncItem, change: Change) -> None:
        """Remember the journal's entry as soon as there is one."""
        held = self.items[item.position]
        if change.id and held.change_id != change.id:
            self.items[item.position] = replace(held, change_id=change.id)

    async def _ended(self, item: SyncItem, change: Change) -> None:
        if change.state in _GOOD:
            if not change.steps and item.kind in (ItemKind.EDIT, ItemKind.SWAP):
                await self._edits.intend_as_it_runs(item)
            done = replace(item, change_id=change.id or None)
            await self._on_done(done, change)
            sentence = change.message or "Nothing had to be done on the device."
            await self._end(done, Outcome.DONE, sentence)
        else:
            refused = change.state is ChangeState.REFUSED
            outcome = Outcome.REFUSED if refused else Outcome.FAILED
            await self._end(replace(item, change_id=change.id), outcome, change.message or "")

    async def _end(self, item: SyncItem, outcome: Outcome, sentence: str) -> None:
        await self._keep(replace(item, outcome=outcome, sentence=sentence))

    async def _keep(self, item: SyncItem) -> None:
        self.items[item.position] = item
        await self._store.sync.set_item(self.run.id, item)

    def _tell(self, latest: SyncItem) -> None:
        work = [one for one in self.items.values() if one.kind.changes_device]
        open_ = [one for one in work if one.outcome in (Outcome.PENDING, Outcome.RUNNING)]
        self._on_progress(
            SyncProgress(
                run_id=self.run.id,
                phase="running",
                done=len(work) - len(open_),
                total=len(work),
                failed=sum(one.outcome.is_bad for one in work),
                eta_s=self._eta_s(open_),
                latest=latest,
            )
        )

    def _eta_s(self, left: Sequence[SyncItem]) -> float | None:
        """Return the seconds left: those of the longest queue."""
        if not self._durations:
            return None
        queues: Mapping[str, int] = _counted(left)
        each = sum(self._durations) / len(self._durations)
        return each * max(queues.values(), default=0)


def _counted(items: Sequence[SyncItem]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in items:
        found[one.device or ""] = found.get(one.device or "", 0) + 1
    return found
