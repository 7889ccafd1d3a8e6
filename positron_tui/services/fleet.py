"""The in-memory picture of all devices, loaded from the store and kept by the monitor."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from positron_tui.domain.devices import Device, Section, Snapshot
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.errors import NotFound
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.polling import PollState
from positron_tui.domain.subscribers import Subscriber
from positron_tui.services.events import (
    DeviceAdded,
    DeviceRemoved,
    DeviceRenamed,
    DeviceUpdated,
    EventBus,
)
from positron_tui.services.views import DeviceView, replace_view
from positron_tui.store import Store


class Fleet:
    """Views of all devices by name; only services write to it, everybody may read."""

    def __init__(self, store: Store, events: EventBus) -> None:
        self._store = store
        self._events = events
        self._views: dict[str, DeviceView] = {}
        self._sorted: tuple[DeviceView, ...] | None = None
        self._edits = 0

    async def load(self) -> None:
        """Fill the picture from the store: devices and what was last read from each."""
        devices = await self._store.devices.list()
        readings = await self._store.readings.load_all()
        self._views = {}
        for device in devices:
            snapshot, poll = readings.get(device.name, (Snapshot(), PollState()))
            self._views[device.name] = DeviceView(device, snapshot, poll)
        self._sorted = None

    async def sync(self) -> None:
        """Follow what other consoles did to the devices of the same store."""
        edits = self._edits
        stored = {device.name: device for device in await self._store.devices.list()}
        if edits != self._edits:
            return  # changed here meanwhile: the list is older than the picture
        for name in self.names():
            if name not in stored:
                self.remove(name)
        for name, device in stored.items():
            if name not in self._views:
                self.add(device, *await self._store.readings.load(name))
            elif self._views[name].device != device:
                self.update(device)

    def devices(self) -> tuple[DeviceView, ...]:
        """Return all views by site and name."""
        if self._sorted is None:
            self._sorted = tuple(
                sorted(
                    self._views.values(),
                    key=lambda view: (view.device.site.casefold(), view.name.casefold(), view.name),
                )
            )
        return self._sorted

    def names(self) -> tuple[str, ...]:
        return tuple(view.name for view in self.devices())

    def __contains__(self, name: object) -> bool:
        return name in self._views

    def get(self, name: str) -> DeviceView:
        """Return the view of a device; NotFound names the nearest ones."""
        view = self._views.get(name)
        if view is not None:
            return view
        raise NotFound(f"There is no device '{name}'{near_matches(name, self.names(), 'device')}")

    def find_endpoint(self, mac: str) -> tuple[tuple[DeviceView, Endpoint], ...]:
        """Return every device that has an endpoint with this MAC (any spelling)."""
        wanted = parse_mac(mac)
        return tuple(
            (view, endpoint)
            for view in self.devices()
            if (endpoint := view.endpoint_by_mac(wanted)) is not None
        )

    def find_subscriber(self, name: str) -> tuple[tuple[DeviceView, Subscriber], ...]:
        """Return every device that has a subscriber of this name, exactly."""
        return tuple(
            (view, subscriber)
            for view in self.devices()
            if (subscriber := view.subscriber_by_name(name)) is not None
        )

    def put(self, view: DeviceView, sections: Iterable[Section] = ()) -> None:
        """Take a newer view of a device that is known, and announce it."""
        if view.name not in self._views:
            return  # removed while it was being read
        self._set(view)
        self._events.publish(DeviceUpdated(view.name, frozenset(sections)))

    def update(self, device: Device) -> None:
        """Take a newer record of a device, readings kept, and announce it."""
        self._edits += 1
        self.put(replace_view(self.get(device.name), device=device))

    def add(
        self, device: Device, snapshot: Snapshot | None = None, poll: PollState | None = None
    ) -> None:
        """Take in a new device, with what was read from it already; twice is once."""
        if device.name in self._views:
            self.update(device)
            return
        self._edits += 1
        self._set(DeviceView(device, snapshot or Snapshot(), poll or PollState()))
        self._events.publish(DeviceAdded(device.name))

    def rename(self, old: str, device: Device) -> None:
        """Put `device` in the place of the one called `old`, readings kept."""
        view = self._views.pop(old)
        self._edits += 1
        self._set(DeviceView(device, view.snapshot, view.poll, view.port_rates))
        self._events.publish(DeviceRenamed(old, device.name))

    def remove(self, name: str) -> None:
        if self._views.pop(name, None) is None:
            return
        self._edits += 1
        self._sorted = None
        self._events.publish(DeviceRemoved(name))

    def _set(self, view: DeviceView) -> None:
        self._views[view.name] = view
        self._sorted = None


def near_matches(name: str, known: Iterable[str], what: str) -> str:
    """Return the end of a not-found sentence: the nearest names, or what there is."""
    names = list(known)
    folded = {one.casefold(): one for one in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)
    if close:
        return f"; did you mean {' or '.join(folded[one] for one in close)}?"
    if not names:
        return f"; no {what} is known yet."
    listed = ", ".join(sorted(names)[:5]) + (", ..." if len(names) > 5 else "")
    return f"; known are {listed}."
