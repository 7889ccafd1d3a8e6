"""One bulk run on its way: who is next, what became of whom, and when to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from positron_tui.domain.bulk import BulkItem, BulkRun, BulkState, ItemState
from positron_tui.domain.changes import Change
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import DeviceUnreachable, PositronError, StoreError
from positron_tui.services.actions import ActionEdit, Actions
from positron_tui.services.bulk_answers import ended_by_change, refused, run_sentence
from positron_tui.services.changes import Changes
from positron_tui.store import Store


@dataclass(frozen=True, slots=True)
class BulkProgress:
    """How far a run is; `eta_s` is None before the first item ended. `devices`: done, total."""

    bulk_id: int
    done: int
    total: int
    failed: int
    refused: int
    eta_s: float | None
    devices: Mapping[str, tuple[int, int]]
    latest: BulkItem | None = None


OnBulkProgress = Callable[[BulkProgress], None]


class RunningBulk:
    """Runs the items of a run that are not done; `stop` ends it behind those that are running."""

    def __init__(
        self,
        run: BulkRun,
        items: Sequence[BulkItem],
        *,
        edits: Mapping[int, ActionEdit],
        store: Store,
        changes: Changes,
        actions: Actions,
        clock: Clock,
        concurrency: int,
        on_progress: OnBulkProgress,
    ) -> None:
        self.run = run
        self.items = list(items)
        self._edits = edits
        self._store = store
        self._changes = changes
        self._actions = actions
        self._clock = clock
        self._concurrency = concurrency
        self._on_progress = on_progress
        self._slots = asyncio.Semaphore(concurrency)
        self._silent: dict[str, str] = {}
        self._durations: list[float] = []
        self._ended_as: BulkState | None = None

    def stop(self) -> None:
        """Start no more items; what runs is brought to an end."""
        if self._ended_as is None:
            self._ended_as = BulkState.CANCELLED

    async def work(self) -> None:
        """Run the canary, then batch after batch; keep how the run ended."""
        waiting = [one for one in self.items if one.state is not ItemState.DONE]
        canary, rest = waiting[: self.run.canary], waiting[self.run.canary :]
        for item in canary:
            if self._ended_as is None:
                await self._try(item)
                if self.items[item.position].state is not ItemState.DONE:
                    self._fail()
        for batch in _batches(rest, self.run.batch):
            if self._ended_as is None:
                await self._side_by_side(batch)
        self.run = replace(
            self.run,
            state=self._ended_as or BulkState.FINISHED,
            finished_at=self._clock.now(),
        )
        self.run = replace(self.run, sentence=run_sentence(self.run, self.items))
        await self._store.bulk.set_run(self.run)

    async def _side_by_side(self, batch: Sequence[BulkItem]) -> None:
        queues: dict[str, list[BulkItem]] = {}
        for item in batch:
            queues.setdefault(item.device, []).append(item)
        try:
            async with asyncio.TaskGroup() as group:
                for device, queue in queues.items():
                    group.create_task(self._one_by_one(queue), name=f"bulk {self.run.id} {device}")
        except ExceptionGroup as failures:  # what is no error of a device: the store, a defect
            raise failures.exceptions[0] from None

    async def _one_by_one(self, queue: Sequence[BulkItem]) -> None:
        async with self._slots:
            for item in queue:
                if self._ended_as is not None:
                    return
                await self._try(item)
                if self.items[item.position].state is ItemState.FAILED:
                    self._fail()

    def _fail(self) -> None:
        if self._ended_as is None:
            self._ended_as = BulkState.STOPPED

    async def _try(self, item: BulkItem) -> None:
        started = self._clock.monotonic()
        running = replace(
            item, state=ItemState.RUNNING, started_at=self._clock.now(), change_id=None
        )
        await self._keep(running)
        try:
            if item.device in self._silent:
                raise DeviceUnreachable(self._silent[item.device])
            change = await self._change(running)
        except StoreError:
            raise
        except PositronError as error:
            if isinstance(error, DeviceUnreachable):
                self._silent[item.device] = str(error)
            await self._keep(refused(running, str(error)))
        else:
            await self._keep(ended_by_change(running, change))
            self._durations.append(self._clock.monotonic() - started)
        self._tell(self.items[item.position])

    async def _change(self, item: BulkItem) -> Change:
        edit = self._edits.get(item.position) or await self._actions.rebuild(item.recipe)
        return await self._changes.execute(await self._changes.prepare(edit))

    async def _keep(self, item: BulkItem) -> None:
        self.items[item.position] = item
        await self._store.bulk.set_item(self.run.id, item)

    def _tell(self, latest: BulkItem) -> None:
        devices: dict[str, tuple[int, int]] = {}
        for item in self.items:
            done, total = devices.get(item.device, (0, 0))
            devices[item.device] = (done + item.state.ended, total + 1)
        states = [one.state for one in self.items]
        self._on_progress(
            BulkProgress(
                bulk_id=self.run.id,
                done=sum(one.ended for one in states),
                total=len(states),
                failed=states.count(ItemState.FAILED),
                refused=states.count(ItemState.REFUSED),
                eta_s=self._eta_s(devices),
                devices=devices,
                latest=latest,
            )
        )

    def _eta_s(self, devices: Mapping[str, tuple[int, int]]) -> float | None:
        """Return the seconds left: the longest queue, or all of them over the places to run."""
        if not self._durations:
            return None
        each = sum(self._durations) / len(self._durations)
        left = [total - done for done, total in devices.values()]
        return each * max(max(left), sum(left) / self._concurrency)


def _batches(items: Sequence[BulkItem], size: int) -> Iterator[tuple[BulkItem, ...]]:
    """Yield batches that take from every device in turn, so that each keeps many devices busy."""
    queues: dict[str, list[BulkItem]] = {}
    for item in items:
        queues.setdefault(item.device, []).append(item)
    spread = [
        item
        for round_ in range(max((len(one) for one in queues.values()), default=0))
        for queue in queues.values()
        for item in queue[round_ : round_ + 1]
    ]
    for start in range(0, len(spread), size):
        yield tuple(spread[start : start + size])
