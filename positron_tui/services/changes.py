"""Changes of devices: planned from a fresh read, shown, applied, verified, saved, undone."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from positron_tui.domain.changes import Change, ChangeEvent, ChangeState, StepState
from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Section
from positron_tui.domain.endpoints import EndpointState
from positron_tui.domain.errors import (
    DeviceChanged,
    HostKeyChanged,
    PositronError,
    ReadOnlyRefused,
    Refused,
)
from positron_tui.gam.driver import DeviceDriver
from positron_tui.services.activity import ActivityLog
from positron_tui.services.basis import planned, uses_jsonrpc
from positron_tui.services.change_run import ChangeRun, RunOptions, Verdict
from positron_tui.services.drivers import DriverPool
from positron_tui.services.events import EventBus
from positron_tui.services.fleet import Fleet
from positron_tui.services.fresh import read_fresh
from positron_tui.services.journal import ChangeRecord
from positron_tui.services.leases import device_lease
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.moves import left_behind, undo_order, undo_warning
from positron_tui.services.polling import Poller
from positron_tui.services.prepared import DeviceEdit, OnProgress, OnVerified, PreparedChange
from positron_tui.services.recovery import Recovery
from positron_tui.services.settling import Touched
from positron_tui.services.undoing import undo_edit
from positron_tui.services.verified import Verified
from positron_tui.services.views import DeviceView, blocked_sentence
from positron_tui.store import Store

__all__ = ["Changes", "DeviceEdit", "OnProgress", "OnVerified", "PreparedChange"]

# How long a finished change waits for a word on the endpoint's state.
_LINK_NOTE_S = 15.0


class Changes:
    """Plans and runs changes, one writer per device; the journal of those that were made."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        store: Store,
        drivers: DriverPool,
        poller: Poller,
        locks: DeviceLocks,
        events: EventBus,
        activity: ActivityLog,
        clock: Clock,
        options: RunOptions,
        recovery: Recovery,
        verified: Verified,
        read_only: bool,
        actor: str,
        holder: str,
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._drivers = drivers
        self._poller = poller
        self._locks = locks
        self._events = events
        self._activity = activity
        self._clock = clock
        self._options = options
        self._recovery = recovery
        self._verified = verified
        self._read_only = read_only
        self._actor = actor
        self._holder = holder
        self._running: set[asyncio.Task[Change]] = set()

    @property
    def read_only(self) -> bool:
        """Whether the whole console may only plan."""
        return self._read_only

    async def prepare(self, edit: DeviceEdit) -> PreparedChange:
        """Read the device, apply the edit and plan it; sends nothing that changes anything.

        Raises ValidationFailed with every finding, CannotPlan and NeedsJsonRpc, DeviceUnreachable,
        HostKeyChanged, Refused, NotFound.
        """
        return await self._prepare(edit, None)

    async def undo(self, change_id: int, *, alone: bool = True) -> PreparedChange:
        """Plan the inverse of a change against a fresh read; it is run like any other.

        Half a move that is undone `alone`, before the half that must come first, warns of that.

        Raises Refused with the reason when it cannot be undone: it did nothing, was undone
        already, or what it touched was changed since (DeviceChanged, names the fields).
        """
        change = await self._store.journal.get(change_id)
        await self._recovery.settle_device(change.device)
        change = await self._store.journal.get(change_id)
        plan = await self._prepare(await undo_edit(self._store, change), change_id)
        warning = await undo_warning(self._store, change) if alone else None
        return plan if warning is None else replace(plan, warnings=(*plan.warnings, warning))

    async def undo_order(self, change_id: int) -> tuple[Change, ...]:
        """Return what is undone with a change, in order: alone, or both halves of a move."""
        return await undo_order(self._store, await self._store.journal.get(change_id))

    async def left_behind(self, change: Change) -> tuple[str, ...]:
        """Return the devices that still have the service of a move that was cut short."""
        return await left_behind(self._store, self._fleet, change)

    async def execute(
        self, prepared: PreparedChange, on_progress: OnProgress = lambda change: None
    ) -> Change:
        """Run a prepared change and return it in an end state with its sentence.

        Raises Refused (ReadOnlyRefused, DeviceBusy, DeviceChanged) before anything is sent;
        failures of the device are in the returned change. A cancellation stops it only while
        nothing was sent; after that it is brought to an end first.
        """
        view = self._fleet.get(prepared.change.device)
        self.refuse_unchangeable(view)
        stop = asyncio.Event()
        work = asyncio.create_task(
            self._locked_run(prepared, on_progress, stop),
            name=f"change {prepared.change.subject} on {view.name}",
        )
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            if not work.done():
                stop.set()
                await asyncio.wait([work])
            if not work.cancelled():
                work.exception()  # seen: the journal has it
            raise

    async def list(self, *, limit: int = 100, device: str | None = None) -> tuple[Change, ...]:
        """Return the newest changes, of one device or of all."""
        return await self._store.journal.list(limit, device)

    async def get(self, change_id: int) -> Change:
        """Return one change with its steps; NotFound."""
        return await self._store.journal.get(change_id)

    async def events(self, change_id: int) -> tuple[ChangeEvent, ...]:
        """Return every transition of a change in order."""
        return await self._store.journal.events(change_id)

    async def settle(self, device: str | None = None) -> tuple[Change, ...]:
        """Read the devices of changes whose end nobody knows, and record what is there."""
        return await self._recovery.settle_unfinished(device)

    def on_verified(self, listener: OnVerified) -> None:
        """Tell `listener` of every change that was read back, with its objects before and after."""
        self._verified.listen(listener)

    async def close(self) -> None:
        """Wait for changes that are being brought to an end."""
        self._recovery.close()
        if self._running:
            await asyncio.wait(list(self._running))

    async def _prepare(self, edit: DeviceEdit, inverse_of: int | None) -> PreparedChange:
        _refuse_unwritable(self._fleet.get(edit.device))
        await self._recovery.settle_device(edit.device)
        async with self._locks.of(edit.device):
            reading = await read_fresh(
                edit.device, fleet=self._fleet, drivers=self._drivers, poller=self._poller
            )
        return planned(
            edit, reading, actor=self._actor, now=self._clock.now(), inverse_of=inverse_of
        )

    def refuse_unchangeable(self, view: DeviceView) -> None:
        """Raise why a device must not be changed: read-only, without SSH, or blocked."""
        self._refuse_read_only(view)
        _refuse_unwritable(view)

    def _refuse_read_only(self, view: DeviceView) -> None:
        if self._read_only:
            raise ReadOnlyRefused(
                "This console is read-only; start it without the setting 'read_only' to change "
                "devices."
            )
        if view.device.read_only:
            raise ReadOnlyRefused(
                f"{view.name} is read-only; lift that with 'device edit {view.name} --writable'."
            )

    async def _locked_run(
        self, prepared: PreparedChange, on_progress: OnProgress, stop: asyncio.Event
    ) -> Change:
        name = prepared.change.device
        async with (
            self._locks.of(name),
            device_lease(self._store, name, self._holder),
        ):
            if stop.is_set():
                raise Refused("Cancelled before anything was sent.")
            record = ChangeRecord(
                prepared.change,
                store=self._store,
                events=self._events,
                activity=self._activity,
                on_progress=on_progress,
            )
            await record.begin(prepared.basis, prepared.wanted)
            return await self._recorded_run(prepared, record, stop)

    async def _recorded_run(
        self, prepared: PreparedChange, record: ChangeRecord, stop: asyncio.Event
    ) -> Change:
        """Run behind a journal entry, so that no end is left out of it."""
        name = prepared.change.device
        try:
            driver = await self._drivers.get(self._fleet.get(name).device)
            await _refuse_moved(prepared, driver)
            run = ChangeRun(
                record=record,
                objects=Touched(
                    prepared.basis, prepared.wanted, members=uses_jsonrpc(prepared.change)
                ),
                driver=driver,
                clock=self._clock,
                options=self._options,
                stop=stop.is_set,
                save_anyway=prepared.save,
            )
            verdict = await run.run()
        except Refused as error:
            if isinstance(error, HostKeyChanged):
                await self._poller.block(name, error)
            await record.move(ChangeState.REFUSED, str(error))
            raise
        except PositronError as error:
            verdict = _unforeseen(record.change, str(error))
        except BaseException as error:
            verdict = _unforeseen(record.change, f"The console stopped ({_kind(error)}).")
            await record.move(verdict.state, verdict.message)
            raise
        return await self._conclude(record, prepared, verdict)

    async def _conclude(
        self, record: ChangeRecord, prepared: PreparedChange, verdict: Verdict
    ) -> Change:
        """Take note of what was verified, refresh what is shown of the device, write the end."""
        verified_at = self._clock.now() if verdict.verified else None
        if verdict.verified:
            # Before the journal's end: what a crash leaves open is settled, and told again. Before
            # anybody sees the device anew, too: what runs is intended by then.
            ended = replace(
                record.change, state=verdict.state, verified_at=verified_at, saved=verdict.saved
            )
            await self._verified.tell(ended, prepared.basis, prepared.wanted)
        note = ""
        if verdict.state is not ChangeState.REFUSED and prepared.change.steps:
            note = await self._refresh(prepared, verdict)
        await record.move(
            verdict.state,
            f"{verdict.message} {note}".strip(),
            verified_at=verified_at,
            saved=verdict.saved,
        )
        return record.change

    async def _refresh(self, prepared: PreparedChange, verdict: Verdict) -> str:
        """Read the device again; return a sentence on the endpoint of a service that runs."""
        name = prepared.change.device
        with suppress(PositronError, TimeoutError):
            async with asyncio.timeout(self._options.show_s + _LINK_NOTE_S):
                await self._poller.reread(name, {Section.ENDPOINTS, Section.CONFIG})
        mac = _endpoint_of(prepared) if verdict.verified else None
        return _link_note(self._fleet.get(name), mac) if mac else ""


