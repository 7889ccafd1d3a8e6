"""What is intended for every object of every device, beside what runs and what is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from positron_tui.domain.changes import Change
from positron_tui.domain.clock import Clock
from positron_tui.domain.drift import DriftLine
from positron_tui.domain.edits import apply_edits
from positron_tui.domain.errors import PositronError, Refused
from positron_tui.domain.intended import (
    RESUME,
    SUSPEND,
    Intended,
    adopted,
    counts,
    effective,
    followed,
    intended_drift,
    number_of,
    recorded,
)
from positron_tui.domain.natural import Missing, naturals
from positron_tui.domain.reconcile import TakeIntended
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Subscriber
from positron_tui.domain.touched import items_of, put_back, touched
from positron_tui.services.fleet import Fleet
from positron_tui.services.intent_types import (
    AdoptReport,
    Direction,
    DriftItem,
    DriftReport,
    IntendedService,
)
from positron_tui.services.moves import UNDO
from positron_tui.services.prepared import DeviceEdit
from positron_tui.services.reader import DeviceReader
from positron_tui.store import Store
from positron_tui.store.intent import ConfigCopy, Truth

__all__ = [
    "AdoptReport",
    "Direction",
    "DriftItem",
    "DriftReport",
    "IntendedService",
    "Intent",
]
_WHOLE = ("device", "")


class Intent:
    """Intended state by device."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        store: Store,
        reader: DeviceReader,
        clock: Clock,
        concurrency: int,
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._reader = reader
        self._clock = clock
        self._slots = asyncio.Semaphore(concurrency)

    async def adopt(
        self, device: str, *, names: Collection[str] | None = None, dry_run: bool = False
    ) -> AdoptReport:
        """Read a device whole and intend what runs there, where nothing is intended yet.

        `names` limits it to these subscribers (with their endpoints and profiles). Nothing on the
        device is touched; a second time does nothing. A dry run only reports. Raises
        DeviceUnreachable.
        """
        reading = await self._reader.whole(device)
        running, notes = reading.fresh.running, list(reading.notes)
        missing = [name for name in names or () if running.subscriber_by_name(name) is None]
        notes += [f"{device} has no subscriber named {name}." for name in missing]
        if running.unreadable_lines:
            notes.append(
                f"{len(running.unreadable_lines)} lines of {device} could not be understood and "
                "were not taken over."
            )
        before = await self._store.intent.load(device)
        refused: tuple[str, ...] = ()

        def change(state: Intended) -> Intended:
            nonlocal before, refused
            before = state
            after, refused = adopted(state, running, self._clock.now(), names)
            return after

        after = change(before) if dry_run else await self._store.intent.update(device, change)
        return AdoptReport(device, counts(before.config, after.config), (*notes, *refused))

    async def drift(self, device: str | None = None) -> DriftReport:
        """Read a device (or all, side by side) and return where the truths differ now.

        With a device its errors are raised; with all of them they are in the report.
        """
        if device is not None:
            await self._reader.whole(device)
            names: tuple[str, ...] = (device,)
            failures: dict[str, str] = {}
        else:
            names = self._fleet.names()
            failures = await self._read_all(names)
        items = [item for name in names for item in await self._known(name)]
        unadopted = [
            name
            for name in names
            if name in self._fleet and (await self._store.intent.load(name)).adopted_at is None
        ]
        return DriftReport(tuple(items), failures, tuple(unadopted))

    async def known_drift(self, device: str | None = None) -> tuple[DriftItem, ...]:
        """Return where the truths differ by what was read last; nothing is read."""
        names = self._fleet.names() if device is None else (self._fleet.get(device).name,)
        return tuple([item for name in names for item in await self._known(name)])

    async def reconcile_edit(
        self, items: Sequence[DriftItem], direction: Direction
    ) -> tuple[DeviceEdit, ...]:
        """Reconcile lines of a drift; one edit for each device, none when only the store changed.

        Give one line, the lines of an object, of a device, or a marked set. Raises
        ValidationFailed when the store cannot take them without others.
        """
        by_device: dict[str, list[DriftLine]] = {}
        for item in items:
            by_device.setdefault(item.device, []).append(_line(item))
        if direction is Direction.INTENDED:
            for device, lines in by_device.items():
                await self._take_running(device, lines)
            return ()
        edits = []
        for device, lines in by_device.items():
            self._refuse_unintended(device, lines)
            edits.append(await self._take_intended(device, tuple(lines)))
        return tuple(edits)

    async def intended(self, device: str) -> RunningConfig:
        """Return what is intended on a device, suspended services with the data they keep."""
        self._fleet.get(device)
        return (await self._store.intent.load(device)).config

    async def adopted_at(self, device: str) -> datetime | None:
        """Return when a device was taken over whole, or None."""
        self._fleet.get(device)
        return (await self._store.intent.load(device)).adopted_at

    async def services(self, device: str | None = None) -> tuple[IntendedService, ...]:
        """Return the intended services of one device or of all."""
        names = self._fleet.names() if device is None else (self._fleet.get(device).name,)
        found: list[IntendedService] = []
        for name in names:
            state = await self._store.intent.load(name)
            found += [_service(name, state, one) for one in state.config.subscribers]
        return tuple(found)

    async def suspended(self) -> Mapping[tuple[str, str], datetime]:
        """Return since when services are suspended, by the names of device and subscriber."""
        return await self._store.intent.suspended()

    async def service(self, device: str, name: str) -> IntendedService | None:
        """Return what is intended for one subscriber."""
        state = await self._store.intent.load(device)
        held = state.service(name)
        return None if held is None else _service(device, state, held)

    async def record(self, change: Change, basis: RunningConfig, wanted: RunningConfig) -> None:
        """Let the intent follow a verified change; `basis` and `wanted` are its touched objects."""
        if change.device not in self._fleet:
            return
        kind, now = await self._kind(change), self._clock.now()
        await self._store.intent.update(
            change.device, lambda state: recorded(state, kind, basis, wanted, now)
        )
        copies = await self._store.intent.copies(change.device)
        saved = {Truth.RUNNING, *((Truth.STARTUP,) if change.saved else ())}
        # What needed no command was read as well, and may be newer than the copy.
        keys = touched(basis, wanted) or tuple(items_of(wanted))
        for truth in saved & copies.keys():
            copy = copies[truth]
            patched = put_back(copy.config, keys, wanted)
            await self._store.intent.keep_copy(change.device, truth, patched, copy.read_at)

    async def _read_all(self, names: Iterable[str]) -> dict[str, str]:
        failures: dict[str, str] = {}

        async def read(name: str) -> None:
            async with self._slots:
                try:
                    await self._reader.whole(name)
                except PositronError as error:
                    failures[name] = str(error)

        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(read(name), name=f"read the truths of {name}")
        return failures

    async def _known(self, device: str) -> list[DriftItem]:
        if device not in self._fleet:
            return []
        copies = await self._store.intent.copies(device)
        running, startup = copies.get(Truth.RUNNING), copies.get(Truth.STARTUP)
        if running is None:
            return []
        state = await self._store.intent.load(device)
        lines = await asyncio.to_thread(
            intended_drift, state, running.config, startup.config if startup else None
        )
        times = _times(state)
        return [_item(device, line, times, running, startup) for line in lines]

    async def _take_running(self, device: str, lines: list[DriftLine]) -> None:
        copies = await self._store.intent.copies(device)
        running = copies.get(Truth.RUNNING)
        if running is None:
            raise Refused(f"What {device} runs was never read; run 'drift {device}' first.")
        now = self._clock.now()
        await self._store.intent.update(
            device, lambda state: followed(state, lines, running.config, now)
        )

    def _refuse_unintended(self, device: str, lines: list[DriftLine]) -> None:
        unknown = [line.subject for line in lines if line.intended is Missing.UNKNOWN]
        if unknown:
            raise Refused(
                f"Nothing is intended for {', '.join(dict.fromkeys(unknown))} on {device}; adopt "
                f"it first with 'adopt {device}'."
            )

    async def _take_intended(self, device: str, lines: tuple[DriftLine, ...]) -> DeviceEdit:
        goal = effective(await self._store.intent.load(device))
        edit = TakeIntended(lines, goal)
        return DeviceEdit(
            device,
            edit.kind,
            edit.subject,
            lambda config, context: apply_edits(config, (edit,), context),
            save=True,
        )

    async def _kind(self, change: Change) -> str:
        """Return what a change comes to: undoing a suspension resumes, undoing that suspends."""
        if change.kind != UNDO or change.inverse_of is None:
            return change.kind
        undone = await self._kind(await self._store.journal.get(change.inverse_of))
        return {SUSPEND: RESUME, RESUME: SUSPEND}.get(undone, UNDO)


