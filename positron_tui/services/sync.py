"""Keeps the plant in step with billing: read, compare, show, confirm, carry out, tell billing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from positron_tui.config import BillingSettings
from positron_tui.domain.changes import Change
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import BillingError, PositronError, Refused
from positron_tui.domain.sync_runs import (
    ItemKind,
    Outcome,
    RunState,
    SyncItem,
    SyncRun,
    Trigger,
    WriteBack,
    WriteState,
)
from positron_tui.services.billing import Billing
from positron_tui.services.changes import Changes
from positron_tui.services.events import EventBus, SyncUpdated
from positron_tui.services.prepared import PreparedChange
from positron_tui.services.sync_apply import RunningSync
from positron_tui.services.sync_checks import SyncChecks
from positron_tui.services.sync_compare import Comparer, Comparison
from positron_tui.services.sync_edits import SyncEdits
from positron_tui.services.sync_follow import Follower
from positron_tui.services.sync_leases import SyncLeases
from positron_tui.services.sync_reading import SyncReader, Told
from positron_tui.services.sync_types import OnSyncProgress, SyncProgress, SyncReport
from positron_tui.services.sync_words import run_sentence
from positron_tui.services.sync_writes import Writes
from positron_tui.services.ticker import Ticker
from positron_tui.store import Store

_WAITING = (Outcome.PENDING, Outcome.PROPOSED)


def _no_progress(progress: SyncProgress) -> None:
    """Nobody watches."""


class Sync:
    """Runs of all systems; what is shown is what is carried out."""

    def __init__(
        self,
        *,
        store: Store,
        billing: Billing,
        changes: Changes,
        comparer: Comparer,
        edits: SyncEdits,
        follower: Follower,
        writes: Writes,
        leases: SyncLeases,
        reader: SyncReader,
        events: EventBus,
        clock: Clock,
        ticker: Ticker,
        settings: BillingSettings,
        concurrency: int,
        actor: str,
        holder: str,
    ) -> None:
        self._store = store
        self._billing = billing
        self._changes = changes
        self._comparer = comparer
        self._edits = edits
        self._follower = follower
        self._writes = writes
        self._leases = leases
        self._reader = reader
        self._events = events
        self._clock = clock
        self._ticker = ticker
        self._concurrency = concurrency
        self._actor = actor
        self._holder = holder
        self._running: dict[int, RunningSync] = {}
        self._tasks: set[asyncio.Task[SyncReport]] = set()
        self._checks = SyncChecks(store, billing, clock, settings)

    async def prepare(
        self,
        system: str,
        *,
        accounts: Collection[str] = (),
        trigger: Trigger = Trigger.PERSON,
        dry_run: bool = False,
        on_progress: OnSyncProgress = _no_progress,
    ) -> SyncReport:
        """Read billing (all, or some accounts), compare, and keep what shall be done.

        Nothing is changed on any device, nor in billing. Raises BillingError (the run is in the
        log as failed), NotFound, CredentialError, Refused.
        """
        await self._billing.get(system)
        async with self._leases.of(system):
            run = await self._store.sync.create_run(
                SyncRun(
                    id=0,
                    system=system,
                    trigger=trigger,
                    actor=self._actor,
                    holder=self._holder,
                    started_at=self._clock.now(),
                    scope=tuple(sorted(accounts)),
                    dry_run=dry_run,
                )
            )
            self._events.publish(SyncUpdated(run.id))
            try:
                return await self._prepared(run, on_progress)
            except PositronError as error:
                await self._ended(run, RunState.FAILED, f"{error} Nothing was changed.")
                raise
            except asyncio.CancelledError:
                await self._ended(run, RunState.CANCELLED, "Cancelled; nothing was changed.")
                raise
            except Exception:
                text = "The console made a mistake (the log file has it); nothing was changed."
                await self._ended(run, RunState.FAILED, text)
                raise

    async def execute(
        self,
        run_id: int,
        *,
        allow_cuts: int | None = None,
        proposed: bool = True,
        on_progress: OnSyncProgress = _no_progress,
    ) -> SyncReport:
        """Carry out what a run found; Refused past the limits on suspensions, unless allowed.

        `allow_cuts` is how many suspensions and removals a person said yes to; `proposed` = also
        what a person has to say yes to. A cancellation lets running items end first.
        """
        run = await self._store.sync.run(run_id)
        if run.state is not RunState.WAITING:
            raise Refused(
                f"Sync run {run_id} is {run.state.value}, so there is nothing to carry out; start "
                f"a new one with 'sync run {run.system}'."
            )
        report = await self.report(run)
        if report.guard is not None and (allow_cuts is None or allow_cuts < report.cuts):
            raise Refused(
                f"{report.guard} Look at them with 'sync show {run_id}', and allow them with "
                f"'sync run {run.system} --allow {report.cuts}' if they are right."
            )
        work = asyncio.create_task(
            self._executed(run, report.items, proposed, on_progress), name=f"sync run {run_id}"
        )
        self._tasks.add(work)
        work.add_done_callback(self._tasks.discard)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            self.cancel(run_id)
            if not work.done():
                await asyncio.wait([work])
            if not work.cancelled():
                work.exception()  # seen: the log has it
            raise

    async def run_by_itself(
        self, system: str, accounts: Collection[str], trigger: Trigger
    ) -> SyncReport:
        """Compare and carry out what may be carried out without a person."""
        report = await self.prepare(system, accounts=accounts, trigger=trigger)
        if report.run.state is not RunState.WAITING or report.guard is not None:
            return report
        if not any(one.outcome is Outcome.PENDING for one in report.items):
            return report
        return await self.execute(report.run.id, proposed=False)

    def cancel(self, run_id: int) -> bool:
        """Begin no more items of a run; those that are running are brought to an end.

        False when the run is not under way in this console.
        """
        running = self._running.get(run_id)
        if running is not None:
            running.stop()
        return running is not None

    async def planned(self, item: SyncItem) -> PreparedChange:
        """Return what an item would send to its device now; nothing is sent.

        Errors as those of `Changes.prepare`; Refused for what is not done to a device.
        """
        return await self._changes.prepare(await self._edits.of(item))

    async def discard(self, run_id: int) -> SyncReport:
        """Say no to a run that waits."""
        run = await self._store.sync.run(run_id)
        if run.state is not RunState.WAITING:
            raise Refused(f"Sync run {run_id} is {run.state.value}; there is nothing to say no to.")
        return await self.report(
            await self._ended(run, RunState.CANCELLED, "Said no to; nothing was changed.")
        )

    async def report(self, run: SyncRun) -> SyncReport:
        """Return a run with its items and, while it waits, the reason to be careful."""
        items = await self._store.sync.items(run.id)
        writes = await self._store.sync.writes_of([run.id])
        return SyncReport(run, items, await self._checks.guard(run, items), writes)

    async def flush(self, system: str) -> tuple[WriteBack, ...]:
        """Tell billing what it was not told yet."""
        if not await self._store.sync.open_writes(system):
            return ()
        return await self._writes.flush(system, await self._billing.adapter(system))

    async def close(self) -> None:
        """Let running items end, and wait for that."""
        for running in self._running.values():
            running.stop()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _prepared(self, run: SyncRun, on_progress: OnSyncProgress) -> SyncReport:
        adapter = await self._billing.adapter(run.system)

        def on_read(done: int, total: int | None) -> None:
            on_progress(SyncProgress(run.id, "reading", done, total))

        if run.scope:
            told = await self._reader.accounts(run.system, adapter, run.scope, on_read)
        else:
            told = await self._reader.everything(run.system, adapter, on_read)
        system = await self._billing.get(run.system)
        found = await self._comparer.compare(system, told, run.trigger, self._clock.now())
        if not run.dry_run:
            await self._keep(run, found, told)
        return await self._compared(run, found, told)

    async def _keep(self, run: SyncRun, found: Comparison, told: Told) -> None:
        """Keep links and conflicts as they are from now on."""
        now = self._clock.now()
        services = self._store.billing_services
        await services.drop_links(run.system, found.compared.unlinked)
        known = await services.links(run.system)
        links = found.compared.links.values()
        changed = [one for one in links if known.get(one.service_id) != one]
        await services.keep_links(run.system, changed, now)
        for conflict in found.conflicts:
            await self._store.sync.put_conflict(conflict)
        compared = {one.service_id for one in (*told.services, *told.gone)}
        here = {(one.service_id, one.field) for one in found.conflicts}
        for old in await self._store.sync.conflicts(run.system):
            if old.service_id in compared and (old.service_id, old.field) not in here:
                text = "Both sides agree by now."
                await self._store.sync.set_conflict(
                    replace(old, resolved_at=now, taken="agreed", sentence=text)
                )
        self._checks.looked_at(run, compared, found.items)

    async def _compared(self, run: SyncRun, found: Comparison, told: Told) -> SyncReport:
        items = found.items
        if run.dry_run:
            items = tuple(_only_proposed(one) for one in items)
        await self._store.sync.add_items(run.id, items)
        counts = Counter(one.kind.value for one in items)
        counts["agreed"] = found.compared.agreed
        run = replace(run, read=len(told.services), counts=dict(counts))
        waits = any(one.outcome in _WAITING for one in items)
        state = RunState.WAITING if waits and not run.dry_run else RunState.FINISHED
        if not run.dry_run:
            await self._supersede(run)
        sentence = run_sentence(replace(run, state=state), items, told.notes)
        if state is RunState.FINISHED:
            return await self.report(await self._ended(run, state, sentence))
        run = replace(run, state=state, sentence=sentence)
        await self._store.sync.set_run(run)
        self._events.publish(SyncUpdated(run.id))
        return await self.report(run)

    async def _supersede(self, run: SyncRun) -> None:
        """A newer comparison takes the place of those that still wait with the same accounts."""
        for old in await self._store.sync.open_runs():
            covered = not run.scope or (old.scope and set(old.scope) <= set(run.scope))
            waits = old.system == run.system and old.state is RunState.WAITING
            if waits and covered and old.id < run.id:
                text = f"Run {run.id} compared the same again."
                await self._ended(old, RunState.CANCELLED, text)

    async def _outdate(self, run: SyncRun, done: Collection[str]) -> None:
        """End the runs that wait for nothing but what was just done."""
        for other in await self._store.sync.open_runs():
            if other.system != run.system or other.state is not RunState.WAITING:
                continue
            items = await self._store.sync.items(other.id)
            waiting = [one for one in items if one.outcome in _WAITING]
            if all(one.key in done for one in waiting):
                await self._ended(other, RunState.CANCELLED, f"Run {run.id} did all of it.")

    async def _executed(
        self,
        run: SyncRun,
        items: Sequence[SyncItem],
        proposed: bool,
        on_progress: OnSyncProgress,
    ) -> SyncReport:
        run = replace(run, state=RunState.RUNNING, holder=self._holder)
        await self._store.sync.set_run(run)
        self._events.publish(SyncUpdated(run.id))
        wanted = _WAITING if proposed else (Outcome.PENDING,)
        chosen = [one for one in items if one.outcome in wanted]
        running = self._begin(run, items, on_progress)
        try:
            await running.work([one.position for one in chosen if one.kind.changes_device])
            await self._write(run, [one for one in chosen if one.kind is ItemKind.WRITE], running)
        except Exception as error:
            text = f"Broken off: {error} What was done is in its items; the next run goes on."
            with suppress(PositronError):
                await self._ended(run, RunState.INTERRUPTED, text)
            raise
        finally:
            del self._running[run.id]
        state = RunState.CANCELLED if running.stopped else RunState.FINISHED
        ended = sorted(running.items.values(), key=lambda one: one.position)
        await self._outdate(run, {one.key for one in ended if one.outcome is Outcome.DONE})
        sentence = run_sentence(replace(run, state=state), ended, ())
        if proposed and not run.scope and state is RunState.FINISHED:
            await self._billing.confirm(run.system)  # a person said yes to all of it
        return await self.report(await self._ended(run, state, sentence))

    def _begin(
        self, run: SyncRun, items: Sequence[SyncItem], on_progress: OnSyncProgress
    ) -> RunningSync:
        async def still_wanted(item: SyncItem) -> str | None:
            return await self._checks.why_not(run, item)

        async def on_done(item: SyncItem, change: Change | None) -> None:
            mapping = await self._billing.mapping(run.system)
            await self._follower.done(run, item, change, mapping)

        running = RunningSync(
            run,
            items,
            store=self._store,
            changes=self._changes,
            edits=self._edits,
            clock=self._clock,
            ticker=self._ticker,
            concurrency=self._concurrency,
            still_wanted=still_wanted,
            on_done=on_done,
            on_progress=on_progress,
        )
        self._running[run.id] = running
        return running

    async def _write(self, run: SyncRun, items: Sequence[SyncItem], running: RunningSync) -> None:
        """Tell billing what it has to be told, what the changes left for it included."""
        mapping = await self._billing.mapping(run.system)
        kept = {}
        for item in items:
            if not running.stopped:
                write = await self._writes.intend(self._follower.write_of(run, item, mapping))
                kept[write.id] = item
        if running.stopped:
            return  # whoever closes the console does not wait for billing; the next run tells it
        try:
            ended = await self.flush(run.system)
        except BillingError:
            return  # kept, and told by the next run
        for write in ended:
            one = kept.get(write.id)
            if one is None:
                continue
            done = write.state is WriteState.DONE
            outcome = Outcome.DONE if done else Outcome.FAILED
            one = replace(one, outcome=outcome, sentence=write.sentence)
            running.items[one.position] = one
            await self._store.sync.set_item(run.id, one)
            if done:
                await self._follower.written(run.system, one)

    async def _ended(self, run: SyncRun, state: RunState, sentence: str) -> SyncRun:
        run = replace(run, state=state, sentence=sentence, finished_at=self._clock.now())
        await self._store.sync.set_run(run)
        whole = not run.scope and not run.dry_run and run.trigger is Trigger.PERSON
        if whole and state is RunState.FINISHED:
            await self._billing.confirm(run.system)
        self._events.publish(SyncUpdated(run.id))
        return run


def _only_proposed(item: SyncItem) -> SyncItem:
    """A dry run carries nothing out, and may be shown as what would be."""
    if item.outcome in (Outcome.PENDING, Outcome.PROPOSED, Outcome.DONE):
        return replace(item, outcome=Outcome.PROPOSED)
    return item
