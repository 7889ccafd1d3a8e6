"""Single values as a technician reads them; what is unknown is a question mark, never a zero."""

from __future__ import annotations

from datetime import datetime

from positron_tui.domain.readings import Source

UNKNOWN = "?"
NONE = "-"
_SOURCES = {Source.SNMP: "SNMP", Source.CLI: "command line", Source.JSONRPC: "JSON-RPC"}


def number(value: float | None, unit: str = "") -> str:
    """`866 Mbit/s`, or a question mark."""
    if value is None:
        return UNKNOWN
    return f"{value:,.0f} {unit}".rstrip() if unit else f"{value:,.0f}"


def rate(mbps: float | None) -> str:
    """A traffic rate in Mbit/s with as many digits as say something."""
    if mbps is None:
        return UNKNOWN
    return f"{mbps:.0f}" if mbps >= 100 else f"{mbps:.1f}"


def duration(seconds: float | None) -> str:
    """`3d 4h`, `12 min`, `40 s`: the two largest units at most."""
    if seconds is None:
        return UNKNOWN
    minutes = int(seconds) // 60
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days}d {hours % 24}h"
    if hours:
        return f"{hours}h {minutes % 60:02d}min"
    return f"{minutes} min" if minutes else f"{int(seconds)} s"


def octets(count: int | None) -> str:
    """A counter of octets in decimal units."""
    if count is None:
        return UNKNOWN
    value = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB", "PB"):
        if value < 1000 or unit == "PB":
            break
        value /= 1000
    return f"{value:.0f} B" if unit == "B" else f"{value:.2f} {unit}"


def clock_time(at: datetime | None, now: datetime) -> str:
    """The local time of day, with the date when it was another day; never an age that ticks."""
    if at is None:
        return "never"
    local, today = at.astimezone(), now.astimezone()
    if local.date() == today.date():
        return local.strftime("%H:%M:%S")
    return local.strftime("%Y-%m-%d %H:%M")


def short_time(at: datetime, now: datetime) -> str:
    """The time of day, with the day when it was another one: short, for a narrow table."""
    local, today = at.astimezone(), now.astimezone()
    if local.date() != today.date() and local.year == today.year:
        return local.strftime("%m-%d %H:%M")
    return clock_time(at, now)


def source_name(source: Source | None) -> str:
    """The transport's name in words."""
    return UNKNOWN if source is None else _SOURCES[source]


def text(value: str | None) -> str:
    """A text, or a question mark when unknown."""
    return UNKNOWN if value is None else (value or NONE)


def yes_no(value: bool | None) -> str:
    return UNKNOWN if value is None else ("yes" if value else "no")


def plural(count: int, noun: str) -> str:
    """`1 port`, `2 ports`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
