"""Uptime, processor load, temperatures, fans and power supplies."""

from __future__ import annotations

from collections.abc import Mapping

from positron_tui.domain.devices import Fan, Health, PowerSupply, Temperature
from positron_tui.gam.snmp import oids
from positron_tui.gam.snmp.decode.values import (
    Table,
    lenient,
    number,
    parse_system_uptime,
    text,
)
from positron_tui.gam.snmp.engine import SnmpValue

_SUPPLY_STATES = {0: "active", 1: "standby", 2: "not_present"}
_OLD_SENSORS = {"0": "board", "1": "junction"}

HEALTH_OIDS = (oids.SYS_UP_TIME, oids.CPU_10S, oids.UPTIME_TEXT)


def decode_health(
    values: Mapping[str, SnmpValue],
    temperatures: Table,
    old_temperatures: Table,
    fans: Table,
    supplies: Table,
) -> Health:
    """Return the health; outdoor units have no fans, and an absent table is an empty one."""
    ticks = number(values.get(oids.SYS_UP_TIME))
    uptime_s = (
        ticks // 100
        if ticks is not None
        else lenient(parse_system_uptime, values.get(oids.UPTIME_TEXT))
    )
    return Health(
        uptime_s=uptime_s,
        cpu_percent=number(values.get(oids.CPU_10S)),
        temperatures=_temperatures(temperatures) or _old_temperatures(old_temperatures),
        fans=tuple(
            Fan(int(index), rpm)
            for index, rpm in fans.get("rpm", {}).items()
            if isinstance(rpm, int) and index.isdigit()
        ),
        power_supplies=tuple(
            PowerSupply(
                text(supplies.get("name", {}).get(index)) or f"Power supply {index}",
                _supply_state(state),
            )
            for index, state in supplies.get("state", {}).items()
        ),
    )


def _temperatures(table: Table) -> tuple[Temperature, ...]:
    names = table.get("name", {})
    return tuple(
        Temperature(text(names.get(index)) or f"Sensor {index}", tenths / 10)
        for index, tenths in table.get("tenths", {}).items()
        if isinstance(tenths, int)
    )


def _old_temperatures(table: Table) -> tuple[Temperature, ...]:
    return tuple(
        Temperature(_OLD_SENSORS.get(index, f"Sensor {index}"), float(celsius))
        for index, celsius in table.get("celsius", {}).items()
        if isinstance(celsius, int)
    )


def _supply_state(state: SnmpValue) -> str:
    return _SUPPLY_STATES.get(state, f"unknown({state})") if isinstance(state, int) else "unknown"
