"""What the faces see of one device: its record, its last readings, and how they connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from positron_tui.domain.devices import Device, Section, Snapshot
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.polling import PollState
from positron_tui.domain.ports import Port
from positron_tui.domain.status import DeviceStatus, PortStatus, device_status, port_status
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Profile, Subscriber
from positron_tui.services.filtering import Row


@dataclass(frozen=True, slots=True)
class PortRate:
    """Traffic of one port over the `interval_s` seconds between its last two readings.

    down = towards the subscribers (out of a G.hn port, into an uplink); None = a gap.
    """

    down_mbps: float | None
    up_mbps: float | None
    interval_s: float


@dataclass(frozen=True)
class DeviceView:
    """One device as it is known now; built anew for every reading, never changed.

    `row_cache` belongs to filter_rows: a list is filtered at every key, its rows do not change.
    """

    device: Device
    snapshot: Snapshot = field(default_factory=Snapshot)
    poll: PollState = field(default_factory=PollState)
    port_rates: Mapping[int, PortRate] = field(default_factory=dict)
    _index: _Index = field(init=False, repr=False, compare=False)
    row_cache: dict[tuple[str, str], Row] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", _Index(self.snapshot))

    @property
    def name(self) -> str:
        return self.device.name

    @property
    def status(self) -> DeviceStatus:
        return device_status(self.device, self.snapshot, self.poll)

    def port_status(self, port: Port) -> PortStatus:
        return port_status(port, self.endpoints_on(port.name))

    def endpoint_by_mac(self, mac: str) -> Endpoint | None:
        return self._index.by_mac.get(mac)

    def port_by_name(self, name: str) -> Port | None:
        """Return the port with this canonical name."""
        return self._index.ports.get(name)

    def endpoints_on(self, port_name: str) -> tuple[Endpoint, ...]:
        """Return the endpoints that are seen on a port, or else configured for it."""
        return tuple(self._index.on_port.get(port_name, ()))

    def subscriber_by_name(self, name: str) -> Subscriber | None:
        return self._index.subscribers.get(name)

    def subscriber_of(self, endpoint: Endpoint) -> Subscriber | None:
        """Return the service of an endpoint, also of one that gets it through its port."""
        index = self._index
        found = index.by_endpoint_mac.get(endpoint.mac)
        if found is None and endpoint.endpoint_id is not None:
            found = index.by_endpoint_id.get(endpoint.endpoint_id)
        if found is None and endpoint.subscriber is not None:
            found = index.subscribers.get(endpoint.subscriber)
        if found is None and endpoint.port is not None:
            found = index.by_port.get(endpoint.port)
        return found

    def endpoint_of(self, subscriber: Subscriber) -> Endpoint | None:
        """Return the endpoint that carries a service, as far as one is known."""
        index = self._index
        if subscriber.endpoint_mac is not None and subscriber.endpoint_mac in index.by_mac:
            return index.by_mac[subscriber.endpoint_mac]
        if subscriber.endpoint_id is not None:
            return index.by_id.get(subscriber.endpoint_id)
        if subscriber.port is not None:
            return next(iter(index.on_port.get(subscriber.port, ())), None)
        return None

    def profile_of(self, subscriber: Subscriber) -> Profile | None:
        """Return the profile of a service; None when it is unthrottled or unknown."""
        if subscriber.profile_id is None:
            return None
        return self._index.profiles.get(subscriber.profile_id)

    def plan_label(self, subscriber: Subscriber) -> str | None:
        """Return the plan's name, `unthrottled`, `profile 7` if it has no name; None = unknown."""
        if subscriber.profile_id is None:
            return None
        if subscriber.profile_id == UNTHROTTLED_PROFILE_ID:
            return "unthrottled"
        profile = self.profile_of(subscriber)
        return profile.name if profile else f"profile {subscriber.profile_id}"

    def section_age_s(self, section: Section, now: datetime) -> float | None:
        """Return how many seconds ago a section was read; None = never."""
        provenance = self.snapshot.provenance.get(section)
        if provenance is None:
            return None
        return max((now - provenance.read_at).total_seconds(), 0.0)


def replace_view(
    view: DeviceView, *, device: Device | None = None, poll: PollState | None = None
) -> DeviceView:
    """Return a view with another record of its device or its polling."""
    return DeviceView(device or view.device, view.snapshot, poll or view.poll, view.port_rates)


def blocked_sentence(device: Device) -> str | None:
    """Say why a device is blocked for SSH, with both fingerprints; None when it is not."""
    if not device.offered_key_fingerprint:
        return None
    return (
        f"{device.name} shows another SSH host key than the trusted one (trusted "
        f"{device.host_key_fingerprint}, now {device.offered_key_fingerprint}); it is blocked "
        "until a person has checked and trusted the new key."
    )


class _Index:
    """Look-ups of one snapshot; without them a list of 5,000 rows would be quadratic."""

    __slots__ = (
        "by_endpoint_id",
        "by_endpoint_mac",
        "by_id",
        "by_mac",
        "by_port",
        "on_port",
        "ports",
        "profiles",
        "subscribers",
    )

    def __init__(self, snapshot: Snapshot) -> None:
        self.by_mac = {one.mac: one for one in snapshot.endpoints}
        self.by_id = {
            one.endpoint_id: one for one in snapshot.endpoints if one.endpoint_id is not None
        }
        self.ports = {one.name: one for one in snapshot.ports}
        self.profiles = {one.profile_id: one for one in snapshot.profiles}
        self.subscribers = {one.name: one for one in snapshot.subscribers}
        self.on_port: dict[str, list[Endpoint]] = {}
        for endpoint in snapshot.endpoints:
            if endpoint.port is not None:
                self.on_port.setdefault(endpoint.port, []).append(endpoint)
        self.by_endpoint_mac: dict[str, Subscriber] = {}
        self.by_endpoint_id: dict[int, Subscriber] = {}
        self.by_port: dict[str, Subscriber] = {}
        for subscriber in snapshot.subscribers:
            self._place(subscriber)

    def _place(self, subscriber: Subscriber) -> None:
        if subscriber.endpoint_mac is not None:
            self.by_endpoint_mac.setdefault(subscriber.endpoint_mac, subscriber)
        if subscriber.endpoint_id is not None:
            self.by_endpoint_id.setdefault(subscriber.endpoint_id, subscriber)
        elif subscriber.endpoint_mac is None and subscriber.port is not None:
            self.by_port.setdefault(subscriber.port, subscriber)
