"""Single values: text, numbers, MACs, bitmaps, times. Parsers raise UnexpectedReply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeAlias, TypeVar

from positron_tui.domain.errors import UnexpectedReply
from positron_tui.domain.mac import format_mac
from positron_tui.domain.ports import PORT_INDEX_BASE, PortKind, port_name
from positron_tui.gam.snmp.engine import SnmpValue

Table: TypeAlias = Mapping[str, Mapping[str, SnmpValue]]
"""Our column name to its rows (index suffix to value); a column that was not read is missing."""

T = TypeVar("T")

_UPTIME = re.compile(
    r"\s*(?:(\d{1,6}) days?,?\s*)?(?:(\d{1,3})h\s*)?(?:(\d{1,3})m\s*)?(?:(\d{1,3})s)?"
)
_SYSTEM_UPTIME = re.compile(r"\s*(?:(\d{1,6})d\s+)?(\d{1,2}):(\d{1,2}):(\d{1,2})")
_VERSION = re.compile(r"(?<![\d.])(\d{1,4}\.\d{1,4}\.\d{1,4})(?!\d)")
_MAC_TEXT = re.compile(r"[0-9a-fA-F]{2}(?:[:\-][0-9a-fA-F]{2}){5}")
_QUARTER_VLANS = 1024


def text(value: SnmpValue | None) -> str | None:
    """Return a printable text without padding, None when there is none."""
    if value is None:
        return None
    word = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    word = word.strip(" \t\r\n\x00")
    if not word:
        return None
    if word.isprintable():
        return word
    return "".join(character if character.isprintable() else "?" for character in word)


def number(value: SnmpValue | None) -> int | None:
    """Return a number that is not negative, else None."""
    return value if isinstance(value, int) and value >= 0 else None


def positive(value: SnmpValue | None) -> int | None:
    """Return a number where 0 stands for none or unknown."""
    return value if isinstance(value, int) and value > 0 else None


def truth(value: SnmpValue | None) -> bool | None:
    """Read a TruthValue: 1 true, 2 false, anything else unknown."""
    return {1: True, 2: False}.get(value) if isinstance(value, int) else None


def mac(value: SnmpValue | None) -> str | None:
    """Return six octets as a MAC; all zero means none."""
    if not isinstance(value, bytes) or len(value) != 6 or not any(value):
        return None
    return format_mac(value)


def mac_of_index(parts: list[str]) -> str:
    """Read six index components, or seven with their length in front.

    Raises UnexpectedReply on anything else.
    """
    octets = parts[1:] if len(parts) == 7 and parts[0] == "6" else parts
    try:
        if len(octets) != 6:
            raise ValueError
        return format_mac(bytes(map(int, octets)))
    except ValueError:
        line = ".".join(parts)
        raise UnexpectedReply(f"'{line}' is not the index of a MAC address.", line) from None


def mac_list(value: SnmpValue | None) -> tuple[str, ...]:
    """Return the MACs of a text such as `00:0E:D8:19:97:E6,00:0E:D8:19:97:E7`."""
    word = text(value)
    if word is None:
        return ()
    return tuple(found.lower().replace("-", ":") for found in _MAC_TEXT.findall(word))


def ghn_port_of(value: SnmpValue | None) -> str | None:
    """Return the name of a G.hn port from its ifIndex (they come first); 0 = none."""
    if not isinstance(value, int) or not PORT_INDEX_BASE < value < PORT_INDEX_BASE + 1000:
        return None
    return port_name(PortKind.GHN, value - PORT_INDEX_BASE)


def plain_version(value: SnmpValue | None) -> str | None:
    """Return `1.5.4` out of `GAM-4/8-C_v1.5.4`; a text without such a number as it stands."""
    word = text(value)
    if word is None:
        return None
    found = _VERSION.search(word)
    return found.group(1) if found else word


def parse_uptime(line: str) -> int:
    """Return the seconds of `53 days, 14h 28m 19s`; leading parts may be missing."""
    found = _UPTIME.match(line)
    if found is None or not any(found.groups()):
        raise UnexpectedReply(f"'{line}' is not an uptime.", line)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def parse_system_uptime(line: str) -> int:
    """Return the seconds of `53d 14:24:1`; what stands behind it is another field's old text."""
    found = _SYSTEM_UPTIME.match(line)
    if found is None:
        raise UnexpectedReply(f"'{line}' is not an uptime.", line)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def parse_date_and_time(octets: bytes) -> datetime | None:
    """Read a DateAndTime of 8 octets (taken as UTC) or 11 (with its zone).

    None for a time before 1971: the device's clock was not set.
    """
    if len(octets) not in (8, 11):
        raise UnexpectedReply(f"{len(octets)} octets are not a date and time.", octets.hex())
    year, (month, day, hour, minute, second, tenths) = (
        int.from_bytes(octets[:2], "big"),
        octets[2:8],
    )
    try:
        zone: timezone = UTC
        if len(octets) == 11:
            sign = {"+": 1, "-": -1}[chr(octets[8])]
            zone = timezone(sign * timedelta(hours=octets[9], minutes=octets[10]))
        # Second 60 is a leap second, which datetime does not have.
        local = datetime(
            year, month, day, hour, minute, min(second, 59), tenths * 100_000, tzinfo=zone
        )
        return None if year < 1971 else local.astimezone(UTC)
    except (ValueError, KeyError, OverflowError):
        raise UnexpectedReply("Those octets are not a date and time.", octets.hex()) from None


def vlans_of_quarter(octets: bytes, quarter: int) -> tuple[int, ...]:
    """Return the VLANs of one bitmap: bit v % 8 (least significant first) of octet v / 8.

    Quarter q holds VLANs 1024 q to 1024 q + 1023; octets behind the 128th are ignored, missing
    ones are zero.
    """
    base = quarter * _QUARTER_VLANS
    return tuple(
        base + position * 8 + bit
        for position, octet in enumerate(octets[: _QUARTER_VLANS // 8])
        if octet
        for bit in range(8)
        if octet >> bit & 1
    )


def lenient(parse: Callable[[str], T], value: SnmpValue | None) -> T | None:
    """Return what `parse` makes of a text, None when it is missing or makes no sense."""
    word = text(value)
    if word is None:
        return None
    try:
        return parse(word)
    except UnexpectedReply:
        return None


def occurred(value: SnmpValue | None) -> datetime | None:
    """Return a DateAndTime, None when it is missing, unset or makes no sense."""
    try:
        return parse_date_and_time(value) if isinstance(value, bytes) else None
    except UnexpectedReply:
        return None


def indexes(table: Table) -> list[str]:
    """Return every index that any column of the table has, in the agent's order."""
    return list(dict.fromkeys(index for rows in table.values() for index in rows))
