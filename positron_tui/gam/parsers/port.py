"""`show ghn port <n> status` and `configuration`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from positron_tui.domain.errors import UsageError
from positron_tui.domain.mac import parse_mac
from positron_tui.domain.ports import Admin, PortMode
from positron_tui.gam.parsers.text import first_number, labelled, not_understood

_LONE_MAC = re.compile(r"\s*([0-9a-fA-F]{2}(?:[:\-][0-9a-fA-F]{2}){5})\s*\Z")


@dataclass(frozen=True, slots=True)
class PortStatus:
    """The endpoints seen on a G.hn port; `active_links` None when the line is missing."""

    active_links: int | None
    endpoint_macs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PortSettings:
    """What a G.hn port is set to; `mode` None for a word that is not known."""

    admin: Admin | None = None
    name: str | None = None
    mac: str | None = None
    mode: PortMode | None = None


def parse_port_status(text: str) -> PortStatus:
    """Read the status block of one port."""
    values = dict(labelled(text))
    macs = [match[1] for line in text.splitlines() if (match := _LONE_MAC.match(line))]
    if "active links" not in values and not macs:
        raise not_understood("show ghn port status", text)
    return PortStatus(
        first_number(values.get("active links", "")), tuple(parse_mac(mac) for mac in macs)
    )


def parse_port_configuration(text: str) -> PortSettings:
    """Read the configuration block of one port."""
    values = dict(labelled(text))
    if "enable" not in values and "mode" not in values:
        raise not_understood("show ghn port configuration", text)
    enabled = values.get("enable", "").lower()
    return PortSettings(
        admin={"yes": Admin.UP, "no": Admin.DOWN}.get(enabled),
        name=values.get("name") or None,
        mac=_mac(values.get("mac", "")),
        mode=_mode(values.get("mode", "")),
    )


def _mac(text: str) -> str | None:
    try:
        return parse_mac(text)
    except UsageError:
        return None


def _mode(text: str) -> PortMode | None:
    try:
        return PortMode(text.lower())
    except ValueError:
        return None
