"""Configurations by what people call things: names and MACs instead of numbers on one device."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from positron_tui.domain.canonical import canonical
from positron_tui.domain.ports import PortKind, port_name
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber


class Missing(Enum):
    """Why a field has no value: it was not read or cannot be told, or its object is not there."""

    UNKNOWN = "unknown"
    ABSENT = "absent"


FieldValue: TypeAlias = str | int | bool | tuple[int, ...] | tuple[str, ...] | Missing | None
Thing: TypeAlias = Subscriber | EndpointConfig | Profile | PortConfig

SUBSCRIBER, ENDPOINT, PROFILE, PORT = "subscriber", "endpoint", "profile", "port"
FIELDS: Mapping[str, tuple[str, ...]] = {
    SUBSCRIBER: (
        "name",
        "endpoint",
        "port",
        "vlan",
        "tagged",
        "plan",
        "remapped_vlan",
        "port2_vlan",
        "allowed_vlans",
        "trunk",
        "double_tag",
        "outer_vlan",
        "uplink",
        "poe",
        "description",
        "other_words",
    ),
    ENDPOINT: ("name", "port", "description", "allow_management", "other_words"),
    PROFILE: ("down_mbps", "up_mbps", "description"),
    PORT: ("name", "mode", "enabled"),
}
AUTO_PORT = "auto"
# Asking an enumeration for its value takes long where it is done for every subscriber.
_NO_POE = str(Poe.DISABLE.value)


@dataclass(frozen=True, slots=True)
class Natural:
    """One object: its natural key, a second key that it may be known by, and its field values.

    `values` are in the order of FIELDS of its kind.
    """

    kind: str
    key: str
    other_key: str | None
    values: tuple[FieldValue, ...]
    thing: Thing

    def value(self, field: str) -> FieldValue:
        return self.values[FIELDS[self.kind].index(field)]


def naturals(config: RunningConfig) -> dict[str, list[Natural]]:
    """Return all objects of a configuration by kind, in the order of their numbers.

    Subscribers are keyed by name, else by what they are bound to; endpoints by MAC; profiles by
    name; ports by their canonical name.
    """
    whole = canonical(config)
    macs = {one.endpoint_id: one.mac or one.name or "" for one in whole.endpoints}
    plans = {one.profile_id: one.name for one in whole.profiles}
    return {
        PORT: [_port(one) for one in whole.ports],
        PROFILE: [_profile(one) for one in whole.profiles],
        ENDPOINT: [_endpoint(one) for one in whole.endpoints],
        SUBSCRIBER: [_subscriber(one, macs, plans) for one in whole.subscribers],
    }


def _port(port: PortConfig) -> Natural:
    name = port_name(PortKind.GHN, port.number)
    mode = port.mode.value if port.mode else None
    return Natural(PORT, name, None, (port.name, mode, not port.shutdown), port)


def default_port(key: str, number: int) -> Natural:
    """Return a port with nothing set: a configuration does not mention it."""
    return Natural(PORT, key, None, (None, None, True), PortConfig(number))


def _profile(profile: Profile) -> Natural:
    values = (profile.down_mbps, profile.up_mbps, profile.description)
    return Natural(PROFILE, profile.name, None, values, profile)


def _endpoint(endpoint: EndpointConfig) -> Natural:
    values = (
        endpoint.name or Missing.UNKNOWN,
        AUTO_PORT if endpoint.auto_port else endpoint.port,
        endpoint.description,
        endpoint.allow_management,
        endpoint.unknown_words,
    )
    return Natural(ENDPOINT, endpoint.mac or endpoint.name or "", None, values, endpoint)


def _subscriber(one: Subscriber, macs: Mapping[int, str], plans: Mapping[int, str]) -> Natural:
    mac = macs.get(one.endpoint_id) if one.endpoint_id else None
    plan = plans.get(one.profile_id, f"profile {one.profile_id}") if one.profile_id else None
    values = (
        one.name,
        mac,
        one.port,
        one.vlan,
        one.tagged,
        plan,
        one.remapped_vlan,
        one.port2_vlan,
        one.allowed_vlans,
        Missing.UNKNOWN if one.trunk is None else one.trunk,
        Missing.UNKNOWN if one.double_tag is None else one.double_tag,
        one.outer_vlan,
        one.uplink,
        one.poe.value if one.poe and one.poe is not Poe.DISABLE else _NO_POE,
        one.description,
        one.unknown_words,
    )
    return Natural(SUBSCRIBER, one.name, mac or one.port, values, one)


def align(sides: Iterable[Iterable[Natural]]) -> list[list[Natural | None]]:
    """Return rows of what is the same object on each side: by key, else by the other key."""
    columns = [list(side) for side in sides]
    rows: list[list[Natural | None]] = []
    for place, column in enumerate(columns):
        by_key = _index(rows, place, lambda one: one.key)
        left = []
        for one in column:
            row = by_key.get(one.key)
            if row is None or row[place] is not None:
                left.append(one)
            else:
                row[place] = one
        by_other = _index(rows, place, lambda one: one.other_key)
        for one in left:
            row = by_other.get(one.other_key) if one.other_key else None
            if row is None or row[place] is not None:
                row = [None] * len(columns)
                rows.append(row)
            row[place] = one
    return rows


def _index(
    rows: Iterable[list[Natural | None]], before: int, key: Callable[[Natural], str | None]
) -> dict[str | None, list[Natural | None]]:
    """Return rows by a key of what stands in their columns before one; the first column wins."""
    found: dict[str | None, list[Natural | None]] = {}
    for row in rows:
        for one in row[:before]:
            if one is not None:
                found.setdefault(key(one), row)
    return found
