"""What `show running-config` (or the startup file) says, as far as this console understands it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from positron_tui.domain.devices import SubscriberModel
from positron_tui.domain.ports import PortMode
from positron_tui.domain.subscribers import Profile, Subscriber


@dataclass(frozen=True, slots=True)
class EndpointConfig:
    """A `ghn endpoint` line; `port` is canonical or None when unassigned."""

    endpoint_id: int
    name: str | None = None
    mac: str | None = None
    description: str | None = None
    port: str | None = None
    auto_port: bool = False
    allow_management: bool = False
    unknown_words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PortConfig:
    """A `ghn port` line; a port without one is enabled, nameless and in its default mode."""

    number: int
    name: str | None = None
    mode: PortMode | None = None
    shutdown: bool = False


@dataclass(frozen=True, slots=True)
class RunningConfig:
    """A parsed configuration. `management_vlans` are those with an `interface vlan` address;
    `uplink_vlans` maps a canonical uplink name to the VLANs its trunk allows (ranges, inclusive).
    `default_uplink` carries the services that name no uplink of their own. `port2_tagged` maps
    subscriber ids to whether the VLAN of port 2 keeps its tag, where the device says so.
    `unreadable_lines` are `ghn` lines (or rows of the JSON-RPC API) that could not be understood.
    """

    hostname: str | None = None
    ports: tuple[PortConfig, ...] = ()
    endpoints: tuple[EndpointConfig, ...] = ()
    profiles: tuple[Profile, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    management_vlans: frozenset[int] = frozenset()
    uplink_vlans: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    unreadable_lines: tuple[str, ...] = ()
    subscriber_model: SubscriberModel | None = None
    default_uplink: str | None = None
    endpoint_auto_upgrade: bool | None = None
    port2_tagged: Mapping[int, bool] = field(default_factory=dict)

    def endpoint_by_mac(self, mac: str) -> EndpointConfig | None:
        return next((one for one in self.endpoints if one.mac == mac), None)

    def subscriber_by_name(self, name: str) -> Subscriber | None:
        return next((one for one in self.subscribers if one.name == name), None)

    def profile_by_id(self, profile_id: int) -> Profile | None:
        return next((one for one in self.profiles if one.profile_id == profile_id), None)

    def profile_by_name(self, name: str) -> Profile | None:
        return next((one for one in self.profiles if one.name == name), None)
