"""One action on many rows: a canary, then batches, devices side by side, stopped when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from positron_tui.config import BulkSettings
from positron_tui.domain.bulk import BulkItem, BulkRun, BulkState, ItemState
from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import Refused, UsageError
from positron_tui.services.actions import ActionEdit, Actions
from positron_tui.services.bulk_answers import AnswerGroup, ended_by_change, grouped, run_sentence
from positron_tui.services.bulk_run import BulkProgress, OnBulkProgress, RunningBulk
from positron_tui.services.changes import Changes
from positron_tui.services.leases import holder_is_dead
from positron_tui.store import Store

__all__ = [
    "AnswerGroup",
    "Bulk",
    "BulkItem",
    "BulkProgress",
    "BulkReport",
    "BulkState",
    "ItemState",
    "OnBulkProgress",
]
# The journal's entry is made after the row was marked; clocks of two consoles may differ a bit.
_SLACK = timedelta(seconds=1)
_SEARCHED = 200


@dataclass(frozen=True, slots=True)
class BulkReport:
    """A bulk run as it is now or as it ended, with a sentence on it."""

    id: int
    title: str
    state: BulkState
    actor: str
    started_at: datetime
    finished_at: datetime | None
    items: tuple[BulkItem, ...]
    sentence: str

    @property
    def groups(self) -> tuple[AnswerGroup, ...]:
        """Return the ended items by what the devices answered, failures first."""
        return grouped(self.items)


class Bulk:
    """Bulk runs, kept in the store so that they can be resumed."""

    def __init__(
        self,
        *,
        store: Store,
        changes: Changes,
        actions: Actions,
        clock: Clock,
        settings: BulkSettings,
        actor: str,
        holder: str,
    ) -> None:
        self._store = store
        self._changes = changes
        self._actions = actions
        self._clock = clock
        self._settings = settings
        self._actor = actor
        self._holder = holder
        self._running: dict[int, RunningBulk] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(
        self,
        items: Sequence[ActionEdit],
        *,
        title: str = "",
        canary: int | None = None,
        batch: int | None = None,
        on_progress: OnBulkProgress = lambda progress: None,
    ) -> BulkReport:
        """Run all items; canary and batch are numbers of items (None = the settings').

        Raises UsageError when there are none, and nothing for what becomes of items. A
        cancellation of the caller lets running items end and leaves a run that can be resumed.
        """
        if not items:
            raise UsageError("There is nothing to run; mark some rows first.")
        run = BulkRun(
            id=0,
            title=title or f"{items[0].kind} of {len(items)}",
            actor=self._actor,
            holder=self._holder,
            canary=self._settings.canary if canary is None else canary,
            batch=self._settings.batch if batch is None else batch,
            started_at=self._clock.now(),
        )
        rows = [
            BulkItem(place, one.device, one.kind, one.subject, one.recipe)
            for place, one in enumerate(items)
        ]
        run = await self._store.bulk.create(run, rows)
        return await self._work(run, rows, dict(enumerate(items)), on_progress)

    async def resume(
        self, bulk_id: int, *, on_progress: OnBulkProgress = lambda progress: None
    ) -> BulkReport:
        """Go on with a run that was stopped, cancelled or left by a crash; verified items stay.

        Refused while another console runs it, or while the outcome of one of its changes is not
        known.
        """
        run, items = await self._store.bulk.get(bulk_id)
        if bulk_id in self._running:
            raise Refused(f"Bulk run {bulk_id} is running; wait until it ends, or cancel it.")
        if (
            run.state is BulkState.RUNNING
            and run.holder != self._holder
            and not holder_is_dead(run.holder)
        ):
            raise Refused(
                f"Bulk run {bulk_id} is being run by another console ({run.holder}); stop it there."
            )
        rows = [await self._looked_up(run, item) for item in items]
        for row, item in zip(rows, items, strict=True):
            if row != item:
                await self._store.bulk.set_item(bulk_id, row)
        run = replace(
            run, state=BulkState.RUNNING, holder=self._holder, finished_at=None, sentence=None
        )
        await self._store.bulk.set_run(run)
        return await self._work(run, rows, {}, on_progress)

    def cancel(self, bulk_id: int) -> None:
        """Start no more items of a run of this console; running ones are brought to an end."""
        running = self._running.get(bulk_id)
        if running is None:
            raise Refused(f"Bulk run {bulk_id} is not running on this console.")
        running.stop()

    async def get(self, bulk_id: int) -> BulkReport:
        """Return a run with its items."""
        return _report(*await self._store.bulk.get(bulk_id))

    async def list(self, limit: int = 50) -> tuple[BulkReport, ...]:
        """Return the newest runs."""
        runs = await self._store.bulk.list(limit)
        return tuple([await self.get(run.id) for run in runs])

    async def close(self) -> None:
        """Let running items end, and wait for that."""
        for running in self._running.values():
            running.stop()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _work(
        self,
        run: BulkRun,
        rows: Sequence[BulkItem],
        edits: Mapping[int, ActionEdit],
        on_progress: OnBulkProgress,
    ) -> BulkReport:
        running = RunningBulk(
            run,
            rows,
            edits=edits,
            store=self._store,
            changes=self._changes,
            actions=self._actions,
            clock=self._clock,
            concurrency=self._settings.concurrency,
            on_progress=on_progress,
        )
        self._running[run.id] = running
        work = asyncio.create_task(running.work(), name=f"bulk run {run.id}")
        self._tasks.add(work)
        work.add_done_callback(self._tasks.discard)
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            running.stop()
            if not work.done():
                await asyncio.wait([work])
            if not work.cancelled():
                work.exception()  # seen: the store says where it stands
            raise
        finally:
            del self._running[run.id]
        return _report(running.run, running.items)

    async def _looked_up(self, run: BulkRun, item: BulkItem) -> BulkItem:
        """Return an item as the journal knows it; what is not verified is tried again."""
        if item.state is ItemState.DONE:
            return item
        change = await self._change_of(item)
        if change is not None and not (
            change.state.finished and change.state is not ChangeState.INDETERMINATE
        ):
            await self._changes.settle(item.device)
            change = await self._changes.get(change.id)
            if not change.state.finished or change.state is ChangeState.INDETERMINATE:
                raise Refused(
                    f"Bulk run {run.id} cannot go on: what became of {item.subject} on "
                    f"{item.device} (change {change.id}) is not known. {change.message or ''} Run "
                    "'change settle' when the unit answers."
                )
        if change is not None:
            ended = ended_by_change(item, change)
            if ended.state is ItemState.DONE:
                return ended
        return replace(item, state=ItemState.PENDING, change_id=None, answer=None, sentence=None)

    async def _change_of(self, item: BulkItem) -> Change | None:
        """Return the journal's entry of an item that was begun, also when a crash hid its id."""
        if item.change_id is not None:
            return await self._changes.get(item.change_id)
        if item.started_at is None or item.state is not ItemState.RUNNING:
            return None
        since = item.started_at - _SLACK
        for change in await self._changes.list(limit=_SEARCHED, device=item.device):
            same = (change.kind, change.subject) == (item.kind, item.subject)
            if same and change.requested_at >= since:
                return change
        return None


def _report(run: BulkRun, items: Sequence[BulkItem]) -> BulkReport:
    return BulkReport(
        id=run.id,
        title=run.title,
        state=run.state,
        actor=run.actor,
        started_at=run.started_at,
        finished_at=run.finished_at,
        items=tuple(items),
        sentence=run.sentence or run_sentence(run, items),
    )
