"""Active alarms and the alarm log (145) of the vendor's MIB."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from positron_tui.simulator.snmp import oids
from positron_tui.simulator.snmp import values as v
from positron_tui.simulator.snmp.ber import Oid
from positron_tui.simulator.snmp.mib import Column, Table, scalars
from positron_tui.simulator.snmp.unit import Unit
from positron_tui.simulator.state import SimAlarm, SimAlarmLogEntry


def alarm_tables(unit: Unit) -> list[Table[Any]]:
    """Return both tables; a GAM-12-C on 1.5.4 lacks the fault columns 6 to 9."""

    def active() -> Iterator[tuple[Oid, SimAlarm]]:
        return (((alarm.index,), alarm) for alarm in unit.device.alarms())

    def log() -> Iterator[tuple[Oid, SimAlarmLogEntry]]:
        return (((n,), entry) for n, entry in enumerate(unit.device.alarm_log(), 1))

    def clear(row: Unit, wanted: bool) -> None:
        if wanted:
            row.device.runtime.alarms.log.clear()

    faults = FAULT_COLUMNS if unit.device.personality.mib_complete else ()
    control = Column[Unit](1, v.constant(v.FALSE), v.read_truth, clear)
    return [
        Table(oids.ALARM_ACTIVE, active, (*ACTIVE_COLUMNS, *faults), live=True),
        Table(oids.ALARM_LOG, log, (*LOG_COLUMNS, *faults), live=True),
        scalars(oids.ALARM_CONTROL, unit, (control,)),
    ]


# Software file, line and module, hardware fault: nothing that a virtual unit raises has them.
FAULT_COLUMNS = (
    Column[Any](6, v.fixed_text("")),
    Column[Any](7, v.constant(v.gauge(0))),
    Column[Any](8, v.constant(v.gauge(0))),
    Column[Any](9, v.constant(v.gauge(0))),
)

ACTIVE_COLUMNS = (
    Column[SimAlarm](2, lambda alarm: v.integer(alarm.if_index)),
    Column[SimAlarm](3, lambda alarm: v.octets(alarm.uuid)),
    Column[SimAlarm](4, lambda alarm: v.text(alarm.entity)),
    Column[SimAlarm](5, lambda alarm: v.integer(alarm.condition)),
    Column[SimAlarm](10, lambda alarm: v.integer(alarm.severity)),
    Column[SimAlarm](11, lambda alarm: v.truth(alarm.service_affecting)),
    Column[SimAlarm](12, lambda alarm: v.date_and_time(alarm.occurred_at)),
)

# On a clear the occurrence stays that of the raise, the report is the clear's own time.
LOG_COLUMNS = (
    Column[SimAlarmLogEntry](2, lambda entry: v.integer(entry.alarm.if_index)),
    Column[SimAlarmLogEntry](3, lambda entry: v.octets(entry.alarm.uuid)),
    Column[SimAlarmLogEntry](4, lambda entry: v.text(entry.alarm.entity)),
    Column[SimAlarmLogEntry](5, lambda entry: v.integer(entry.alarm.condition)),
    Column[SimAlarmLogEntry](10, lambda entry: v.integer(entry.state)),
    Column[SimAlarmLogEntry](11, lambda entry: v.integer(entry.alarm.severity)),
    Column[SimAlarmLogEntry](12, lambda entry: v.truth(entry.alarm.service_affecting)),
    Column[SimAlarmLogEntry](13, lambda entry: v.date_and_time(entry.alarm.occurred_at)),
    Column[SimAlarmLogEntry](14, lambda entry: v.date_and_time(entry.reported_at)),
)
