"""Restarting an endpoint: one command, recorded like a change, that nothing can undo."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from positron_tui.domain.changes import Change, ChangeState, ChangeStep, StepState
from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Section
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import (
    CommandRejected,
    DeviceUnreachable,
    HostKeyChanged,
    NotFound,
    PositronError,
)
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.running_config import RunningConfig
from positron_tui.services.activity import ActivityLog
from positron_tui.services.changes import Changes
from positron_tui.services.drivers import DriverPool
from positron_tui.services.events import EventBus
from positron_tui.services.fleet import Fleet
from positron_tui.services.journal import ChangeRecord
from positron_tui.services.leases import device_lease
from positron_tui.services.locks import DeviceLocks
from positron_tui.services.polling import Poller
from positron_tui.services.prepared import OnProgress, PreparedChange
from positron_tui.services.undoing import REBOOT
from positron_tui.services.views import DeviceView
from positron_tui.store import Store

# How often, and how many seconds apart, the endpoint is looked at after the unit said yes.
_LOOKS = 8
_PAUSE_S = 2.0


class Reboots:
    """Restarts endpoints; the journal's kind is `endpoint.reboot`."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        store: Store,
        changes: Changes,
        drivers: DriverPool,
        poller: Poller,
        locks: DeviceLocks,
        events: EventBus,
        activity: ActivityLog,
        clock: Clock,
        config_s: float,
        actor: str,
        holder: str,
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._changes = changes
        self._drivers = drivers
        self._poller = poller
        self._locks = locks
        self._events = events
        self._activity = activity
        self._clock = clock
        self._config_s = config_s
        self._actor = actor
        self._holder = holder
        self._running: set[asyncio.Task[Change]] = set()

    async def prepare(self, device: str, mac: str) -> PreparedChange:
        """Return the command to be confirmed; NotFound when the device does not know the MAC."""
        view, wanted = self._fleet.get(device), parse_mac(mac)
        endpoint = view.endpoint_by_mac(wanted)
        if endpoint is None:
            raise NotFound(f"{device} has no endpoint {wanted}; check the MAC address.")
        step = ChangeStep(
            index=0,
            transport="cli",
            command=f"reboot ghn endpoint mac-address {wanted}",
            purpose=f"restart the endpoint {endpoint.name or wanted}",
        )
        change = Change(
            device=device,
            kind=REBOOT,
            subject=wanted,
            steps=(step,),
            before={"uptime_s": endpoint.uptime_s},
            after={"uptime_s": 0},
            actor=self._actor,
            requested_at=self._clock.now(),
        )
        return PreparedChange(change, _warnings(view, endpoint), RunningConfig(), RunningConfig())

    async def execute(
        self, prepared: PreparedChange, on_progress: OnProgress = lambda change: None
    ) -> Change:
        """Send it, and read until the endpoint was seen to restart; like `Changes.execute`.

        Ends as indeterminate when the unit said yes and no restart was seen. A cancellation lets
        it come to its end first.
        """
        self._changes.refuse_unchangeable(self._fleet.get(prepared.change.device))
        work = asyncio.create_task(
            self._locked(prepared, on_progress), name=f"reboot {prepared.change.subject}"
        )
        self._running.add(work)
        work.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            if not work.done():
                await asyncio.wait([work])
            if not work.cancelled():
                work.exception()  # seen: the journal has it
            raise

    async def close(self) -> None:
        """Wait for what runs."""
        if self._running:
            await asyncio.wait(self._running)

    async def _locked(self, prepared: PreparedChange, on_progress: OnProgress) -> Change:
        name = prepared.change.device
        async with self._locks.of(name), device_lease(self._store, name, self._holder):
            record = ChangeRecord(
                prepared.change,
                store=self._store,
                events=self._events,
                activity=self._activity,
                on_progress=on_progress,
            )
            await record.begin(None, None)
            return await self._recorded(record)

    async def _recorded(self, record: ChangeRecord) -> Change:
        step, name = record.change.steps[0], record.change.device
        before = await self._look(record.change)
        sent = False
        try:
            driver = await self._drivers.get(self._fleet.get(name).device)
            async with driver.session() as cli:
                await record.move(ChangeState.APPLYING)
                await record.step(step.index, StepState.SENT)
                sent = True
                reply = await cli.run(step.command, timeout_s=self._config_s)
        except CommandRejected as error:
            await record.step(step.index, StepState.REJECTED, error.reply)
            text = f"The unit refused to restart it: {error.reply.strip()} Nothing was done."
            return await record.move(ChangeState.REVERTED, text)
        except DeviceUnreachable as error:
            if sent:
                await record.step(step.index, StepState.PENDING)
            return await record.move(ChangeState.REFUSED, f"{error} Nothing was sent.")
        except HostKeyChanged as error:
            await self._poller.block(name, error)
            await record.move(ChangeState.REFUSED, str(error))
            raise
        except (PositronError, OSError, TimeoutError) as error:
            return await self._unknown(record, str(error) or "No answer came.")
        await record.step(step.index, StepState.ACCEPTED, reply)
        await record.move(ChangeState.VERIFYING)
        return await self._verify(record, before)

    async def _verify(self, record: ChangeRecord, before: Endpoint | None) -> Change:
        for look in range(_LOOKS):
            if look:
                await asyncio.sleep(_PAUSE_S)
            if _restarted(before, await self._look(record.change)):
                return await record.move(
                    ChangeState.VERIFIED_SAVED,
                    f"The endpoint {record.change.subject} is restarting; it is back in a minute "
                    "or two.",
                    verified_at=self._clock.now(),
                )
        return await self._unknown(record, "The unit said yes, but no restart was seen.")

    async def _unknown(self, record: ChangeRecord, why: str) -> Change:
        return await record.move(
            ChangeState.INDETERMINATE,
            f"{why} Whether the endpoint {record.change.subject} restarted is not known; look at "
            "its uptime in a minute.",
        )

    async def _look(self, change: Change) -> Endpoint | None:
        """Read the endpoints again and return this one; the last reading when none is had."""
        with suppress(PositronError):
            await self._poller.reread(change.device, {Section.ENDPOINTS})
        return self._fleet.get(change.device).endpoint_by_mac(change.subject)


def _restarted(before: Endpoint | None, now: Endpoint | None) -> bool:
    """Return whether an endpoint went away since, or counts its uptime from anew."""
    if now is None or now.detected_port is None or now.state is EndpointState.NOT_DETECTED:
        return before is not None and before.detected_port is not None
    if before is None or before.uptime_s is None or now.uptime_s is None:
        return False
    return now.uptime_s < before.uptime_s


def _warnings(view: DeviceView, endpoint: Endpoint) -> tuple[str, ...]:
    found = ["A restart cannot be undone."]
    service = view.subscriber_of(endpoint)
    if service is not None:
        found.append(f"{service.name} has no service while the endpoint restarts.")
    if endpoint.detected_port is None:
        found.append(f"The endpoint {endpoint.mac} is not seen right now; the unit may refuse.")
    return tuple(found)
