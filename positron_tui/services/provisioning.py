"""Changes of devices: planned from a fresh read, shown, applied, verified, saved, recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from positron_tui.domain.changes import Change, ChangeState, StepState
from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Section
from positron_tui.domain.errors import (
    DeviceChanged,
    DeviceUnreachable,
    HostKeyChanged,
    PositronError,
    ReadOnlyRefused,
    Refused,
    ValidationFailed,
)
from positron_tui.domain.provisioning import (
    PlannedService,
    ServiceView,
    SubscriberRequest,
    plan_subscriber,
)
from positron_tui.domain.provisioning_rules import validate
from positron_tui.domain.running_config import RunningConfig
from positron_tui.gam.driver import DeviceDriver
from positron_tui.services.activity import ActivityLog
from positron_tui.services.change_run import ChangeRun, RunOptions, Verdict
from positron_tui.services.drivers import DriverPool
from positron_tui.services.editor import EditorChoices, editor_choices
from positron_tui.services.events import EventBus
from positron_tui.services.fleet import Fleet
from positron_tui.services.journal import ChangeRecord
from positron_tui.services.leases import device_lease
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.polling import Poller
from positron_tui.services.recovery import Recovery
from positron_tui.services.settling import ADD_SUBSCRIBER
from positron_tui.services.views import DeviceView, blocked_sentence
from positron_tui.store import Store

__all__ = ["EditorChoices", "PreparedChange", "Provisioning"]

OnProgress = Callable[[Change], None]
# How long a finished change waits for a word on the endpoint's state.
_LINK_NOTE_S = 15.0


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """A plan that may be executed as it stands; `basis` is the reading that it was made from."""

    change: Change
    warnings: tuple[str, ...]
    request: SubscriberRequest
    planned: PlannedService
    basis: RunningConfig


class Provisioning:
    """Plans and runs changes, one writer per device."""

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
        self._read_only = read_only
        self._actor = actor
        self._holder = holder
        self._running: set[asyncio.Task[Change]] = set()

    async def prepare(self, request: SubscriberRequest) -> PreparedChange:
        """Read the device, check the request and plan it; sends nothing that changes anything.

        Raises ValidationFailed with every finding, DeviceUnreachable, HostKeyChanged, NotFound.
        """
        view = self._fleet.get(request.device)
        self._refuse_unwritable(view)
        await self._recovery.settle_device(request.device)
        async with self._locks.of(request.device):
            fresh = await self._fresh_view(view)
        findings = validate(request, fresh)
        if findings:
            raise ValidationFailed(findings)
        planned = plan_subscriber(request, fresh)
        change = Change(
            device=request.device,
            kind=ADD_SUBSCRIBER,
            subject=request.name,
            steps=planned.steps,
            before=planned.before,
            after=planned.after,
            actor=self._actor,
            requested_at=self._clock.now(),
        )
        return PreparedChange(change, planned.warnings, request, planned, fresh.running)

    async def execute(
        self, prepared: PreparedChange, on_progress: OnProgress = lambda change: None
    ) -> Change:
        """Run a prepared change and return it in an end state with its sentence.

        Raises Refused (ReadOnlyRefused, DeviceBusy, DeviceChanged) before anything is sent;
        failures of the device are in the returned change. A cancellation stops it only while
        nothing was sent; after that it is brought to an end first.
        """
        view = self._fleet.get(prepared.change.device)
        self._refuse_read_only(view)
        self._refuse_unwritable(view)
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

    def offer(self, device_name: str) -> EditorChoices:
        """Return what the subscriber editor offers for a device; NotFound if unknown."""
        view = self._fleet.get(device_name)
        return editor_choices(view, console_read_only=self._read_only)

    async def settle_unfinished(self) -> tuple[Change, ...]:
        """Find changes that a crash left open, read their devices, and record what is there."""
        return await self._recovery.settle_unfinished()

    async def close(self) -> None:
        """Wait for changes that are being brought to an end."""
        self._recovery.close()
        if self._running:
            await asyncio.wait(list(self._running))

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

    def _refuse_unwritable(self, view: DeviceView) -> None:
        if view.device.address.ssh_port is None:
            raise Refused(
                f"{view.name} was added without SSH, so it can be watched but not changed; give "
                f"it an SSH port with 'device edit {view.name} --ssh-port 22'."
            )
        blocked = blocked_sentence(view.device)
        if blocked is not None:
            raise HostKeyChanged(
                blocked,
                view.device.host_key_fingerprint or "",
                view.device.offered_key_fingerprint or "",
            )

    async def _fresh_view(self, view: DeviceView) -> ServiceView:
        """Read what a plan needs; the caller has the device's lock."""
        outcome = await self._poller.reread(view.name, {Section.ENDPOINTS})
        if Section.ENDPOINTS not in outcome.sections:
            reason = outcome.failure or outcome.failures.get(Section.ENDPOINTS)
            raise DeviceUnreachable(reason or f"The endpoints of {view.name} could not be read.")
        driver = await self._drivers.get(view.device)
        try:
            running = await driver.running_config()
        except HostKeyChanged as error:
            await self._poller.block(view.name, error)
            raise
        now = self._fleet.get(view.name)
        identity = now.snapshot.identity
        return ServiceView(
            line=identity.line,
            running=running,
            endpoints=now.snapshot.endpoints,
            subscriber_model=identity.subscriber_model,
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
            await record.begin()
            return await self._recorded_run(prepared, record, stop)

    async def _recorded_run(
        self, prepared: PreparedChange, record: ChangeRecord, stop: asyncio.Event
    ) -> Change:
        """Run behind a journal entry, so that no end is left out of it."""
        name = prepared.change.device
        try:
            driver = await self._drivers.get(self._fleet.get(name).device)
            await self._refuse_moved(prepared, driver)
            run = ChangeRun(
                record=record,
                planned=prepared.planned,
                basis=prepared.basis,
                driver=driver,
                clock=self._clock,
                options=self._options,
                stop=stop.is_set,
            )
            verdict = await run.run()
        except Refused as error:
            if isinstance(error, HostKeyChanged):
                await self._poller.block(name, error)
            await record.move(ChangeState.REFUSED, str(error))
            raise
        except PositronError as error:
            verdict = self._unforeseen(record.change, str(error))
        except BaseException as error:
            verdict = self._unforeseen(record.change, f"The console stopped ({_kind(error)}).")
            await record.move(verdict.state, verdict.message)
            raise
        return await self._conclude(record, prepared, verdict)

    async def _refuse_moved(self, prepared: PreparedChange, driver: DeviceDriver) -> None:
        """Refuse when the endpoint is plugged in elsewhere by now."""
        planned = prepared.planned.endpoint
        try:
            result = await driver.read({Section.ENDPOINTS})
        except PositronError:
            return  # the configuration is checked over SSH anyway
        seen = next((one for one in result.snapshot.endpoints if one.mac == planned.mac), None)
        port = seen.detected_port if seen else None
        if planned.port is None or port is None or port == planned.port:
            return
        raise DeviceChanged(
            f"The endpoint {planned.mac} is on {port} now and not on {planned.port}, for which "
            "this was planned; plan it again."
        )

    def _unforeseen(self, change: Change, why: str) -> Verdict:
        if any(step.state is not StepState.PENDING for step in change.steps):
            return Verdict(
                ChangeState.INDETERMINATE,
                f"{why} Whether {change.subject} on {change.device} took effect is not known; "
                "the device is read at the next start.",
            )
        return Verdict(ChangeState.REFUSED, f"{why} Nothing was changed.")

    async def _conclude(
        self, record: ChangeRecord, prepared: PreparedChange, verdict: Verdict
    ) -> Change:
        """Refresh what is shown of the device, and write the end."""
        note = ""
        if verdict.state is not ChangeState.REFUSED:
            note = await self._refresh(prepared, verdict)
        return await record.move(
            verdict.state,
            f"{verdict.message} {note}".strip(),
            verified_at=self._clock.now() if verdict.verified else None,
            saved=verdict.saved,
        )

    async def _refresh(self, prepared: PreparedChange, verdict: Verdict) -> str:
        """Read the device again; return a sentence on the endpoint when the service runs."""
        name = prepared.change.device
        with suppress(PositronError, TimeoutError):
            async with asyncio.timeout(self._options.show_s + _LINK_NOTE_S):
                await self._poller.reread(name, {Section.ENDPOINTS, Section.CONFIG})
        if not verdict.verified:
            return ""
        mac = prepared.planned.endpoint.mac or ""
        endpoint = self._fleet.get(name).endpoint_by_mac(mac)
        if endpoint is None or endpoint.state is None:
            return "The state of its endpoint is not known."
        words = endpoint.state.value.replace("_", " ")
        where = f" on {endpoint.port}" if endpoint.port else ""
        return f"Its endpoint is {words}{where}."


def _kind(error: BaseException) -> str:
    return "cancelled" if isinstance(error, asyncio.CancelledError) else type(error).__name__
