"""The active alarms of a unit."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from positron_tui.domain.devices import Alarm
from positron_tui.domain.ports import ENDPOINT_ALARM_INDEX_BASE
from positron_tui.gam.snmp.decode.values import Table, indexes, occurred, text, truth
from positron_tui.gam.snmp.engine import SnmpValue

_CONDITIONS = {
    0: ("other", "Other condition"),
    1: ("hwflt", "Hardware fault"),
    2: ("swflt", "Software fault"),
    3: ("fanflt", "Fan fault"),
    4: ("hightemp", "Temperature is high"),
    5: ("thermalshutdown", "Shut down by heat"),
    6: ("restart", "Unit restarted"),
    7: ("clkchange", "Clock was changed"),
    8: ("linkdown", "Ethernet port is down"),
    9: ("sfprmvd", "SFP was removed"),
    10: ("sfpmismatch", "SFP does not match the port"),
    11: ("outage", "Outage"),
    12: ("lowsnr", "Signal-to-noise ratio is low"),
    13: ("los", "Signal of the endpoint is lost"),
    14: ("portmismatch", "Endpoint is on the wrong port"),
    15: ("hwmismatch", "Endpoint model is unknown or does not fit"),
    16: ("swrevmismat", "Endpoint firmware differs"),
    17: ("swdl", "Software download"),
    18: ("fwupg", "Firmware upgrade"),
    19: ("lockoutconsole", "Console login is locked"),
    20: ("lockouthost", "Logins from a host are locked"),
    21: ("lockoutglobal", "All logins are locked"),
    22: ("lpbkfacility", "Facility loopback"),
    23: ("lpbkterm", "Terminal loopback"),
}
"""The condition codes of the alarm MIB with what they mean in words."""

_SEVERITIES = {0: "nr", 1: "na", 2: "mn", 3: "mj", 4: "cr"}


def decode_alarms(table: Table, port_names: Mapping[int, str]) -> tuple[Alarm, ...]:
    """Return the alarms in the device's order."""
    return tuple(
        _alarm({column: rows[index] for column, rows in table.items() if index in rows}, port_names)
        for index in indexes(table)
    )


def _alarm(row: Mapping[str, SnmpValue], port_names: Mapping[int, str]) -> Alarm:
    condition, severity = row.get("condition"), row.get("severity")
    word, meaning = (
        _CONDITIONS.get(condition, (f"unknown({condition})", None))
        if isinstance(condition, int)
        else ("unknown", None)
    )
    return Alarm(
        entity=text(row.get("entity")) or _entity(row.get("if_index"), port_names),
        condition=word,
        severity=(
            _SEVERITIES.get(severity, f"unknown({severity})")
            if isinstance(severity, int)
            else "unknown"
        ),
        service_affecting=truth(row.get("service_affecting")),
        occurred_at=occurred(row.get("occurred_at")),
        description=meaning,
        uuid=_uuid(row.get("uuid")),
    )


def _entity(if_index: SnmpValue | None, port_names: Mapping[int, str]) -> str:
    """Name what an alarm without text is about; endpoints have 1,000,000,000 + id (seen)."""
    if not isinstance(if_index, int) or if_index == 0:
        return "system"
    if if_index > ENDPOINT_ALARM_INDEX_BASE:
        return f"CPE-{if_index - ENDPOINT_ALARM_INDEX_BASE}"
    return port_names.get(if_index, f"interface {if_index}")


def _uuid(value: SnmpValue | None) -> str | None:
    return str(UUID(bytes=value)) if isinstance(value, bytes) and len(value) == 16 else None
