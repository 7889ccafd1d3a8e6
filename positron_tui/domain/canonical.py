"""One form for configurations that mean the same, so that they can be compared and planned.

A device leaves defaults out of its configuration, and an API reading spells them out. In the
canonical form objects are sorted by number, texts are None instead of empty, and an option that
is off is always written the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import (
    DEFAULT_PROFILE_ID,
    UNTHROTTLED_PROFILE_ID,
    Poe,
    Profile,
    Subscriber,
)
from positron_tui.domain.vlans import UNPROVISIONED_VLAN

# Built into every unit and left out of its configuration while it is untouched.
DEFAULT_PROFILE = Profile(DEFAULT_PROFILE_ID, "Default BW Profile", 10, 10)


def canonical(config: RunningConfig) -> RunningConfig:
    """Return the configuration in its canonical form; doing it twice changes nothing.

    The default profile is added where it is missing, ports with nothing set are dropped,
    `endpoint_mac` of a subscriber follows from its endpoint, and its `source` is dropped.
    """
    endpoints = tuple(
        canonical_endpoint(one) for one in sorted(config.endpoints, key=lambda one: one.endpoint_id)
    )
    profiles = sorted(config.profiles, key=lambda one: one.profile_id)
    if all(one.profile_id != DEFAULT_PROFILE_ID for one in profiles):
        profiles.insert(0, DEFAULT_PROFILE)
    macs = {one.endpoint_id: one.mac for one in endpoints}
    return replace(
        config,
        ports=canonical_ports(config.ports),
        endpoints=endpoints,
        profiles=tuple(canonical_profile(one) for one in profiles),
        subscribers=tuple(
            canonical_subscriber(one, macs)
            for one in sorted(config.subscribers, key=lambda one: one.subscriber_id)
        ),
        uplink_vlans={
            name: merged_ranges(ranges) for name, ranges in sorted(config.uplink_vlans.items())
        },
    )


def canonical_ports(ports: Iterable[PortConfig]) -> tuple[PortConfig, ...]:
    """Return ports by number without those at their defaults; MIMO and coax are the defaults."""
    found = []
    for port in sorted(ports, key=lambda one: one.number):
        siso = PortMode.SISO if port.mode is PortMode.SISO else None
        if port.name or siso or port.shutdown:
            found.append(PortConfig(port.number, port.name or None, siso, port.shutdown))
    return tuple(found)


def canonical_endpoint(endpoint: EndpointConfig) -> EndpointConfig:
    """Return an endpoint; with automatic binding its port is a finding and no setting."""
    fine = endpoint.name != "" and endpoint.description != ""
    if fine and not (endpoint.auto_port and endpoint.port):
        return endpoint
    return replace(
        endpoint,
        name=endpoint.name or None,
        description=endpoint.description or None,
        port=None if endpoint.auto_port else endpoint.port,
    )


def canonical_profile(profile: Profile) -> Profile:
    """Return a profile; a rate that is not printed is not limited."""
    return replace(
        profile,
        down_mbps=profile.down_mbps or 0,
        up_mbps=profile.up_mbps or 0,
        description=profile.description or None,
    )


def canonical_subscriber(subscriber: Subscriber, macs: Mapping[int, str | None]) -> Subscriber:
    """Return a subscriber; `macs` are those of the configured endpoints by id.

    Trunk mode and double tags stay None (unknown) beside words that were not understood: one of
    those may be the word for them.
    """
    if _is_canonical(subscriber, macs.get(subscriber.endpoint_id or 0)):
        return subscriber
    silent = None if subscriber.unknown_words else False
    return Subscriber(
        subscriber_id=subscriber.subscriber_id,
        name=subscriber.name,
        description=subscriber.description or None,
        endpoint_id=subscriber.endpoint_id or None,
        endpoint_mac=macs.get(subscriber.endpoint_id or 0),
        port=subscriber.port,
        vlan=subscriber.vlan or UNPROVISIONED_VLAN,
        tagged=bool(subscriber.tagged),
        remapped_vlan=subscriber.remapped_vlan or None,
        port2_vlan=subscriber.port2_vlan or None,
        allowed_vlans=tuple(sorted(set(subscriber.allowed_vlans or ()))),
        trunk=silent if subscriber.trunk is None else subscriber.trunk,
        double_tag=silent if subscriber.double_tag is None else subscriber.double_tag,
        outer_vlan=subscriber.outer_vlan or None,
        uplink=subscriber.uplink,
        profile_id=subscriber.profile_id or UNTHROTTLED_PROFILE_ID,
        poe=None if subscriber.poe is Poe.DISABLE else subscriber.poe,
        unknown_words=subscriber.unknown_words,
    )


def _is_canonical(one: Subscriber, mac: str | None) -> bool:
    """Return whether nothing would change: copying thousands of subscribers takes time."""
    allowed = one.allowed_vlans
    empty_as_none = (one.description, one.endpoint_id, one.remapped_vlan, one.port2_vlan)
    return (
        one.source is None
        and one.endpoint_mac == mac
        and one.vlan is not None
        and one.tagged is not None
        and one.profile_id is not None
        and one.poe is not Poe.DISABLE
        and "" not in empty_as_none
        and 0 not in (*empty_as_none, one.vlan, one.outer_vlan)
        and allowed is not None
        and (not allowed or allowed == tuple(sorted(set(allowed))))
        and _options_said(one)
    )


def _options_said(one: Subscriber) -> bool:
    return bool(one.unknown_words) or (one.trunk is not None and one.double_tag is not None)


def merged_ranges(ranges: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return inclusive ranges sorted, those that touch or overlap made one."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)
