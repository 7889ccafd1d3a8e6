"""The fields of a change before and after, by name, as people and scripts see them. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from positron_tui.domain.running_config import EndpointConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.domain.touched import Item, Key, Kind, items_of, touched

Values = dict[str, object]
# Told only where they are used: most lines have neither double tags nor a choice of uplink.
_SELDOM = ("trunk", "double_tag", "outer_vlan", "uplink")
# Told with the service that brings or takes the endpoint along.
_OF_SERVICE = frozenset({"mac", "port", "auto_port"})


def change_fields(basis: RunningConfig, wanted: RunningConfig) -> tuple[Values, Values]:
    """Return field names with their values before and after; a field that is not there is None.

    With one subscriber touched its fields go by their plain names, together with its endpoint's
    place; so do those of an only object of another kind. All others carry the object's name.
    """
    keys = touched(basis, wanted)
    then, now = items_of(basis), items_of(wanted)
    services = [key for key in keys if key.kind is Kind.SUBSCRIBER]
    main = services[0] if len(services) == 1 else keys[0] if len(keys) == 1 else None
    before: Values = {}
    after: Values = {}
    if main is not None:
        before, after = _main_fields(main, basis, wanted)
    for key in keys:
        if key != main:
            old, new = then.get(key), now.get(key)
            with_service = bool(services) and main is not None and key.kind is Kind.ENDPOINT
            _add_object(before, after, key, old, new, with_service=with_service)
    return before, after


def _main_fields(key: Key, basis: RunningConfig, wanted: RunningConfig) -> tuple[Values, Values]:
    old, new = items_of(basis).get(key), items_of(wanted).get(key)
    if key.kind is not Kind.SUBSCRIBER:
        before, after = _plain_fields(old), _plain_fields(new)
    else:
        before, after = _service(old, basis), _service(new, wanted)
        if old is None or new is None:
            _place_of_endpoint(before, after, basis, wanted)
    names = [*after, *(name for name in before if name not in after)]
    if old is not None and new is not None:
        names = [name for name in names if before.get(name) != after.get(name)]
        if "poe" in names:
            # A unit does not print that it gives no power.
            for side in (before, after):
                side["poe"] = side["poe"] or Poe.DISABLE.value
    else:
        names = [
            name for name in names if name not in _SELDOM or before.get(name) or after.get(name)
        ]
    return {name: before.get(name) for name in names}, {name: after.get(name) for name in names}


def _service(item: Item | None, config: RunningConfig) -> Values:
    if not isinstance(item, Subscriber):
        return {}
    endpoint = _endpoint_of(item, config)
    profile = config.profile_by_id(item.profile_id) if item.profile_id else None
    return {
        "subscriber_id": item.subscriber_id,
        "name": item.name,
        "endpoint_mac": endpoint.mac if endpoint else None,
        "endpoint_id": item.endpoint_id,
        "port": item.port or (endpoint.port if endpoint else None),
        "vlan": item.vlan,
        "tagged": item.tagged,
        "plan": profile.name if profile else None,
        "remapped_vlan": item.remapped_vlan,
        "port2_vlan": item.port2_vlan,
        "allowed_vlans": list(item.allowed_vlans or ()),
        "poe": item.poe.value if item.poe else None,
        "description": item.description,
        "trunk": item.trunk,
        "double_tag": item.double_tag,
        "outer_vlan": item.outer_vlan,
        "uplink": item.uplink,
    }


def _place_of_endpoint(
    before: Values, after: Values, basis: RunningConfig, wanted: RunningConfig
) -> None:
    """Tell where the endpoint of a service that comes or goes is on the other side."""
    for here, there, config in ((after, before, basis), (before, after, wanted)):
        mac = here.get("endpoint_mac")
        if isinstance(mac, str):
            endpoint = config.endpoint_by_mac(mac)
            there["endpoint_mac"] = mac
            there["endpoint_id"] = endpoint.endpoint_id if endpoint else None
            there["port"] = endpoint.port if endpoint else None


def _endpoint_of(subscriber: Subscriber, config: RunningConfig) -> EndpointConfig | None:
    found = (one for one in config.endpoints if one.endpoint_id == subscriber.endpoint_id)
    return next(found, None)


def _add_object(
    before: Values,
    after: Values,
    key: Key,
    old: Item | None,
    new: Item | None,
    *,
    with_service: bool,
) -> None:
    """Add the fields in which an object differs, under its own name."""
    if with_service and (old is None or new is None):
        return
    then, now = _plain_fields(old), _plain_fields(new)
    for name in {**then, **now}:
        if then.get(name) != now.get(name) and not (with_service and name in _OF_SERVICE):
            title = f"{_title(key, new or old)} {name}"
            before[title], after[title] = then.get(name), now.get(name)


def _title(key: Key, item: Item | None) -> str:
    if isinstance(item, EndpointConfig):
        return f"endpoint {item.mac or item.name or key.number}"
    if isinstance(item, Subscriber | Profile):
        return f"{key.kind.value} {item.name}"
    return f"{key.kind.value} {key.number}"


def _plain_fields(item: Item | None) -> Values:
    return dict(_pairs(item)) if item is not None else {}


def _pairs(item: Item) -> Iterator[tuple[str, object]]:
    for one in fields(item):
        value = getattr(item, one.name)
        if one.name in ("endpoint_mac", "source", "unknown_words"):
            continue
        yield one.name, list(value) if isinstance(value, tuple) else value
