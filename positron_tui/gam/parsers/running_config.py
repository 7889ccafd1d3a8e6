"""`show running-config` and `show startup-config` as a domain RunningConfig."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from positron_tui.domain.errors import UsageError
from positron_tui.domain.ports import PortKind, port_name
from positron_tui.domain.readings import Source
from positron_tui.domain.running_config import EndpointConfig, PortConfig, RunningConfig
from positron_tui.domain.subscribers import DEFAULT_PROFILE_ID, Profile, Subscriber
from positron_tui.domain.vlans import UNPROVISIONED_VLAN, parse_vlan_list
from positron_tui.gam.parsers import ghn_words
from positron_tui.gam.parsers.ghn_words import UNKNOWN, Fields
from positron_tui.gam.parsers.text import Word, not_understood, split_words

COMMAND = "show running-config"
STARTUP_COMMAND = "show startup-config"

# Built into every unit and left out of its configuration while it is untouched.
DEFAULT_PROFILE = Profile(DEFAULT_PROFILE_ID, "Default BW Profile", 10, 10)

_FIRST_LINE = re.compile(r"Building configuration", re.IGNORECASE)
_OTHER_GHN = frozenset(
    ("notch", "vectorboost", "subscriber-model", "default-nni", "endpoint-auto-upgrade")
)
_INTERFACE_VLAN = re.compile(r"interface vlan\s+(\d{1,4})\s*\Z", re.ASCII)
_UPLINK = re.compile(
    r"interface 10GigabitEthernet\s+1/(\d)(?:-(\d))?\s*\Z", re.ASCII | re.IGNORECASE
)
_TRUNK = re.compile(r"switchport trunk allowed vlan\s+(?:(add)\s+)?(\S+)\s*\Z")
_ALL_VLANS: tuple[tuple[int, int], ...] = ((1, 4095),)
_KNOWN_STARTS = ("ghn ", "hostname ", "interface ", "username ", "vlan ", "snmp-server ", "end")


@dataclass(slots=True)
class _Found:
    """What was read so far; one object may be spread over several lines, which add up."""

    hostname: str | None = None
    ports: dict[int, Fields] = field(default_factory=dict)
    endpoints: dict[int, Fields] = field(default_factory=dict)
    profiles: dict[int, Fields] = field(default_factory=dict)
    subscribers: dict[int, Fields] = field(default_factory=dict)
    management_vlans: set[int] = field(default_factory=set)
    uplink_vlans: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    vlan: int | None = None
    uplinks: tuple[str, ...] = ()
    understood: bool = False


def parse_running_config(text: str) -> RunningConfig:
    """Read a configuration line by line; what is not about services is passed over.

    A `ghn` line that cannot be read is kept in `unreadable_lines`. A subscriber without a VLAN
    has the default 4094; the built-in profile is added when it is not printed. Raises
    UnexpectedReply when the text is no configuration at all.
    """
    found = _Found()
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith(("ghn ", "no ghn ")):
            found.vlan, found.uplinks = None, ()
            _ghn_line(found, line)
        else:
            _other_line(found, line)
    if not found.understood:
        raise not_understood(COMMAND, text)
    return _result(found)


def _other_line(found: _Found, line: str) -> None:
    if _FIRST_LINE.match(line) or line.startswith(_KNOWN_STARTS):
        found.understood = True
    if line == "!" or line.startswith("interface "):
        found.vlan, found.uplinks = None, ()
    if match := _INTERFACE_VLAN.match(line):
        found.vlan = int(match[1])
    elif match := _UPLINK.match(line):
        first, last = int(match[1]), int(match[2] or match[1])
        found.uplinks = tuple(
            port_name(PortKind.UPLINK, number) for number in range(first, last + 1)
        )
    elif line.startswith("ip address ") and found.vlan is not None:
        found.management_vlans.add(found.vlan)
    elif (match := _TRUNK.match(line)) and found.uplinks:
        _trunk(found, match[2], bool(match[1]))
    elif line.startswith("hostname "):
        found.hostname = line.removeprefix("hostname ").strip().strip('"') or None


def _trunk(found: _Found, words: str, more: bool) -> None:
    """Note the VLANs of a trunk; forms other than a list leave them unknown."""
    if words == "all":
        ranges = _ALL_VLANS
    else:
        try:
            ranges = _ranges(parse_vlan_list(words))
        except (UsageError, ValueError):
            return
    for uplink in found.uplinks:
        before = found.uplink_vlans.get(uplink, ()) if more else ()
        found.uplink_vlans[uplink] = before + ranges


def _ranges(vlans: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    ranges: list[tuple[int, int]] = []
    for vlan in vlans:
        if ranges and ranges[-1][1] + 1 == vlan:
            ranges[-1] = (ranges[-1][0], vlan)
        else:
            ranges.append((vlan, vlan))
    return tuple(ranges)


def _ghn_line(found: _Found, line: str) -> None:
    found.understood = True
    try:
        words = split_words(line)
        if words[0].text == "no":
            _ghn_negation(found, words, line)
        elif words[1].text not in _OTHER_GHN:
            _ghn_object(found, words[1].text, ghn_words.number(words[2].text), words[3:])
    except (ValueError, IndexError):
        found.unreadable.append(line)


def _ghn_negation(found: _Found, words: tuple[Word, ...], line: str) -> None:
    """A `no` line in a configuration switches a default off; only a port's says something here."""
    if [word.text for word in words[4:]] == ["shutdown"] and words[2].text == "port":
        _merge(found.ports, ghn_words.number(words[3].text), {"shutdown": False})
    elif words[2].text not in _OTHER_GHN:
        found.unreadable.append(line)