def _refuse_unwritable(view: DeviceView) -> None:
    if view.device.address.ssh_port is None:
        raise Refused(
            f"{view.name} was added without SSH, so it can be watched but not changed; give it an "
            f"SSH port with 'device edit {view.name} --ssh-port 22'."
        )
    blocked = blocked_sentence(view.device)
    if blocked is not None:
        raise HostKeyChanged(
            blocked,
            view.device.host_key_fingerprint or "",
            view.device.offered_key_fingerprint or "",
        )


async def _refuse_moved(prepared: PreparedChange, driver: DeviceDriver) -> None:
    """Refuse when an endpoint that is bound to the port where it was is plugged in elsewhere."""
    if not prepared.places:
        return
    try:
        result = await driver.read({Section.ENDPOINTS})
    except PositronError:
        return  # the configuration is checked over SSH anyway
    for seen in result.snapshot.endpoints:
        place = prepared.places.get(seen.mac)
        if place is not None and seen.detected_port not in (None, place):
            raise DeviceChanged(
                f"The endpoint {seen.mac} is on {seen.detected_port} now and not on {place}, for "
                "which this was planned; plan it again."
            )


def _unforeseen(change: Change, why: str) -> Verdict:
    if any(step.state is not StepState.PENDING for step in change.steps):
        return Verdict(
            ChangeState.INDETERMINATE,
            f"{why} Whether {change.subject} on {change.device} took effect is not known; "
            "the device is read at the next start.",
        )
    return Verdict(ChangeState.REFUSED, f"{why} Nothing was changed.")


def _endpoint_of(prepared: PreparedChange) -> str | None:
    """Return the endpoint of the one service that the change leaves on the device."""
    services = prepared.wanted.subscribers
    return services[0].endpoint_mac if len(services) == 1 else None


def _link_note(view: DeviceView, mac: str) -> str:
    endpoint = view.endpoint_by_mac(mac)
    if endpoint is None or endpoint.state is None:
        return "The state of its endpoint is not known."
    missing = endpoint.state is EndpointState.NOT_DETECTED
    words = "missing" if missing else endpoint.state.value.replace("_", " ")
    where = f" on {endpoint.port}" if endpoint.port else ""
    return f"Its endpoint is {words}{where}."


def _kind(error: BaseException) -> str:
    return "cancelled" if isinstance(error, asyncio.CancelledError) else type(error).__name__
