"""Where things stand: entry OIDs of tables and of groups of scalars (IF-MIB to the vendor's)."""

from __future__ import annotations

from typing import Final

from positron_tui.simulator.snmp.ber import Oid

MIB_2: Final[Oid] = (1, 3, 6, 1, 2, 1)
SYSTEM: Final[Oid] = (*MIB_2, 1)
INTERFACES: Final[Oid] = (*MIB_2, 2)
IF_ENTRY: Final[Oid] = (*MIB_2, 2, 2, 1)
IF_X_ENTRY: Final[Oid] = (*MIB_2, 31, 1, 1, 1)
DOT1D_BASE: Final[Oid] = (*MIB_2, 17, 1)
DOT1D_BASE_PORT: Final[Oid] = (*MIB_2, 17, 1, 4, 1)
DOT1D_FDB: Final[Oid] = (*MIB_2, 17, 4, 3, 1)
DOT1Q_FDB: Final[Oid] = (*MIB_2, 17, 7, 1, 2, 2, 1)
DOT1Q_VLAN_STATIC: Final[Oid] = (*MIB_2, 17, 7, 1, 4, 3, 1)
DOT1Q_PORT_VLAN: Final[Oid] = (*MIB_2, 17, 7, 1, 4, 5, 1)

VENDOR: Final[Oid] = (1, 3, 6, 1, 4, 1, 20095, 2001)


def _module(number: int, *tail: int) -> Oid:
    return (*VENDOR, number, 1, *tail)


PORT_CONFIG: Final = _module(11, 2, 1, 1)
PORT_STATUS: Final = _module(11, 3, 1, 1)
PORT_CLEAR: Final = _module(11, 4, 1, 1, 1)
PORT_RMON: Final = _module(11, 5, 1, 1)
PORT_IF_GROUP: Final = _module(11, 5, 2, 1)

MAC_FDB: Final = _module(12, 3, 1, 1)
MAC_FDB_TOTALS: Final = _module(12, 3, 4)

SYS_INFO: Final = _module(24, 2, 1)
SYS_CPU: Final = _module(24, 3, 1)
SYS_POWER: Final = _module(24, 3, 2, 1)
SYS_LED: Final = _module(24, 3, 3, 1)
SYS_UPTIME: Final = _module(24, 3, 4)
SYS_BOARD: Final = _module(24, 3, 5)
SYS_TEMPERATURE_MONITOR: Final = _module(24, 3, 6, 1)
SYS_TEMPERATURE: Final = _module(24, 3, 7, 1)
SYS_FAN: Final = _module(24, 3, 8, 1)
SYS_REBOOT: Final = _module(24, 4, 1, 1)

FIRMWARE_IMAGE: Final = _module(28, 3, 1, 1)
FIRMWARE_UPLOAD_STATUS: Final = _module(28, 3, 2)
FIRMWARE_SWITCH: Final = _module(28, 3, 3, 1)
FIRMWARE_CONTROL: Final = _module(28, 4, 1)

ICFG_FILES: Final = _module(101, 3, 2, 1)
ICFG_COPY_STATUS: Final = _module(101, 3, 3)
ICFG_COPY: Final = _module(101, 4, 2)

DDMI_CONFIG: Final = _module(121, 2, 1)
DDMI_STATUS: Final = _module(121, 3, 2, 1)

GHN: Final = _module(143)
GHN_GLOBAL: Final = _module(143, 2, 5)
GHN_PORT: Final = _module(143, 2, 10, 1)
GHN_ENDPOINT: Final = _module(143, 2, 20, 1)
GHN_ENDPOINT_EDITOR: Final = _module(143, 2, 21)
GHN_PROFILE: Final = _module(143, 2, 30, 1)
GHN_PROFILE_EDITOR: Final = _module(143, 2, 31)
GHN_USER: Final = _module(143, 2, 40, 1)
GHN_USER_EDITOR: Final = _module(143, 2, 41)
GHN_VECTOR_BOOST: Final = _module(143, 2, 50)
GHN_VECTOR_BOOST_STATUS: Final = _module(143, 3, 40)
GHN_PORT_BRIEF: Final = _module(143, 3, 10, 10, 1)
GHN_PORT_DETAILED: Final = _module(143, 3, 10, 20, 1)
GHN_BY_ID: Final = _module(143, 3, 20)
GHN_BY_MAC: Final = _module(143, 3, 30)
GHN_PORT_CLEAR: Final = _module(143, 4, 10, 20, 1)
GHN_CONTROL_BY_ID: Final = _module(143, 4, 20)
GHN_CONTROL_BY_MAC: Final = _module(143, 4, 30)
GHN_PORT_ETH: Final = _module(143, 5, 10, 10, 1)
GHN_STATISTICS_BY_ID: Final = _module(143, 5, 20)
GHN_STATISTICS_BY_MAC: Final = _module(143, 5, 30)

ALARM_ACTIVE: Final = _module(145, 3, 1, 1)
ALARM_LOG: Final = _module(145, 3, 2, 1)
ALARM_CONTROL: Final = _module(145, 4, 1)
