"""The objects that we read, by table. Numbers are those of the vendor MIB and the standard ones.

Where a GAM-12-C with firmware 1.5.4 was seen to differ from the MIB it is said at the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from positron_tui.domain.ports import PORT_INDEX_BASE

_SYSTEM = "1.3.6.1.2.1.1"
SYS_DESCR = f"{_SYSTEM}.1.0"
SYS_OBJECT_ID = f"{_SYSTEM}.2.0"
SYS_UP_TIME = f"{_SYSTEM}.3.0"
SYS_CONTACT = f"{_SYSTEM}.4.0"
SYS_NAME = f"{_SYSTEM}.5.0"
SYS_LOCATION = f"{_SYSTEM}.6.0"

_MANAGEMENT = "1.3.6.1.4.1.20095.2001"
_SYSUTIL = f"{_MANAGEMENT}.24.1.3"
CPU_10S = f"{_SYSUTIL}.1.3.0"
UPTIME_TEXT = f"{_SYSUTIL}.4.1.0"
"""Text that overruns its size on a real unit and drags another field's old text behind it."""
BOARD_MAC = f"{_SYSUTIL}.5.1.0"
BOARD_SERIAL = f"{_SYSUTIL}.5.3.0"

_FIRMWARE_IMAGE = f"{_MANAGEMENT}.28.1.3.1.1"
FIRMWARE_IMAGE_NUMBERS = (0, 1, 2)
FIRMWARE_TYPES = tuple(f"{_FIRMWARE_IMAGE}.2.{n}" for n in FIRMWARE_IMAGE_NUMBERS)
"""0 boot loader, 1 active, 2 alternative."""
FIRMWARE_VERSIONS = tuple(f"{_FIRMWARE_IMAGE}.4.{n}" for n in FIRMWARE_IMAGE_NUMBERS)

_GHN = f"{_MANAGEMENT}.143.1"
SUBSCRIBER_MODEL = f"{_GHN}.2.5.10.0"
FIRST_PORT_MODE = f"{_GHN}.2.10.1.50.{PORT_INDEX_BASE + 1}"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table's entry and the columns that we want of it: our name to the MIB's number."""

    entry: str
    columns: Mapping[str, int]

    def column_oids(self) -> dict[str, str]:
        """Return our names to the object identifiers of the columns."""
        return {name: f"{self.entry}.{number}" for name, number in self.columns.items()}

    def cell(self, name: str, index: str | int) -> str:
        """Return the object identifier of one cell."""
        return f"{self.entry}.{self.columns[name]}.{index}"


IF_TABLE = TableSpec(
    "1.3.6.1.2.1.2.2.1",
    {
        "description": 2,
        "mac": 6,
        "admin": 7,
        "oper": 8,
        "in_errors": 14,
        "out_errors": 20,
    },
)
"""VLAN interfaces come first (up to 4095 of them): read by known index, never from the start."""

IF_X_TABLE = TableSpec(
    "1.3.6.1.2.1.31.1.1.1",
    {"name": 1, "in_octets": 6, "out_octets": 10, "speed_mbps": 15, "alias": 18},
)

TEMPERATURES = TableSpec(f"{_SYSUTIL}.7.1", {"name": 2, "tenths": 3})
OLD_TEMPERATURES = TableSpec(f"{_SYSUTIL}.6.1", {"celsius": 5})
"""Board (0) and junction (1); empty on units that have the sensor table."""
FANS = TableSpec(f"{_SYSUTIL}.8.1", {"rpm": 2})
POWER_SUPPLIES = TableSpec(f"{_SYSUTIL}.2.1", {"state": 3, "name": 4})

GHN_PORT_CONFIG = TableSpec(f"{_GHN}.2.10.1", {"label": 30, "mode": 50})
GHN_PORT_BRIEF = TableSpec(
    f"{_GHN}.3.10.10.1", {"endpoints": 40, "outage_nsa": 50, "outage_sa": 60}
)
"""`endpoints` is text, MACs with colons between commas."""

_BRIEF_COLUMNS = {
    "name": 25,
    "configured_port": 30,
    "auto_port": 35,
    "detected_port": 40,
    "subscriber": 55,
    "state": 90,
    "model_number": 100,
    "model_text": 110,
    "firmware_mismatch": 120,
}
_DETAIL_COLUMNS = {
    "alive": 20,
    "serial": 50,
    "uptime": 60,
    "firmware": 70,
    "wire_length_m": 100,
    "rx_phy_mbps": 110,
    "tx_phy_mbps": 120,
    "rx_max_mbps": 150,
    "tx_max_mbps": 160,
}
"""Rx and Tx as the endpoint sees them: Rx is downstream. An endpoint that is not there has no
columns after `alive`; lengths are 0 on coax."""
_LINK_COLUMNS = {"valid": 10, "up": 20, "speed": 40}

ENDPOINT_BRIEF_BY_MAC = TableSpec(f"{_GHN}.3.30.10.1", {"id": 20, **_BRIEF_COLUMNS})
"""Has the endpoints that are seen but not configured, too. The index is six octets; the MIB would
allow a length in front of them."""
ENDPOINT_DETAIL_BY_MAC = TableSpec(f"{_GHN}.3.30.20.1", _DETAIL_COLUMNS)
ENDPOINT_LINK_BY_MAC = TableSpec(f"{_GHN}.3.30.30.1", _LINK_COLUMNS)
ENDPOINT_BRIEF_BY_ID = TableSpec(f"{_GHN}.3.20.10.1", {"mac": 10, **_BRIEF_COLUMNS})
ENDPOINT_DETAIL_BY_ID = TableSpec(f"{_GHN}.3.20.20.1", _DETAIL_COLUMNS)
ENDPOINT_LINK_BY_ID = TableSpec(f"{_GHN}.3.20.30.1", _LINK_COLUMNS)

ENDPOINT_CONFIG = TableSpec(f"{_GHN}.2.20.1", {"mac": 20, "description": 40})
PROFILES = TableSpec(
    f"{_GHN}.2.30.1", {"name": 30, "description": 40, "down_mbps": 50, "up_mbps": 60}
)
SUBSCRIBERS = TableSpec(
    f"{_GHN}.2.40.1",
    {
        "name": 30,
        "description": 40,
        "endpoint_id": 50,
        "profile_id": 70,
        "vlan": 90,
        "tagged": 100,
        "remapped_vlan": 110,
        "port2_vlan": 120,
        "trunk": 170,
        "port": 180,
        "double_tag": 190,
        "uplink": 200,
        "outer_vlan": 210,
        "poe": 220,
    },
)
SUBSCRIBER_VLANS = TableSpec(
    f"{_GHN}.2.40.1", {"quarter0": 130, "quarter1": 140, "quarter2": 150, "quarter3": 160}
)
"""Allowed VLANs as four bitmaps of 128 octets, least significant bit first; a GAM-12-C 1.5.4 has
none of the four columns."""

ACTIVE_ALARMS = TableSpec(
    f"{_MANAGEMENT}.145.1.3.1.1",
    {
        "if_index": 2,
        "uuid": 3,
        "entity": 4,
        "condition": 5,
        "severity": 10,
        "service_affecting": 11,
        "occurred_at": 12,
    },
)
