"""Syncs by itself: hooks at once, changes often, everything now and then, new endpoints at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta

from positron_tui.config import BillingSettings
from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Section
from positron_tui.domain.errors import BillingError, PositronError
from positron_tui.domain.sync_runs import BillingSystem, Hook, HookState, Trigger
from positron_tui.services.activity import ActivityLog, Outcome
from positron_tui.services.billing import Billing
from positron_tui.services.events import DeviceUpdated, Event, EventBus, HooksReceived, SyncUpdated
from positron_tui.services.sync import Sync
from positron_tui.services.sync_macs import KnownMacs
from positron_tui.services.sync_recovery import SyncRecovery
from positron_tui.services.sync_unfinished import Unfinished
from positron_tui.services.tasks import TaskKeeper
from positron_tui.services.ticker import Ticker
from positron_tui.services.unprovisioned import Unprovisioned
from positron_tui.store import Store

_log = logging.getLogger(__name__)
_HOOKS_AT_ONCE = 5_000
# More accounts than this are compared with everything else: one list is cheaper than many reads.
_MOST_ACCOUNTS = 50
_HOOK_TRIES = 5
_RETRY_S = 5.0
_LONGEST_RETRY_S = 300.0
_MOST_DOUBLINGS = 6
_FOLLOW_S = 5.0
_TIDY_S = 3_600.0
_EMPTY_KEPT = timedelta(days=2)
_RUNS_KEPT = timedelta(days=180)
_FOLLOW = "follow the billing systems"


class SyncWorker:
    """One task for each billing system, and one that follows which systems there are."""

    def __init__(
        self,
        *,
        store: Store,
        billing: Billing,
        sync: Sync,
        recovery: SyncRecovery,
        unprovisioned: Unprovisioned,
        events: EventBus,
        activity: ActivityLog,
        tasks: TaskKeeper,
        ticker: Ticker,
        clock: Clock,
        settings: BillingSettings,
    ) -> None:
        self._store = store
        self._billing = billing
        self._sync = sync
        self._recovery = recovery
        self._unprovisioned = unprovisioned
        self._events = events
        self._activity = activity
        self._tasks = tasks
        self._ticker = ticker
        self._clock = clock
        self._settings = settings
        self._macs = KnownMacs(store, billing)
        self._wake: dict[str, asyncio.Event] = {}
        self._endpoints: set[str] = set()
        self._unfinished: dict[str, Unfinished] = {}
        self._interrupted: set[str] = set()
        self._unsubscribe: Callable[[], None] | None = None

    @property
    def started(self) -> bool:
        return self._unsubscribe is not None

    def start(self) -> None:
        """Begin; harmless when it runs already."""
        if self.started:
            return
        self._unsubscribe = self._events.subscribe(self._on_event)
        self._tasks.start(_FOLLOW, self._follow())

    async def stop(self) -> None:
        """End, with what runs brought to an end."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        await self._tasks.cancel(_FOLLOW)
        for name in list(self._wake):
            await self._tasks.cancel(_task(name))
        self._wake.clear()

    async def _follow(self) -> None:
        """Recover what a crash left, then keep one task for every system that there is."""
        recovered, next_tidy = False, self._clock.monotonic()
        while True:
            try:
                if not recovered:
                    runs = await self._recovery.recover()
                    self._interrupted, recovered = {one.system for one in runs}, True
                self._keep_tasks({one.name for one in await self._billing.list()})
                next_tidy = await self._tidy(next_tidy)
            except PositronError as error:  # the store is busy: looked at again
                self._activity.record(str(error), kind="sync", outcome=Outcome.FAILED)
            await self._ticker.sleep_until(self._clock.monotonic() + _FOLLOW_S)

    async def _tidy(self, due: float) -> float:
        """Forget what nobody looks at any more; return when that is due again."""
        if self._clock.monotonic() < due:
            return due
        now = self._clock.now()
        await self._store.sync.prune(empty_before=now - _EMPTY_KEPT, before=now - _RUNS_KEPT)
        return self._clock.monotonic() + _TIDY_S

    def _keep_tasks(self, systems: set[str]) -> None:
        """Have a task for each system, also where one broke, and none for those that are gone."""
        for name in systems:
            if not self._tasks.running(_task(name)):
                self._wake[name] = asyncio.Event()
                self._tasks.start(_task(name), self._work(name))
        for name in self._wake.keys() - systems:
            del self._wake[name]
            self._tasks.drop(_task(name))

    def _on_event(self, event: Event) -> None:
        if isinstance(event, HooksReceived) and event.system in self._wake:
            self._wake[event.system].set()
        elif isinstance(event, SyncUpdated):
            self._macs.forget()
        elif isinstance(event, DeviceUpdated) and Section.ENDPOINTS in event.sections:
            waiting = {one.mac for one in self._unprovisioned.rows(event.name)}
            if waiting - self._endpoints:
                self._endpoints |= waiting
                for wake in self._wake.values():
                    wake.set()

    async def _work(self, name: str) -> None:
        now = self._clock.monotonic()
        next_poll, next_full = now, now + await self._full_due_s(name)
        failures, told = 0, ""
        while True:
            try:
                await self._hooks(name)
                await self._new_endpoints(name)
                if self._clock.monotonic() >= next_full:
                    next_full = self._clock.monotonic() + self._settings.full_interval_s
                    await self._run(name, (), Trigger.SCHEDULE)
                elif self._clock.monotonic() >= next_poll:
                    next_poll = self._clock.monotonic() + self._settings.poll_interval_s
                    await self._poll(name)
                await self._sync.flush(name)
                failures, told = 0, ""
                wait_s = min(next_poll, next_full) - self._clock.monotonic()
            except PositronError as error:
                # A key that is turned down again and again may be locked out for good.
                wait_s = min(_RETRY_S * 2 ** min(failures, _MOST_DOUBLINGS), _LONGEST_RETRY_S)
                failures += 1
                if str(error) != told:
                    told = str(error)
                    self._activity.record(f"{name}: {told}", kind="sync", outcome=Outcome.FAILED)
            await self._sleep(name, wait_s, wakes=not failures)

    async def _full_due_s(self, name: str) -> float:
        """Return in how many seconds everything is due to be compared."""
        if name in self._interrupted:
            self._interrupted.discard(name)
            return 0.0
        read_at = (await self._billing.get(name)).read_at
        if read_at is None:
            return 0.0
        age_s = (self._clock.now() - read_at).total_seconds()
        return max(self._settings.full_interval_s - age_s, 0.0)

    async def _sleep(self, name: str, wait_s: float, *, wakes: bool) -> None:
        """Wait until it is time, or until somebody wakes us."""
        wake = self._wake.get(name)
        until = self._clock.monotonic() + max(wait_s, 0.0)
        if wake is None or not wakes:
            await self._ticker.sleep_until(until)
            return
        waiting = [
            asyncio.ensure_future(wake.wait()),
            asyncio.ensure_future(self._ticker.sleep_until(until)),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        wake.clear()

    async def _hooks(self, name: str) -> None:
        """Compare the accounts that hooks told of; what fails is tried again later."""
        while hooks := await self._store.hooks.waiting(_HOOKS_AT_ONCE, name):
            accounts = {one.account_id for one in hooks if one.account_id is not None}
            try:
                if any(one.account_id is None for one in hooks):
                    run_id = await self._compare_changed(name, accounts, Trigger.HOOK)
                else:
                    run_id = await self._compare(name, accounts, Trigger.HOOK)
            except PositronError as error:
                await self._failed(hooks, error)
                raise
            await self._store.hooks.end(
                hooks, HookState.DONE, handled_at=self._clock.now(), run_id=run_id
            )

    async def _failed(self, hooks: Sequence[Hook], error: PositronError) -> None:
        given_up = [one for one in hooks if one.tries + 1 >= _HOOK_TRIES]
        await self._store.hooks.tried(hooks, str(error))
        if given_up and not isinstance(error, BillingError):
            await self._store.hooks.end(
                given_up, HookState.FAILED, handled_at=self._clock.now(), sentence=str(error)
            )

    async def _compare(self, name: str, accounts: Collection[str], trigger: Trigger) -> int | None:
        if not accounts:
            return None
        return await self._run(name, () if len(accounts) > _MOST_ACCOUNTS else accounts, trigger)

    async def _run(self, name: str, accounts: Collection[str], trigger: Trigger) -> int:
        """Compare and carry out; remember whose items did not come to a good end."""
        report = await self._sync.run_by_itself(name, accounts, trigger)
        bad = {one.account_id for one in report.items if one.outcome.is_bad}
        self._again(name).ended(accounts, bad, self._clock.monotonic())
        return report.run.id

    def _again(self, name: str) -> Unfinished:
        return self._unfinished.setdefault(name, Unfinished(self._settings.poll_interval_s))

    async def _new_endpoints(self, name: str) -> None:
        """Look whether billing knows the endpoints that wait for a service."""
        macs = {one.mac for one in self._unprovisioned.rows()}
        self._endpoints &= macs
        accounts = await self._macs.new_accounts(name, macs)
        await self._compare(name, accounts, Trigger.ENDPOINT)
        self._macs.compared(name)

    async def _poll(self, name: str) -> None:
        """Ask what changed and what deliveries were missed, and compare those accounts."""
        system: BillingSystem = await self._billing.get(name)
        adapter = await self._billing.adapter(name)
        missed, cursor = await adapter.missed_hooks(system.hooks_cursor)
        accounts = {one.account_id for one in missed if one.relevant and one.account_id}
        accounts |= self._again(name).due(self._clock.monotonic())
        await self._compare_changed(name, accounts, Trigger.SCHEDULE)
        await self._store.billing.set_cursors(name, hooks=cursor)

    async def _compare_changed(
        self, name: str, accounts: Collection[str], trigger: Trigger
    ) -> int | None:
        """Compare accounts and those that billing calls changed; only then go on behind them."""
        system = await self._billing.get(name)
        changed = await (await self._billing.adapter(name)).changed(system.changed_cursor)
        run_id = await self._compare(name, {*accounts, *changed.account_ids}, trigger)
        await self._store.billing.set_cursors(name, changed=changed.cursor)
        return run_id


def _task(name: str) -> str:
    return f"sync {name}"