def _ghn_object(found: _Found, kind: str, number: int, words: tuple[Word, ...]) -> None:
    if kind == "port":
        fields = ghn_words.read_words(ghn_words.PORT_TAKERS, ghn_words.PORT_FLAGS, words)
        _merge(found.ports, number, fields)
    elif kind == "bw-profile":
        fields = ghn_words.read_words(ghn_words.PROFILE_TAKERS, {}, words)
        _merge(found.profiles, number, fields)
    elif kind == "endpoint":
        fields = ghn_words.read_words(ghn_words.ENDPOINT_TAKERS, ghn_words.ENDPOINT_FLAGS, words)
        _merge(found.endpoints, number, fields)
    elif kind == "subscriber":
        fields = ghn_words.read_words(
            ghn_words.SUBSCRIBER_TAKERS, ghn_words.SUBSCRIBER_FLAGS, words
        )
        _merge(found.subscribers, number, fields)
    else:
        raise ValueError(kind)


def _merge(objects: dict[int, Fields], number: int, fields: Fields) -> None:
    before = objects.setdefault(number, {})
    unknown = before.get(UNKNOWN, ()) + fields.get(UNKNOWN, ())
    before.update(fields)
    if unknown:
        before[UNKNOWN] = unknown


def _result(found: _Found) -> RunningConfig:
    endpoints = tuple(
        EndpointConfig(number, **fields) for number, fields in sorted(found.endpoints.items())
    )
    macs = {endpoint.endpoint_id: endpoint.mac for endpoint in endpoints}
    return RunningConfig(
        hostname=found.hostname,
        ports=tuple(
            PortConfig(number, **_known(fields)) for number, fields in sorted(found.ports.items())
        ),
        endpoints=endpoints,
        profiles=_profiles(found),
        subscribers=tuple(
            _subscriber(number, fields, macs)
            for number, fields in sorted(found.subscribers.items())
        ),
        management_vlans=frozenset(found.management_vlans),
        uplink_vlans=dict(found.uplink_vlans),
        unreadable_lines=tuple(found.unreadable),
    )


def _known(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if name != UNKNOWN}


def _profiles(found: _Found) -> tuple[Profile, ...]:
    profiles = {DEFAULT_PROFILE_ID: DEFAULT_PROFILE}
    for number, fields in found.profiles.items():
        known = _known(fields)
        name = known.pop("name", None) or ""
        base = profiles.get(number, Profile(number, ""))
        profiles[number] = replace(base, name=name or base.name, **known)
    return tuple(profile for _, profile in sorted(profiles.items()))


def _subscriber(number: int, fields: Fields, macs: dict[int, str | None]) -> Subscriber:
    """Complete what a line leaves out: options at their defaults are not printed.

    With words that are not understood, an option of which nothing is said stays unknown.
    """
    silent = None if fields.get(UNKNOWN) else False
    values: Fields = {
        "vlan": UNPROVISIONED_VLAN,
        "tagged": False,
        "allowed_vlans": (),
        "trunk": silent,
        "double_tag": silent,
        **fields,
    }
    values["name"] = values.get("name") or ""
    return Subscriber(
        subscriber_id=number,
        endpoint_mac=macs.get(values.get("endpoint_id") or 0),
        source=Source.CLI,
        **values,
    )
