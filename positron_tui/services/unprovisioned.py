"""Endpoints that are seen and have no service: not configured, or quarantined."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeGuard

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Section
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.errors import NotFound
from positron_tui.domain.quality import endpoint_advice
from positron_tui.services.events import (
    DeviceAdded,
    DeviceRemoved,
    DeviceRenamed,
    DeviceUpdated,
    Event,
    EventBus,
)
from positron_tui.services.fleet import Fleet
from positron_tui.services.tasks import TaskKeeper
from positron_tui.services.views import DeviceView
from positron_tui.store import Store
from positron_tui.store.sightings import Sighting

# An endpoint on a bad line comes and goes; it waits since it was first seen all the same.
_FORGET_AFTER = timedelta(days=14)
# How old the store's word of a last sighting may be while it goes on.
_KEEP_EVERY = timedelta(hours=1)
_TASK = "keep sightings"


@dataclass(frozen=True, slots=True)
class UnprovisionedRow:
    """One endpoint that waits for somebody; rates in Mbit/s, None = unknown.

    `first_seen` is when a poll first found it like this; `last_seen` when it was last read.
    `words` say what is wrong with it and what to do.
    """

    device: str
    site: str
    mac: str
    port: str | None
    state: EndpointState | None
    model: str | None
    firmware: str | None
    down_phy_mbps: int | None
    up_phy_mbps: int | None
    first_seen: datetime
    last_seen: datetime
    words: str


class Unprovisioned:
    """The list over the fleet, kept in step with the polls."""

    def __init__(
        self, *, fleet: Fleet, store: Store, events: EventBus, tasks: TaskKeeper, clock: Clock
    ) -> None:
        self._fleet = fleet
        self._store = store
        self._tasks = tasks
        self._clock = clock
        self._sightings: dict[str, dict[str, Sighting]] = {}
        self._unsaved: dict[str, tuple[dict[str, Sighting], set[str]]] = {}
        self._unsubscribe: Callable[[], None] = events.subscribe(self._on_event)

    async def load(self) -> None:
        """Read from the store since when each endpoint is waiting."""
        for device, rows in (await self._store.sightings.load()).items():
            self._sightings[device] = {one.mac: one for one in rows}
        for view in self._fleet.devices():
            self._follow(view)

    def rows(self, device: str | None = None) -> tuple[UnprovisionedRow, ...]:
        """Return what waits on one device or on all, the longest waiting first."""
        views = self._fleet.devices() if device is None else (self._fleet.get(device),)
        found = [row for view in views for row in self._rows_of(view)]
        return tuple(sorted(found, key=lambda row: (row.first_seen, row.device, row.mac)))

    def close(self) -> None:
        """Stop to listen."""
        self._unsubscribe()

    def _rows_of(self, view: DeviceView) -> Iterator[UnprovisionedRow]:
        origin = view.snapshot.provenance.get(Section.ENDPOINTS)
        if origin is None:
            return
        known = self._sightings.get(view.name, {})
        for endpoint in view.snapshot.endpoints:
            if not is_waiting(endpoint):
                continue
            sighting = known.get(endpoint.mac)
            yield UnprovisionedRow(
                device=view.name,
                site=view.device.site,
                mac=endpoint.mac,
                port=endpoint.port,
                state=endpoint.state,
                model=endpoint.model,
                firmware=endpoint.firmware,
                down_phy_mbps=endpoint.down_phy_mbps,
                up_phy_mbps=endpoint.up_phy_mbps,
                first_seen=sighting.first_seen if sighting else origin.read_at,
                last_seen=origin.read_at,
                words=_words(endpoint),
            )

    def _on_event(self, event: Event) -> None:
        if isinstance(event, DeviceRenamed):
            self._sightings[event.new] = self._sightings.pop(event.old, {})
            self._unsaved.pop(event.old, None)
        elif isinstance(event, DeviceRemoved):
            self._sightings.pop(event.name, None)
            self._unsaved.pop(event.name, None)
        elif _tells_endpoints(event) and event.name in self._fleet:
            self._follow(self._fleet.get(event.name))

    def _follow(self, view: DeviceView) -> None:
        """Note who waits now and who does not any more, and have that kept."""
        origin = view.snapshot.provenance.get(Section.ENDPOINTS)
        if origin is None:
            return
        seen = {one.mac: one for one in view.snapshot.endpoints}
        waiting = {mac for mac, one in seen.items() if is_waiting(one)}
        known = self._sightings.setdefault(view.name, {})
        fresh = []
        for mac in sorted(waiting):
            held = known.get(mac)
            if held is None or origin.read_at - held.last_seen >= _KEEP_EVERY:
                first = held.first_seen if held else origin.read_at
                known[mac] = Sighting(mac, first, origin.read_at)
                fresh.append(known[mac])
        gone = [
            mac
            for mac, held in known.items()
            if mac not in waiting
            and ((mac in seen and _is_served(seen[mac])) or self._is_long_gone(held))
        ]
        for mac in gone:
            del known[mac]
        if fresh or gone:
            self._keep(view.name, fresh, gone)

    def _is_long_gone(self, sighting: Sighting) -> bool:
        return self._clock.now() - sighting.last_seen > _FORGET_AFTER

    def _keep(self, device: str, fresh: list[Sighting], gone: list[str]) -> None:
        """Have the store follow, in a task of its own; what comes meanwhile waits for it."""
        kept, left = self._unsaved.setdefault(device, ({}, set()))
        for sighting in fresh:
            kept[sighting.mac] = sighting
            left.discard(sighting.mac)
        for mac in gone:
            kept.pop(mac, None)
            left.add(mac)
        if not self._tasks.running(_TASK):
            self._tasks.start(_TASK, self._save())

    async def _save(self) -> None:
        while self._unsaved:
            device, (kept, gone) = self._unsaved.popitem()
            with suppress(NotFound):  # removed meanwhile, and its sightings with it
                await self._store.sightings.put(device, kept.values(), gone)


def _tells_endpoints(event: Event) -> TypeGuard[DeviceAdded | DeviceUpdated]:
    if isinstance(event, DeviceUpdated):
        return Section.ENDPOINTS in event.sections
    return isinstance(event, DeviceAdded)


def is_waiting(endpoint: Endpoint) -> bool:
    """Return whether an endpoint is seen and is not configured, or is quarantined."""
    if endpoint.state is not None and endpoint.state.quarantined:
        return True
    return not endpoint.configured and endpoint.detected_port is not None


def _is_served(endpoint: Endpoint) -> bool:
    return endpoint.configured and not is_waiting(endpoint)


def _words(endpoint: Endpoint) -> str:
    return endpoint_advice(endpoint) or (
        f"Seen on {endpoint.port} and not configured; put a subscriber on it."
    )