def _service(device: str, state: Intended, held: Subscriber) -> IntendedService:
    suspension = state.suspensions.get(held.subscriber_id)
    profile = state.config.profile_by_id(held.profile_id or 0) if held.profile_id else None
    endpoint = next(
        (one for one in state.config.endpoints if one.endpoint_id == held.endpoint_id), None
    )
    return IntendedService(
        device=device,
        subscriber=replace(held, endpoint_mac=endpoint.mac if endpoint else None),
        plan=profile.name if profile else None,
        down_mbps=profile.down_mbps if profile else None,
        up_mbps=profile.up_mbps if profile else None,
        intended_at=state.times.get(("subscriber", held.subscriber_id)),
        suspended_at=suspension.at if suspension else None,
    )


def _item(
    device: str,
    line: DriftLine,
    times: Mapping[tuple[str, str], datetime],
    running: ConfigCopy,
    startup: ConfigCopy | None,
) -> DriftItem:
    return DriftItem(
        device=device,
        kind=line.kind,
        subject=line.subject,
        field=line.field,
        intended=line.intended,
        running=line.running,
        startup=line.startup,
        intended_at=times.get((line.kind, line.subject), times.get(_WHOLE)),
        running_at=running.read_at,
        startup_at=startup.read_at if startup else None,
    )


def _times(state: Intended) -> dict[tuple[str, str], datetime]:
    """Return when each object was intended by its natural key; what else is, with the device."""
    times = {
        (kind, one.key): state.times[kind, number_of(one.thing)]
        for kind, found in naturals(state.config).items()
        for one in found
        if (kind, number_of(one.thing)) in state.times
    }
    if state.adopted_at is not None:
        times[_WHOLE] = state.adopted_at
    return times


def _line(item: DriftItem) -> DriftLine:
    return DriftLine(item.kind, item.subject, item.field, item.intended, item.running, item.startup)
