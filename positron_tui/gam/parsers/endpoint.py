"""`show ghn endpoint <id> status [detail]` and `configuration`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.gam.parsers.discover import ghn_port
from positron_tui.gam.parsers.text import first_number, labelled, not_understood, seconds

_ON_PORT = re.compile(r"discovered endpoint on (.+?)\s*\Z", re.IGNORECASE)
_FEET_PER_METRE = 0.3048


@dataclass(frozen=True, slots=True)
class EndpointReading:
    """What an endpoint that is seen tells of itself; rates in Mbit/s, down = to the subscriber."""

    mac: str | None = None
    port: str | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    down_phy_mbps: int | None = None
    up_phy_mbps: int | None = None
    down_max_mbps: int | None = None
    up_max_mbps: int | None = None
    wire_length_m: int | None = None
    uptime_s: int | None = None


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """What an endpoint is configured with; `port` None = not bound to one."""

    mac: str | None = None
    name: str | None = None
    description: str | None = None
    port: str | None = None
    auto_port: bool | None = None
    allow_management: bool | None = None


def status_command(endpoint_id: int) -> str:
    return f"show ghn endpoint {endpoint_id} status detail"


def parse_endpoint_status(text: str) -> EndpointReading:
    """Read the block by loosely matched labels; raise UnexpectedReply when none is known.

    Labels differ between versions ("Current Allocated Bandwidth", "PHY Allocated Bandwidth").
    """
    reading = EndpointReading()
    for line in text.splitlines():
        match = _ON_PORT.search(line)
        if match and (port := _port_of(match[1])):
            reading = replace(reading, port=port)
    for label, value in labelled(text):
        reading = _with(reading, label, value)
    if reading == EndpointReading():
        raise not_understood("show ghn endpoint status", text)
    return reading


def _port_of(text: str) -> str | None:
    return ghn_port(text) or ghn_port(text.split()[-1])


def _with(reading: EndpointReading, label: str, value: str) -> EndpointReading:
    if "bandwidth" in label or "throughput" in label or "phy" in label.split():
        return _with_rate(reading, label, value)
    for known, update in _FIELDS.items():
        if label.startswith(known):
            return update(reading, value)
    return reading


def _with_rate(reading: EndpointReading, label: str, value: str) -> EndpointReading:
    rate = first_number(value)
    if rate is None or rate < 0:
        return reading
    most = "max" in label or "throughput" in label
    if label.startswith("down"):
        return (
            replace(reading, down_max_mbps=rate) if most else replace(reading, down_phy_mbps=rate)
        )
    if label.startswith("up"):
        return replace(reading, up_max_mbps=rate) if most else replace(reading, up_phy_mbps=rate)
    return reading


def _mac(reading: EndpointReading, value: str) -> EndpointReading:
    try:
        return replace(reading, mac=parse_mac(value))
    except UsageError:
        return reading


def _length(reading: EndpointReading, value: str) -> EndpointReading:
    """A length of 0 is what a unit prints that has not measured."""
    length = first_number(value)
    if length is not None and re.search(r"\d\s*(?:ft|feet)", value):
        length = round(length * _FEET_PER_METRE)
    return replace(reading, wire_length_m=length) if length and length > 0 else reading


_FIELDS: dict[str, Callable[[EndpointReading, str], EndpointReading]] = {
    "endpoint mac": _mac,
    "mac": _mac,
    "model": lambda reading, value: replace(reading, model=value or None),
    "serial": lambda reading, value: replace(reading, serial=value or None),
    "fw version": lambda reading, value: replace(reading, firmware=value or None),
    "firmware": lambda reading, value: replace(reading, firmware=value or None),
    "estimated wire length": _length,
    "wire length": _length,
    "uptime": lambda reading, value: replace(reading, uptime_s=seconds(value)),
}


def parse_endpoint_configuration(text: str) -> EndpointSettings:
    """Read the configuration block of one endpoint."""
    values = dict(labelled(text))
    if "mac" not in values and "name" not in values:
        raise not_understood("show ghn endpoint configuration", text)
    port = values.get("gam port id", "")
    access = values.get("management access", "").lower()
    return EndpointSettings(
        mac=_mac(EndpointReading(), values.get("mac", "")).mac,
        name=values.get("name") or None,
        description=values.get("description") or None,
        port=ghn_port(port),
        auto_port=port.lower() == "auto" if port else None,
        allow_management=access == "yes" if access in ("yes", "no") else None,
    )
