"""Runs that a crash left: what became of each item is looked up in the journal."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import NotFound
from positron_tui.domain.sync_runs import Outcome, RunState, SyncItem, SyncRun
from positron_tui.services.billing import Billing
from positron_tui.services.changes import Changes
from positron_tui.services.leases import holder_is_dead
from positron_tui.services.sync_follow import Follower
from positron_tui.store import Store

# The journal's entry is made after the item was marked; clocks of two consoles may differ a bit.
_SLACK = timedelta(seconds=1)
_SEARCHED = 200
_GOOD = (ChangeState.VERIFIED_SAVED, ChangeState.VERIFIED_UNSAVED)


class SyncRecovery:
    """Ends runs of consoles that are gone; what they did not do, the next run finds again."""

    def __init__(
        self,
        *,
        store: Store,
        billing: Billing,
        changes: Changes,
        follower: Follower,
        clock: Clock,
        holder: str,
    ) -> None:
        self._store = store
        self._billing = billing
        self._changes = changes
        self._follower = follower
        self._clock = clock
        self._holder = holder

    async def recover(self) -> tuple[SyncRun, ...]:
        """Return the runs that were left, each with its truth; runs that wait are left waiting."""
        found = []
        for run in await self._store.sync.open_runs():
            gone = run.holder != self._holder and holder_is_dead(run.holder)
            if gone and run.state is not RunState.WAITING:
                found.append(await self._end(run))
        return tuple(found)

    async def _end(self, run: SyncRun) -> SyncRun:
        done = left = 0
        for item in await self._store.sync.items(run.id):
            ended = await self._looked_up(run, item)
            if ended != item:
                await self._store.sync.set_item(run.id, ended)
            done += ended.outcome is Outcome.DONE and ended.kind.changes_device
            left += ended.outcome is Outcome.SKIPPED
        text = f"The console that ran it is gone. {done} changes were verified, {left} not begun; "
        text += f"'sync run {run.system}' goes on with what is left."
        if run.state is RunState.READING:
            text = "The console that ran it is gone while it read; nothing was changed."
        run = replace(
            run,
            state=RunState.INTERRUPTED,
            sentence=text,
            finished_at=self._clock.now(),
        )
        await self._store.sync.set_run(run)
        return run

    async def _looked_up(self, run: SyncRun, item: SyncItem) -> SyncItem:
        if item.outcome in (Outcome.PENDING, Outcome.PROPOSED):
            return replace(item, outcome=Outcome.SKIPPED, sentence="The console was gone before.")
        if item.outcome is not Outcome.RUNNING:
            return item
        change = await self._change_of(item)
        if change is None:
            text = "The console was gone before anything was sent."
            return replace(item, outcome=Outcome.SKIPPED, sentence=text)
        if not change.state.finished and item.device is not None:
            await self._changes.settle(item.device)
            change = await self._changes.get(change.id)
        outcome = Outcome.DONE if change.state in _GOOD else Outcome.FAILED
        ended = replace(item, outcome=outcome, change_id=change.id, sentence=change.message)
        if outcome is Outcome.DONE:
            await self._follow(run, ended, change)
        return ended

    async def _follow(self, run: SyncRun, item: SyncItem, change: Change) -> None:
        """Both sides agree on what was verified, or the next edit would look like a conflict."""
        with suppress(NotFound):  # the system was removed meanwhile
            mapping = await self._billing.mapping(run.system)
            await self._follower.done(run, item, change, mapping)

    async def _change_of(self, item: SyncItem) -> Change | None:
        if item.change_id is not None:
            return await self._changes.get(item.change_id)
        if item.device is None or item.started_at is None:
            return None
        since = item.started_at - _SLACK
        for change in await self._changes.list(limit=_SEARCHED, device=item.device):
            if change.subject == item.subject and change.requested_at >= since:
                return change
        return None
