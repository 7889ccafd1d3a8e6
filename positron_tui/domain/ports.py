"""Port names and indexes of a GAM (ifIndex = 1,000,000 + bridge port, vendor MIB)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from positron_tui.domain.errors import UsageError

PORT_INDEX_BASE = 1_000_000
ENDPOINT_ALARM_INDEX_BASE = 1_000_000_000  # seen on a GAM-12-C 1.5.4: base + endpoint id


class PortKind(StrEnum):
    GHN = "ghn"
    UPLINK = "uplink"
    MGMT = "mgmt"


class Admin(StrEnum):
    UP = "up"
    DOWN = "down"


class Oper(StrEnum):
    UP = "up"
    DOWN = "down"


class PortMode(StrEnum):
    COAX = "coax"
    MIMO = "mimo"
    SISO = "siso"


@dataclass(frozen=True, slots=True)
class PortCounters:
    """64-bit counters as IF-MIB counts them (in = received by the GAM); None = not answered."""

    in_octets: int | None = None
    out_octets: int | None = None
    in_errors: int | None = None
    out_errors: int | None = None


@dataclass(frozen=True, slots=True)
class Port:
    """One port of a device as it was last read; None always means unknown.

    `name` is canonical ("G.hn 1/4", "10G 1/1", "Gi 1/1"), `label` the operator's name for it,
    `mac` the MAC of the port itself, `endpoint_macs` what is seen on it.
    """

    name: str
    if_index: int
    kind: PortKind
    number: int
    admin: Admin | None = None
    oper: Oper | None = None
    speed_mbps: int | None = None
    mode: PortMode | None = None
    mac: str | None = None
    label: str | None = None
    outage_service_affecting: bool | None = None
    outage_other: bool | None = None
    counters: PortCounters = PortCounters()
    endpoint_macs: tuple[str, ...] = ()


_PREFIX = {PortKind.GHN: "G.hn", PortKind.UPLINK: "10G", PortKind.MGMT: "Gi"}
_GHN_SPELLINGS = re.compile(r"(?:g\.?hn[ \-]?)?(?:1/)?(\d{1,3})\Z", re.IGNORECASE)
_UPLINK_SPELLINGS = re.compile(r"(?:10g(?:igabitethernet)?)[ \-]?(?:1/)?(\d)\Z", re.IGNORECASE)
_MGMT_SPELLINGS = re.compile(
    r"(?:mgmt|management|(?:gi|gigabitethernet)[ \-]?(?:1/)?1)\Z", re.IGNORECASE
)


def port_name(kind: PortKind, number: int) -> str:
    """Return the canonical name of port `number` (1-based within its kind)."""
    return f"{_PREFIX[kind]} 1/{number}"


def parse_port_name(text: str) -> tuple[PortKind, int]:
    """Read `4`, `1/4`, `G.hn 1/4`, `10G 1/1`, `mgmt` and the device's own spellings."""
    word = text.strip()
    for kind, pattern in (
        (PortKind.GHN, _GHN_SPELLINGS),
        (PortKind.UPLINK, _UPLINK_SPELLINGS),
        (PortKind.MGMT, _MGMT_SPELLINGS),
    ):
        match = pattern.match(word)
        if match:
            return kind, int(match.group(1)) if match.groups() else 1
    raise UsageError(f"'{text}' is not a port; write it as 4, G.hn 1/4, 10G 1/1 or mgmt.")


def canonical_port_name(text: str) -> str:
    """Return any spelling of a port's name in the canonical one."""
    kind, number = parse_port_name(text)
    return port_name(kind, number)
