"""What the MIB tables see of a unit: rows kept while its structure stays, counters read by time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from positron_tui.domain.models import ENDPOINT_MODELS, EndpointModel
from positron_tui.domain.ports import PORT_INDEX_BASE
from positron_tui.simulator.config import SimProfile, SimSubscriber
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.identity import endpoint_uptime_text
from positron_tui.simulator.state import (
    NOT_DETECTED,
    PortTraffic,
    SeenEndpoint,
    SimEndpoint,
    SimHealth,
    SimPort,
)
from positron_tui.simulator.traffic import Meter, row_traffic

SAMPLING_S = 0.25  # a unit reads its chips now and then, not for every request
T = TypeVar("T")


class PortRow:
    """One port of a unit."""

    __slots__ = ("port", "unit")

    def __init__(self, unit: Unit, port: SimPort) -> None:
        self.unit = unit
        self.port = port

    @property
    def traffic(self) -> PortTraffic:
        return self.unit.port_traffic()[self.port.if_index]


class EndpointRow:
    """One endpoint that is configured or seen; `box` is None while it is not detected."""

    __slots__ = ("box", "mac", "seen", "unit")

    def __init__(self, unit: Unit, seen: SeenEndpoint) -> None:
        self.unit = unit
        self.seen = seen
        self.mac = seen.mac
        self.box: SimEndpoint | None = None if seen.state == NOT_DETECTED else seen.box

    @property
    def subscriber(self) -> SimSubscriber | None:
        return self.seen.subscriber

    @property
    def profile(self) -> SimProfile | None:
        return self.seen.profile

    @property
    def ethernet_ports(self) -> int:
        return len(self.box.ethernet_up) if self.box else 1

    @property
    def model(self) -> EndpointModel | None:
        return ENDPOINT_MODELS.get(self.box.model_number) if self.box else None


class EthernetRow:
    """One Ethernet port, 1 or 2, of an endpoint."""

    __slots__ = ("endpoint", "number")

    def __init__(self, endpoint: EndpointRow, number: int) -> None:
        self.endpoint = endpoint
        self.number = number

    @property
    def up(self) -> bool:
        box = self.endpoint.box
        return bool(
            box and self.number <= len(box.ethernet_up) and box.ethernet_up[self.number - 1]
        )

    @property
    def traffic(self) -> PortTraffic:
        return self.endpoint.unit.endpoint_traffic(self.endpoint, self.number)


class _Sampled:
    """Values computed at most once per sampling period of the unit's clock."""

    __slots__ = ("_key", "_taken_at", "_values")

    def __init__(self) -> None:
        self._key: object = None
        self._taken_at = 0.0
        self._values: dict[object, Any] = {}

    def get(self, name: object, key: object, now: float, compute: Callable[[], T]) -> T:
        if key != self._key or not 0 <= now - self._taken_at < SAMPLING_S:
            self._key, self._taken_at = key, now
            self._values.clear()
        value: T | None = self._values.get(name)
        if value is None:
            value = self._values[name] = compute()
        return value


