"""The keywords of the `ghn` lines: which field each sets, read in any order.

Keywords of the unit's command line guide and of real running configurations. Those for port-aware
binding, trunk mode, double tags and the choice of uplink are in no document: likely words are
understood, and all others are kept as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import PortKind, PortMode, parse_port_name, port_name
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Poe
from positron_tui.domain.vlans import parse_vlan_list
from positron_tui.gam.parsers.discover import ghn_port
from positron_tui.gam.parsers.text import Word

Fields: TypeAlias = dict[str, Any]
Take: TypeAlias = Callable[[Fields, str], None]

_MAX_NUMBER = 1_000_000
UNKNOWN = "unknown_words"


def read_words(
    takers: Mapping[str, Take], flags: Mapping[str, tuple[str, bool]], words: Sequence[Word]
) -> Fields:
    """Return the fields that a line sets; words that are not known go to `unknown_words`.

    Raises ValueError when a known keyword has no value or one that cannot be.
    """
    fields: Fields = {}
    unknown: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        key = "" if word.quoted else word.text.lower()
        position += 1
        if key in flags:
            name, value = flags[key]
            fields[name] = value
        elif key in takers:
            if position >= len(words):
                raise ValueError(f"{key} has no value")
            position += _take(takers[key], fields, key, words[position:])
        else:
            unknown.append(str(word))
    if unknown:
        fields[UNKNOWN] = tuple(unknown)
    return fields


def _take(taker: Take, fields: Fields, key: str, rest: Sequence[Word]) -> int:
    """Read the value of a keyword and return how many words it took."""
    if key == "nni" and len(rest) > 1 and rest[1].text.startswith("1/"):
        taker(fields, f"{rest[0].text} {rest[1].text}")
        return 2
    taker(fields, rest[0].text)
    return 1


def number(text: str) -> int:
    """Read a plain number; raise ValueError for anything else."""
    if not (text.isascii() and text.isdigit()) or int(text[:9]) > _MAX_NUMBER:
        raise ValueError(text)
    return int(text)


def _text(name: str) -> Take:
    def take(fields: Fields, value: str) -> None:
        fields[name] = value or None

    return take


def _number(name: str) -> Take:
    def take(fields: Fields, value: str) -> None:
        fields[name] = number(value)

    return take


def _optional_vlan(name: str) -> Take:
    def take(fields: Fields, value: str) -> None:
        fields[name] = None if value == "none" else number(value) or None

    return take


def _binding(fields: Fields, value: str) -> None:
    """Read the port of an endpoint: a number, `unassigned` or `auto`."""
    if value in ("auto", "unassigned", "0"):
        fields["port"] = None
        fields["auto_port"] = value == "auto"
        return
    port = ghn_port(value)
    if port is None:
        raise ValueError(value)
    fields["port"] = port


def _subscriber_port(fields: Fields, value: str) -> None:
    port = ghn_port(value)
    if port is None and value not in ("none", "unassigned", "0"):
        raise ValueError(value)
    fields["port"] = port


def _endpoint_of_subscriber(fields: Fields, value: str) -> None:
    fields["endpoint_id"] = None if value == "none" else number(value) or None


def _mac(fields: Fields, value: str) -> None:
    try:
        fields["mac"] = parse_mac(value)
    except UsageError as error:
        raise ValueError(value) from error


def _profile(fields: Fields, value: str) -> None:
    free = value in ("unthrottled", "none")
    fields["profile_id"] = UNTHROTTLED_PROFILE_ID if free else number(value)


def _vlan_list(fields: Fields, value: str) -> None:
    try:
        fields["allowed_vlans"] = parse_vlan_list(value)
    except (UsageError, ValueError) as error:
        raise ValueError(value) from error


def _poe(fields: Fields, value: str) -> None:
    fields["poe"] = Poe(value)


def _mode(fields: Fields, value: str) -> None:
    fields["mode"] = PortMode(value)


def _uplink(fields: Fields, value: str) -> None:
    """Read an uplink as `1`, `10G 1/1` or `10GigabitEthernet 1/1`; `none` is the unit's own."""
    if value == "none":
        fields["uplink"] = None
    elif value.isascii() and value.isdigit():
        fields["uplink"] = port_name(PortKind.UPLINK, number(value))
    else:
        try:
            kind, place = parse_port_name(value)
        except UsageError as error:
            raise ValueError(value) from error
        if kind is not PortKind.UPLINK:
            raise ValueError(value)
        fields["uplink"] = port_name(kind, place)


PORT_TAKERS: dict[str, Take] = {"name": _text("name"), "mode": _mode}
PORT_FLAGS = {"shutdown": ("shutdown", True)}

PROFILE_TAKERS: dict[str, Take] = {
    "name": _text("name"),
    "description": _text("description"),
    "rate-downstream": _number("down_mbps"),
    "rate-upstream": _number("up_mbps"),
}

ENDPOINT_TAKERS: dict[str, Take] = {
    "name": _text("name"),
    "mac-address": _mac,
    "description": _text("description"),
    "port": _binding,
}
ENDPOINT_FLAGS = {
    "allow-management-access": ("allow_management", True),
    "auto-port": ("auto_port", True),
}

SUBSCRIBER_TAKERS: dict[str, Take] = {
    "name": _text("name"),
    "description": _text("description"),
    "endpoint": _endpoint_of_subscriber,
    "port": _subscriber_port,
    "vid": _number("vlan"),
    "remapped-vid": _optional_vlan("remapped_vlan"),
    "port2-vid": _optional_vlan("port2_vlan"),
    "outer-vid": _optional_vlan("outer_vlan"),
    "allowed-vlan": _vlan_list,
    "bw-profile": _profile,
    "poe": _poe,
    "nni": _uplink,
}
SUBSCRIBER_FLAGS = {
    "tagged": ("tagged", True),
    "untagged": ("tagged", False),
    "trunk-mode": ("trunk", True),
    "double-tag": ("double_tag", True),
}
