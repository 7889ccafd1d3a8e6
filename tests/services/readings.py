"""Small snapshots to reason about, for tests of what services make of readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from positron_tui.domain.devices import (
    Address,
    Device,
    Health,
    Provenance,
    Section,
    Snapshot,
)
from positron_tui.domain.endpoints import Endpoint, EndpointState
from positron_tui.domain.ports import Port, PortCounters, PortKind, port_name
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Profile, Subscriber

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
MAC = "00:0e:d8:1c:95:08"
OTHER_MAC = "00:0e:d8:1c:95:09"


def device(name: str = "gam-1", **fields: object) -> Device:
    known = {"address": Address("192.0.2.1"), **fields}
    return Device(name, **known)  # type: ignore[arg-type]


def read_at(seconds: float, sections: Iterable[Section] = Section) -> dict[Section, Provenance]:
    """Return provenance of sections that were read `seconds` after noon."""
    origin = Provenance(Source.SNMP, NOON + timedelta(seconds=seconds))
    return dict.fromkeys(sections, origin)


def ghn_port(number: int, in_octets: int | None = 0, out_octets: int | None = 0) -> Port:
    return Port(
        port_name(PortKind.GHN, number),
        1_000_000 + number,
        PortKind.GHN,
        number,
        counters=PortCounters(in_octets, out_octets),
    )


def snapshot(
    seconds: float = 0.0,
    *,
    uptime_s: int | None = 1_000,
    ports: tuple[Port, ...] = (),
    endpoints: tuple[Endpoint, ...] = (),
    subscribers: tuple[Subscriber, ...] = (),
    profiles: tuple[Profile, ...] = (),
) -> Snapshot:
    return Snapshot(
        health=Health(uptime_s=uptime_s),
        ports=ports,
        endpoints=endpoints,
        subscribers=subscribers,
        profiles=profiles,
        provenance=read_at(seconds),
    )


def seen(mac: str = MAC, port: str = "G.hn 1/2", **fields: object) -> Endpoint:
    known = {"detected_port": port, "state": EndpointState.QUARANTINED_UNKNOWN_MAC, **fields}
    return Endpoint(mac, **known)  # type: ignore[arg-type]


def running(
    endpoints: tuple[EndpointConfig, ...] = (),
    subscribers: tuple[Subscriber, ...] = (),
    profiles: tuple[Profile, ...] = (Profile(2, "100 M", 106, 106),),
) -> RunningConfig:
    return RunningConfig(endpoints=endpoints, subscribers=subscribers, profiles=profiles)