class Unit:
    """A device with the rows of its tables; `refresh` brings them up to its state."""

    def __init__(self, device: SimDevice) -> None:
        self.device = device
        self.ports: list[PortRow] = []
        self.endpoints: list[EndpointRow] = []
        self.by_port: dict[int, list[EndpointRow]] = {}
        self.vlans: list[int] = []
        self.version = 0
        self.on_restart: list[Callable[[], None]] = []
        self._fingerprint: list[Any] = []
        self._held: list[object] = []
        self._booted_at = device.booted_at
        self._sampled = _Sampled()
        self._startup = device.startup
        self.startup_saved_at: datetime = device.now()

    def refresh(self) -> int:
        """Look for changes; return the version, which counts changes of the structure."""
        device = self.device
        if device.startup is not self._startup:
            self._startup = device.startup
            self.startup_saved_at = device.now()
        if device.booted_at != self._booted_at:
            self._booted_at = device.booted_at
            for callback in self.on_restart:
                callback()
        fingerprint = self._look()
        if fingerprint != self._fingerprint:
            self._fingerprint = fingerprint
            self._rebuild()
            self.version += 1
        return self.version

    def _look(self) -> list[Any]:
        """Return whatever decides which rows there are and what they point to.

        It runs for every request, so it is made of plain attribute lists; objects count by
        identity, and `_held` keeps them alive so that no identity is used again.
        """
        device, running = self.device, self.device.running
        boxes, now = device.plant.values(), device.clock.monotonic()
        endpoints, subscribers = running.endpoints.values(), running.subscribers.values()
        ports = running.ports.values()
        away = [box.away_until for box in boxes]
        return [
            list(map(id, boxes)),
            [box.port for box in boxes],
            [box.state_override for box in boxes],
            [until > now for until in away] if away and max(away) > now else None,
            list(map(id, endpoints)),
            [endpoint.port for endpoint in endpoints],
            [endpoint.mac for endpoint in endpoints],
            list(map(id, subscribers)),
            [subscriber.endpoint_id for subscriber in subscribers],
            [subscriber.port for subscriber in subscribers],
            [subscriber.vlan for subscriber in subscribers],
            [subscriber.profile_id for subscriber in subscribers],
            list(map(id, running.profiles.values())),
            list(map(id, ports)),
            [port.shutdown for port in ports],
            [port.name for port in ports],
            [port.mode for port in ports],
            running.subscriber_model,
            running.management_vlan,
            set(device.ports_down),
            set(running.ports_shut),
            set(running.vlans),
        ]

    def _rebuild(self) -> None:
        device, running = self.device, self.device.running
        self._held = [
            *device.plant.values(),
            *running.endpoints.values(),
            *running.subscribers.values(),
            *running.profiles.values(),
            *running.ports.values(),
        ]
        self.ports = [PortRow(self, port) for port in device.ports()]
        self.endpoints = [EndpointRow(self, seen) for seen in device.seen_endpoints()]
        self.by_port = {row.port.bridge_port: [] for row in self.ports}
        for row in self.endpoints:
            if row.box is not None:
                self.by_port[row.seen.detected_port].append(row)
        self.vlans = self._existing_vlans()

    def _existing_vlans(self) -> list[int]:
        running = self.device.running
        found = {1, 2, running.management_vlan, *running.vlans}
        for subscriber in running.subscribers.values():
            found.update((subscriber.vlan, subscriber.port2_vlan, subscriber.outer_vlan))
            found.update(subscriber.allowed_vlans)
        return sorted(found - {0})

    @property
    def configured(self) -> Iterator[EndpointRow]:
        return (row for row in self.endpoints if row.seen.config is not None)

    @property
    def ghn_ports(self) -> list[PortRow]:
        return self.ports[: self.device.model.ghn_ports]

    def port_of(self, if_index: int) -> PortRow | None:
        """Return the port with this ifIndex, None for any other number."""
        position = if_index - PORT_INDEX_BASE - 1
        return self.ports[position] if 0 <= position < len(self.ports) else None

    def _sample(self, name: object, compute: Callable[[], T]) -> T:
        device = self.device
        key = (self.version, device.booted_at, *map(id, device.runtime.cleared.values()))
        return self._sampled.get(name, key, device.clock.monotonic(), compute)

    def forget_samples(self) -> None:
        """Read the counters again at the next request, because something cleared them."""
        self._sampled = _Sampled()

    def port_traffic(self) -> dict[int, PortTraffic]:
        """Return the counters of all ports by ifIndex."""
        return self._sample("ports", self.device.traffic_table)

    def endpoint_traffic(self, row: EndpointRow, eth_port: int) -> PortTraffic:
        """Return the counters of an endpoint's Ethernet port (in = from the subscriber)."""
        return self._sample(
            (row.mac, eth_port), lambda: row_traffic(self.device, row.seen, eth_port)
        )

    def clear_endpoint_traffic(self, row: EndpointRow) -> None:
        """Start the Ethernet counters of an endpoint at zero again."""
        meters, now = self.device.runtime.meters, self.device.clock.monotonic()
        for number in range(1, row.ethernet_ports + 1):
            row_traffic(self.device, row.seen, number)
        for key in [key for key in meters if key.startswith(f"{row.mac} ")]:
            meters[key] = Meter(meters[key].flows, now)
        self.forget_samples()

    def health(self) -> SimHealth:
        return self._sample("health", self.device.health)

    def uptime_words(self) -> str:
        """Return the unit's uptime in the words that G.hn chips use."""
        return endpoint_uptime_text(self.device.uptime_s())

    def uptime_s(self) -> float:
        return max(0.0, self.device.clock.monotonic() - self.device.booted_at)
