"""The objects of a configuration that a change touches, and those that it relies on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from positron_tui.domain.canonical import canonical
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import DEFAULT_PROFILE_ID, Profile, Subscriber

Item: TypeAlias = PortConfig | Profile | EndpointConfig | Subscriber


class Kind(StrEnum):
    PORT = "port"
    PROFILE = "profile"
    ENDPOINT = "endpoint"
    SUBSCRIBER = "subscriber"


@dataclass(frozen=True, slots=True)
class Key:
    """One object of a device: its kind and its number there."""

    kind: Kind
    number: int


def items_of(config: RunningConfig, *, members: bool = True) -> dict[Key, Item]:
    """Return the objects of a configuration in their canonical form.

    Without `members` what only the JSON-RPC API tells for sure is left out of subscribers; with
    them the words that were not understood are, since these may be the unit's own for the same.
    The MAC address in a subscriber is its endpoint's and never told.
    """
    whole = canonical(config)
    found: dict[Key, Item] = {Key(Kind.PORT, one.number): one for one in whole.ports}
    found |= {Key(Kind.PROFILE, one.profile_id): one for one in whole.profiles}
    found |= {Key(Kind.ENDPOINT, one.endpoint_id): one for one in whole.endpoints}
    for one in whole.subscribers:
        bare = replace(one, endpoint_mac=None)
        found[Key(Kind.SUBSCRIBER, one.subscriber_id)] = (
            replace(bare, unknown_words=()) if members else without_members(bare)
        )
    return found


def touched(basis: RunningConfig, wanted: RunningConfig) -> tuple[Key, ...]:
    """Return the objects that differ between two configurations, in the order of their kinds."""
    before, after = items_of(basis), items_of(wanted)
    keys = (key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return tuple(sorted(keys, key=lambda key: (_ORDER.index(key.kind), key.number)))


def relied_on(keys: Iterable[Key], *configs: RunningConfig) -> frozenset[Key]:
    """Return the endpoints and profiles that the subscribers among `keys` refer to."""
    found: set[Key] = set()
    wanted = {key.number for key in keys if key.kind is Kind.SUBSCRIBER}
    for config in configs:
        for one in config.subscribers:
            if one.subscriber_id in wanted:
                if one.endpoint_id:
                    found.add(Key(Kind.ENDPOINT, one.endpoint_id))
                if one.profile_id:
                    found.add(Key(Kind.PROFILE, one.profile_id))
    return frozenset(found)


def involved(basis: RunningConfig, wanted: RunningConfig) -> frozenset[Key]:
    """Return what differs between two configurations, and what that refers to."""
    keys = touched(basis, wanted)
    return frozenset(keys) | relied_on(keys, basis, wanted)


def excerpt(config: RunningConfig, keys: Iterable[Key]) -> RunningConfig:
    """Return only these objects of a configuration, and the VLANs that manage the unit.

    The default profile is always among them: where it is missing it means the built-in rates.
    """
    whole = canonical(config)
    wanted = {*keys, Key(Kind.PROFILE, DEFAULT_PROFILE_ID)}
    return RunningConfig(
        ports=tuple(one for one in whole.ports if Key(Kind.PORT, one.number) in wanted),
        profiles=tuple(
            one for one in whole.profiles if Key(Kind.PROFILE, one.profile_id) in wanted
        ),
        endpoints=tuple(
            one for one in whole.endpoints if Key(Kind.ENDPOINT, one.endpoint_id) in wanted
        ),
        subscribers=tuple(
            one for one in whole.subscribers if Key(Kind.SUBSCRIBER, one.subscriber_id) in wanted
        ),
        management_vlans=whole.management_vlans,
    )


def put_back(config: RunningConfig, keys: Iterable[Key], source: RunningConfig) -> RunningConfig:
    """Return a configuration with these objects as they are in `source`, or without them."""
    gone = frozenset(keys)
    here, there = canonical(config), excerpt(source, gone)
    profiles = (one for one in there.profiles if Key(Kind.PROFILE, one.profile_id) in gone)
    return replace(
        here,
        ports=(
            *(one for one in here.ports if Key(Kind.PORT, one.number) not in gone),
            *there.ports,
        ),
        profiles=(
            *(one for one in here.profiles if Key(Kind.PROFILE, one.profile_id) not in gone),
            *profiles,
        ),
        endpoints=(
            *(one for one in here.endpoints if Key(Kind.ENDPOINT, one.endpoint_id) not in gone),
            *there.endpoints,
        ),
        subscribers=(
            *(
                one
                for one in here.subscribers
                if Key(Kind.SUBSCRIBER, one.subscriber_id) not in gone
            ),
            *there.subscribers,
        ),
    )


def with_members(config: RunningConfig, told: RunningConfig) -> RunningConfig:
    """Return a configuration with what an API reading knows better of its subscribers.

    What the API does not tell stays as it was read over the command line.
    """
    better = {(one.subscriber_id, one.name): one for one in told.subscribers}
    return replace(
        config,
        subscribers=tuple(
            _with_members_of(one, better.get((one.subscriber_id, one.name)))
            for one in config.subscribers
        ),
    )


def without_members(subscriber: Subscriber) -> Subscriber:
    """Return a subscriber without anything that only JSON-RPC can write."""
    return replace(
        subscriber,
        port=None,
        trunk=False,
        double_tag=False,
        outer_vlan=None,
        uplink=None,
    )


def _with_members_of(subscriber: Subscriber, told: Subscriber | None) -> Subscriber:
    if told is None:
        return subscriber
    return replace(
        subscriber,
        port=told.port,
        trunk=subscriber.trunk if told.trunk is None else told.trunk,
        double_tag=subscriber.double_tag if told.double_tag is None else told.double_tag,
        outer_vlan=told.outer_vlan,
        uplink=told.uplink,
    )


_ORDER = tuple(Kind)
