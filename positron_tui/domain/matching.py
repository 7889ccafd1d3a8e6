"""Compare what a device has with what a change wanted or found there, object by object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace

from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.domain.touched import Item, Key, Kind, involved, items_of, touched

_LABELS = {
    "name": "name",
    "description": "description",
    "endpoint_id": "endpoint",
    "port": "port",
    "vlan": "VLAN",
    "remapped_vlan": "remapped VLAN",
    "port2_vlan": "VLAN of port 2",
    "allowed_vlans": "allowed VLANs",
    "trunk": "trunk mode",
    "double_tag": "double tag",
    "outer_vlan": "outer VLAN",
    "profile_id": "plan's profile",
    "poe": "PoE",
    "mac": "MAC address",
    "auto_port": "automatic port",
    "allow_management": "management access",
    "down_mbps": "rate downstream",
    "up_mbps": "rate upstream",
    "shutdown": "shutdown",
    "unknown_words": "further settings",
}
# What a unit fills in by itself, or does not tell: None wants nothing there.
_ANYTHING = frozenset({"trunk", "double_tag"})
_ANYTHING_OF_ENDPOINT = frozenset({"name", "mac"})


def differences(
    basis: RunningConfig, wanted: RunningConfig, now: RunningConfig, *, members: bool = True
) -> tuple[str, ...]:
    """Return a sentence for each field that is not as a change wanted it; nothing = it is there.

    Only what differs between `basis` and `wanted` is looked at. Without `members` what only the
    JSON-RPC API can write is not compared.
    """
    after, found = items_of(wanted, members=members), items_of(now, members=members)
    before = items_of(basis, members=members)
    told: list[str] = []
    for key in touched(basis, wanted):
        if key.kind is Kind.PORT:
            default = PortConfig(key.number)
            told += compare(key, after.get(key, default), found.get(key, default))
        else:
            told += _compare_there(key, before.get(key), after.get(key), found.get(key))
    return tuple(told)


def strangers(
    basis: RunningConfig, wanted: RunningConfig, now: RunningConfig, *, members: bool = True
) -> tuple[str, ...]:
    """Return a sentence for each field that a change left half done does not account for.

    Every field of what it touched may be as it was before or as it was wanted.
    """
    before, after = items_of(basis, members=members), items_of(wanted, members=members)
    found = items_of(now, members=members)
    told: list[str] = []
    for key in touched(basis, wanted):
        then, goal, is_now = before.get(key), after.get(key), found.get(key)
        if is_now in (then, goal):
            continue
        if then is not None and goal is not None and is_now is not None:
            accounted = {
                one.name: getattr(then, one.name)
                for one in fields(then)
                if getattr(then, one.name) == getattr(is_now, one.name)
            }
            told += compare(key, replace(goal, **accounted), is_now)
        elif is_now is None or _is_another(then or goal, is_now):
            told.append(f"{label(key, then or goal)} is now {_describe(is_now)}.")
    return tuple(told)


def changed_since(
    basis: RunningConfig, wanted: RunningConfig, now: RunningConfig, *, members: bool = True
) -> tuple[str, ...]:
    """Return a sentence for each object that is not any more as a plan found it.

    Looked at is what the plan touches and relies on, and whether somebody else got what it needs.
    """
    before, found = items_of(basis, members=members), items_of(now, members=members)
    keys = sorted(involved(basis, wanted), key=lambda key: (key.kind, key.number))
    told: list[str] = []
    for key in keys:
        then, is_now = before.get(key), found.get(key)
        if then == is_now:
            continue
        if then is None or is_now is None:
            what = f"The {key.kind.value} with the number {key.number}"
            told.append(f"{what} was {_describe(then)} and is now {_describe(is_now)}.")
        else:
            told += compare(key, then, is_now)
    told += _taken(wanted, now, frozenset(keys))
    if basis.management_vlans != now.management_vlans:
        told.append("The VLANs that manage the unit are others now.")
    return tuple(told)


def nothing_done(
    basis: RunningConfig, wanted: RunningConfig, now: RunningConfig, *, members: bool = True
) -> bool:
    """Return whether everything that a change touches is as it was before."""
    before, found = items_of(basis, members=members), items_of(now, members=members)
    return all(before.get(key) == found.get(key) for key in touched(basis, wanted))


def compare(key: Key, wanted: Item, found: Item) -> tuple[str, ...]:
    """Return a sentence for each field of an object that is another one than wanted."""
    what = label(key, wanted)
    told = []
    for one in fields(wanted):
        want, have = getattr(wanted, one.name), getattr(found, one.name)
        if want == have or (want is None and _is_unsaid(wanted, one.name)):
            continue
        if one.name == "tagged":
            told.append(f"{what} is {_tagging(have)} instead of {_tagging(want)}.")
            continue
        text = _LABELS.get(one.name, one.name.replace("_", " "))
        inner = what[0].lower() + what[1:]
        told.append(
            f"The {text} of {inner} is {spell(one.name, have)} instead of {spell(one.name, want)}."
        )
    return tuple(told)


def label(key: Key, item: Item | None) -> str:
    """Return what a person calls an object, as the start of a sentence."""
    if isinstance(item, EndpointConfig):
        return f"The endpoint {item.mac or item.name or key.number}"
    if isinstance(item, Subscriber | Profile):
        return f"The {key.kind.value} {item.name}"
    return f"The {key.kind.value} {key.number}"


def spell(field: str, value: object) -> str:
    """Return the value of a field for a person."""
    if field == "profile_id" and not value:
        return "unthrottled"
    if field == "poe":
        return str(value or Poe.DISABLE)
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    return str(value)


def _compare_there(
    key: Key, before: Item | None, wanted: Item | None, found: Item | None
) -> tuple[str, ...]:
    if wanted is None:
        gone = found is None or _is_another(before, found)
        return () if gone else (f"{label(key, found)} is still there.",)
    if found is None:
        missing = "not configured" if key.kind is Kind.ENDPOINT else "not there"
        return (f"{label(key, wanted)} is {missing}.",)
    return compare(key, wanted, found)


def _is_another(before: Item | None, found: Item) -> bool:
    """Return whether a number was given to something else meanwhile."""
    if isinstance(before, EndpointConfig) and isinstance(found, EndpointConfig):
        return before.mac != found.mac
    return before is not None and before.name != found.name


def _taken(wanted: RunningConfig, now: RunningConfig, ours: frozenset[Key]) -> Iterator[str]:
    """Yield what an object outside of the plan has by now that the plan gives to one of `ours`."""
    wants = {
        (key.kind, text)
        for key, item in items_of(wanted).items()
        if key in ours
        for text in _unique(item)
    }
    for key, item in items_of(now).items():
        if key in ours:
            continue
        for attribute in _unique(item):
            if (key.kind, attribute) in wants:
                yield (
                    f"{attribute} is now taken by the {key.kind.value} with the number "
                    f"{key.number} ({_describe(item)})."
                )


def _unique(item: Item) -> Iterator[str]:
    """Yield what no two objects of a kind may have both."""
    if isinstance(item, EndpointConfig):
        if item.mac:
            yield f"The MAC address {item.mac}"
        if item.name:
            yield f"The name {item.name}"
    elif isinstance(item, Subscriber):
        yield f"The name {item.name}"
        if item.endpoint_id:
            yield f"The endpoint with the id {item.endpoint_id}"
        if item.port:
            yield f"The port {item.port}"
    elif item.name:
        yield f"The name {item.name}"


def _describe(item: Item | None) -> str:
    if item is None:
        return "not there"
    if isinstance(item, EndpointConfig):
        place = item.port or ("any port" if item.auto_port else "no port")
        return f"'{item.name or item.mac}' ({item.mac}) on {place}"
    if isinstance(item, Subscriber):
        return f"'{item.name}' with VLAN {item.vlan}"
    if isinstance(item, PortConfig):
        name = f"'{item.name}', " if item.name else ""
        return f"{name}{'disabled' if item.shutdown else 'enabled'}"
    return f"'{item.name}' ({item.down_mbps} down, {item.up_mbps} up Mbit/s)"


def _is_unsaid(item: Item, field: str) -> bool:
    if isinstance(item, EndpointConfig):
        return field in _ANYTHING_OF_ENDPOINT
    return isinstance(item, Subscriber) and field in _ANYTHING


def _tagging(tagged: object) -> str:
    return "tagged" if tagged else "untagged"
