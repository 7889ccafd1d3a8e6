"""Changes that a crash left open: recorded as indeterminate, then settled by reading."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from positron_tui.domain.changes import Change, ChangeState
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import DeviceBusy, PositronError, Refused
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.touched import with_members
from positron_tui.gam.driver import DeviceDriver
from positron_tui.services.activity import ActivityLog
from positron_tui.services.basis import uses_jsonrpc
from positron_tui.services.drivers import DriverPool
from positron_tui.services.events import Event, EventBus, PollFinished
from positron_tui.services.fleet import Fleet
from positron_tui.services.journal import ChangeRecord
from positron_tui.services.leases import device_lease
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.settling import Touched, judge, nothing_was_sent
from positron_tui.services.tasks import TaskKeeper
from positron_tui.services.verified import VERIFIED, Verified
from positron_tui.store import Store

# Older ones may have been undone by hand since; a reading would tell nothing about them.
_LOOK_BACK = timedelta(days=7)
_LOOK_BACK_ROWS = 200


class Recovery:
    """Settles open changes now, and those of silent devices when they answer again."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        store: Store,
        drivers: DriverPool,
        locks: DeviceLocks,
        events: EventBus,
        activity: ActivityLog,
        tasks: TaskKeeper,
        clock: Clock,
        verified: Verified,
        holder: str,
        grace_s: float,
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._drivers = drivers
        self._locks = locks
        self._events = events
        self._activity = activity
        self._tasks = tasks
        self._clock = clock
        self._verified = verified
        self._holder = holder
        self._grace_s = grace_s
        self._waiting: dict[str, list[Change]] = {}
        self._unsubscribe: Callable[[], None] | None = None

    async def settle_unfinished(self, device: str | None = None) -> tuple[Change, ...]:
        """Find changes whose end nobody knows, of one device or all; return what became of each.

        Those are the ones that a crash left open, and the indeterminate ones of the last days. A
        change that another console is running right now is left alone. One whose device does not
        answer stays indeterminate and is settled after the device's next good poll.
        """
        open_ones = await self._store.journal.unfinished()
        oldest = self._clock.now() - _LOOK_BACK
        unknown = (
            change
            for change in await self._store.journal.list(limit=_LOOK_BACK_ROWS)
            if change.state is ChangeState.INDETERMINATE and change.requested_at >= oldest
        )
        found = [*open_ones, *unknown]
        return await self._settle_all(
            [one for one in found if device is None or one.device == device]
        )

    async def settle_device(self, name: str) -> tuple[Change, ...]:
        """Settle what a crash left open on one device, before something new is done to it."""
        found = await self._store.journal.unfinished()
        return await self._settle_all([one for one in found if one.device == name])

    async def _settle_all(self, changes: list[Change]) -> tuple[Change, ...]:
        settled = []
        for change in sorted(changes, key=lambda one: one.id):
            try:
                settled.append(await self._settle(change))
            except DeviceBusy:
                self._wait_for(change)
        return tuple(settled)

    def close(self) -> None:
        """Stop to listen for devices that answer again."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None

    async def _settle(self, change: Change) -> Change:
        if change.device not in self._fleet:
            text = f"{change.device} is not in the fleet any more; what became of it is not known."
            return await self._record(change).move(ChangeState.INDETERMINATE, text)
        async with (
            self._locks.of(change.device),
            device_lease(self._store, change.device, self._holder),
        ):
            latest = await self._store.journal.get(change.id)
            record = self._record(latest)
            if latest.state is ChangeState.INDETERMINATE:
                return await self._read_and_judge(record, "")
            if latest.state.finished:
                return latest  # another console was quicker
            if nothing_was_sent(latest):
                text = "The console stopped before it sent anything; nothing was changed."
                return await record.move(ChangeState.REFUSED, text)
            why = f"The console stopped in the middle of this change (while {latest.state.value})."
            await record.move(ChangeState.INDETERMINATE, f"{why} Reading the device.")
            return await self._read_and_judge(record, f"{why} ")

    async def _read_and_judge(self, record: ChangeRecord, why: str) -> Change:
        change = record.change
        documents = await self._store.journal.documents(change.id)
        if documents is None:
            text = f"{why}The journal does not say what it was to touch; look at the unit."
            return await record.move(ChangeState.INDETERMINATE, text)
        objects = Touched(*documents, members=uses_jsonrpc(change))
        try:
            driver = await self._drivers.get(self._fleet.get(change.device).device)
            now, saved = await self._read(driver, objects)
            if objects.missing(now) and (wait_s := await self._may_come_within(change)):
                await asyncio.sleep(wait_s)
                now, saved = await self._read(driver, objects)
        except PositronError as error:
            self._wait_for(change)
            text = f"{why}{change.device} could not be read since: {error}"
            return await record.move(ChangeState.INDETERMINATE, text)
        state, text = judge(change, objects, now, saved)
        verified = state in VERIFIED
        at, kept = (self._clock.now(), saved) if verified else (None, None)
        if verified:
            ended = replace(change, state=state, verified_at=at, saved=kept)
            await self._verified.tell(ended, *documents)
        return await record.move(state, f"{why}{text}", verified_at=at, saved=kept)

    async def _may_come_within(self, change: Change) -> float:
        """Return for how many seconds more a command that was sent last may take effect."""
        events = await self._store.journal.events(change.id)
        sent = [one.at for one in events if one.state is not ChangeState.INDETERMINATE]
        passed = (self._clock.now() - sent[-1]).total_seconds() if sent else self._grace_s
        return min(max(self._grace_s - passed, 0.0), self._grace_s)

    async def _read(
        self, driver: DeviceDriver, objects: Touched
    ) -> tuple[RunningConfig, bool | None]:
        """Return what the device runs and, as far as that can be told, whether it is saved."""
        printed = await driver.running_config()
        now = printed
        if objects.members:
            if driver.jsonrpc is None:
                raise Refused(
                    "what it set can only be read over JSON-RPC, for which the device is not "
                    "marked any more."
                )
            now = with_members(printed, await driver.jsonrpc.running_config())
        try:
            startup = await driver.startup_config()
        except PositronError:
            return now, None
        return now, objects.saved(printed, startup)

    def _wait_for(self, change: Change) -> None:
        waiting = self._waiting.setdefault(change.device, [])
        if all(one.id != change.id for one in waiting):
            waiting.append(change)
        if self._unsubscribe is None:
            self._unsubscribe = self._events.subscribe(self._on_event)

    def _on_event(self, event: Event) -> None:
        if not isinstance(event, PollFinished) or event.name not in self._waiting:
            return
        if event.name not in self._fleet or not self._fleet.get(event.name).poll.reachable:
            return
        task = f"settle changes of {event.name}"
        if not self._tasks.running(task):
            self._tasks.start(task, self._settle_waiting(event.name))

    async def _settle_waiting(self, name: str) -> None:
        for change in self._waiting.pop(name, []):
            try:
                await self._settle(change)
            except DeviceBusy:
                self._wait_for(change)

    def _record(self, change: Change) -> ChangeRecord:
        return ChangeRecord(
            change,
            store=self._store,
            events=self._events,
            activity=self._activity,
            on_progress=lambda _change: None,
        )
