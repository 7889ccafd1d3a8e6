"""`show interface * status|statistics`: link, speed and counters of every port."""

from __future__ import annotations

import re

from positron_tui.domain.errors import UsageError
from positron_tui.domain.ports import (
    PORT_INDEX_BASE,
    Admin,
    Oper,
    Port,
    PortCounters,
    PortKind,
    parse_port_name,
    port_name,
)
from positron_tui.gam.parsers.text import not_understood

COMMAND = "show interface * status"
STATISTICS_COMMAND = "show interface * statistics"
_ROW = re.compile(r"\s*((?:G\.hn|10G\w*|Gi\w*)\s+1/\d{1,3})\s+(.+?)\s*\Z", re.IGNORECASE | re.ASCII)
_SPEED = re.compile(r"(\d{1,5}(?:\.\d)?)(G|M)?[fh]dx\b", re.IGNORECASE | re.ASCII)
_DOWN = re.compile(r"\bdown\b", re.IGNORECASE)
_DISABLED = re.compile(r"\b(?:disabled|shutdown)\b", re.IGNORECASE)
_ENABLED = re.compile(r"\benabled\b", re.IGNORECASE)
_BLOCK = re.compile(
    r"\s*((?:G\.hn|10G\w*|Gi\w*)\s+1/\d{1,3})\s+statistics\b", re.IGNORECASE | re.ASCII
)
_COUNTER = re.compile(
    r"\b(rx|tx)\s+(octets|errors)\s*:\s*(\d{1,20})(?!\d)", re.IGNORECASE | re.ASCII
)
_COUNTER_FIELDS = {
    ("rx", "octets"): "in_octets",
    ("tx", "octets"): "out_octets",
    ("rx", "errors"): "in_errors",
    ("tx", "errors"): "out_errors",
}
_ORDER = (PortKind.GHN, PortKind.UPLINK, PortKind.MGMT)


def parse_interface_status(text: str) -> tuple[Port, ...]:
    """Return the ports, with indexes counted in the bridge's order: G.hn, uplinks, management.

    Raises UnexpectedReply when there is no row.
    """
    rows: dict[tuple[PortKind, int], str] = {}
    for line in text.splitlines():
        match = _ROW.match(line)
        if match is None:
            continue
        try:
            kind, number = parse_port_name(" ".join(match[1].split()))
        except UsageError:
            continue
        if number > 0:
            rows[kind, number] = match[2]
    if not rows:
        raise not_understood(COMMAND, text)
    first = {PortKind.GHN: 0}
    first[PortKind.UPLINK] = _highest(rows, PortKind.GHN)
    first[PortKind.MGMT] = first[PortKind.UPLINK] + _highest(rows, PortKind.UPLINK)
    ordered = sorted(rows, key=lambda key: (_ORDER.index(key[0]), key[1]))
    return tuple(
        _port(kind, number, PORT_INDEX_BASE + first[kind] + number, rows[kind, number])
        for kind, number in ordered
    )


def _highest(rows: dict[tuple[PortKind, int], str], kind: PortKind) -> int:
    return max((number for of, number in rows if of is kind), default=0)


def _port(kind: PortKind, number: int, if_index: int, rest: str) -> Port:
    speeds = _SPEED.findall(rest)
    oper = Oper.DOWN if _DOWN.search(rest) else Oper.UP if speeds else None
    admin = None
    if _DISABLED.search(rest):
        admin = Admin.DOWN
    elif _ENABLED.search(rest):
        admin = Admin.UP
    return Port(
        name=port_name(kind, number),
        if_index=if_index,
        kind=kind,
        number=number,
        admin=admin,
        oper=oper,
        speed_mbps=_mbps(*speeds[-1]) if speeds and oper is Oper.UP else None,
    )


def _mbps(number: str, unit: str) -> int:
    return round(float(number) * (1_000 if unit.upper() == "G" else 1))


def parse_interface_statistics(text: str) -> dict[str, PortCounters]:
    """Return counters by canonical port name; those that are not printed stay None.

    Raises UnexpectedReply when there is no block.
    """
    blocks: dict[str, dict[str, int]] = {}
    values: dict[str, int] = {}
    for line in text.splitlines():
        head = _BLOCK.match(line)
        if head and (name := _canonical(head[1])):
            values = blocks.setdefault(name, {})
        for direction, what, count in _COUNTER.findall(line):
            values.setdefault(_COUNTER_FIELDS[direction.lower(), what.lower()], int(count))
    if not blocks:
        raise not_understood(STATISTICS_COMMAND, text)
    return {name: PortCounters(**found) for name, found in blocks.items()}


def _canonical(text: str) -> str | None:
    try:
        kind, number = parse_port_name(" ".join(text.split()))
    except UsageError:
        return None
    return port_name(kind, number)
