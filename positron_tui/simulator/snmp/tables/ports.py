"""Ports (11) and SFP optics (121) of the vendor's MIB."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

from positron_tui.domain.ports import PortKind
from positron_tui.simulator.snmp import oids
from positron_tui.simulator.snmp import values as v
from positron_tui.simulator.snmp.ber import Oid
from positron_tui.simulator.snmp.mib import Column, Table, scalars
from positron_tui.simulator.snmp.tables.standard import port_rows
from positron_tui.simulator.snmp.unit import PortRow, Unit

# GAMPortSpeed as configured: 2.5G on G.hn ports, 10G on uplinks, auto on MGMT (a GAM-4-CX).
_CONFIG_SPEED = {PortKind.GHN: 6, PortKind.UPLINK: 8, PortKind.MGMT: 5}
_STATUS_SPEED = {PortKind.GHN: 4, PortKind.UPLINK: 6, PortKind.MGMT: 3}
_RFC5517 = {PortKind.GHN: 0, PortKind.UPLINK: 3, PortKind.MGMT: 1}
_SFP_10G, _SFP_NOT_IN_MIB = 14, 17
_VENDOR, _PART, _REVISION = "FINISAR CORP.", "FTLX8574D3BCL", "A"
_MTU = 2048


def port_tables(unit: Unit) -> list[Table[Any]]:
    """Return the tables of this module for one unit."""

    def rows() -> Iterator[tuple[Oid, PortRow]]:
        return port_rows(unit)

    def optics() -> Iterator[tuple[Oid, PortRow]]:
        return ((index, row) for index, row in rows() if row.port.kind is PortKind.UPLINK)

    clear = Column[PortRow](2, v.constant(v.FALSE), v.read_truth, _clear)
    rmon = Column[PortRow](7, lambda row: v.counter64(row.traffic.in_errors))
    mode = Column[Unit](1, v.constant(v.TRUE))
    return [
        Table(oids.PORT_CONFIG, rows, CONFIG_COLUMNS),
        Table(oids.PORT_STATUS, rows, STATUS_COLUMNS),
        Table(oids.PORT_CLEAR, rows, (clear,)),
        Table(oids.PORT_RMON, rows, (rmon,)),
        Table(oids.PORT_IF_GROUP, rows, IF_GROUP_COLUMNS),
        scalars(oids.DDMI_CONFIG, unit, (mode,)),
        Table(oids.DDMI_STATUS, optics, DDMI_COLUMNS),
    ]


def _clear(row: PortRow, wanted: bool) -> None:
    if wanted:
        row.unit.device.clear_port_traffic(row.port.bridge_port)
        row.unit.forget_samples()


def _shutdown(row: PortRow, value: bool) -> None:
    row.unit.device.set_shutdown(row.port.bridge_port, value)


def _optical(row: PortRow) -> bool:
    return row.port.kind is PortKind.UPLINK


def sfp_type(row: PortRow) -> int:
    """Return the class; a GAM-12-C on 1.5.4 has numbers beyond the MIB's enumeration."""
    if not _optical(row):
        return 0
    return _SFP_10G if row.unit.device.personality.mib_complete else _SFP_NOT_IN_MIB


def _sfp_text(value: str) -> Callable[[PortRow], bytes]:
    return lambda row: v.text(value if _optical(row) else "")


def _sfp_serial(row: PortRow) -> bytes:
    return v.text(f"UP{_rng(row).randrange(10**6):06d}" if _optical(row) else "")


CONFIG_COLUMNS = (
    Column[PortRow](2, lambda row: v.truth(row.port.shutdown), v.read_truth, _shutdown),
    Column[PortRow](3, lambda row: v.integer(_CONFIG_SPEED[row.port.kind])),
    Column[PortRow](4, v.constant(v.gauge(0))),
    Column[PortRow](5, lambda row: v.integer(1 if _optical(row) else 0)),
    Column[PortRow](6, v.constant(v.FALSE)),
    Column[PortRow](7, v.constant(v.gauge(_MTU))),
    Column[PortRow](8, v.constant(v.FALSE)),
    Column[PortRow](9, v.constant(v.gauge(0))),
    Column[PortRow](10, v.constant(v.FALSE)),
    Column[PortRow](11, lambda row: v.integer(_RFC5517[row.port.kind])),
)

STATUS_COLUMNS = (
    Column[PortRow](2, lambda row: v.truth(row.port.oper_up)),
    Column[PortRow](3, lambda row: v.truth(row.port.oper_up)),
    Column[PortRow](4, lambda row: v.truth(_optical(row))),
    Column[PortRow](
        5, lambda row: v.integer(_STATUS_SPEED[row.port.kind] if row.port.oper_up else 0)
    ),
    Column[PortRow](6, lambda row: v.integer(sfp_type(row))),
    Column[PortRow](7, _sfp_text(_VENDOR)),
    Column[PortRow](8, _sfp_text(_PART)),
    Column[PortRow](9, _sfp_text(_REVISION)),
    Column[PortRow](10, _sfp_serial),
)

IF_GROUP_COLUMNS = (
    Column[PortRow](2, lambda row: v.counter64(row.traffic.in_octets)),
    Column[PortRow](8, lambda row: v.counter64(row.traffic.in_errors)),
    Column[PortRow](9, lambda row: v.counter64(row.traffic.out_octets)),
    Column[PortRow](15, lambda row: v.counter64(row.traffic.out_errors)),
)


def _rng(row: PortRow) -> random.Random:
    device = row.unit.device
    return random.Random(f"optics {device.seed} {device.serial} {row.port.number}")


def _reading(name: str, low: float, high: float, form: str) -> Callable[[PortRow], bytes]:
    def read(row: PortRow) -> bytes:
        spread = random.Random(f"{name} {_rng(row).random()}").random()
        return v.text(form.format(low + (high - low) * spread))

    return read


def _power(name: str, low: float, high: float, flag: str) -> Callable[[PortRow], bytes]:
    """A power in dBm; with in-band flags the first uplink warns, the second one alarms."""

    def read(row: PortRow) -> bytes:
        if name == "rx" and not row.port.oper_up:
            return v.text("-inf")
        spread = random.Random(f"{name} {_rng(row).random()}").random()
        mark = ""
        if row.unit.device.personality.inband_sfp_flags:
            mark = {1: "", 2: f" {flag}"}.get(row.port.number, "")
        return v.text(f"{low + (high - low) * spread:.4f}{mark}")

    return read


def _thresholds(first: int, *texts: str) -> tuple[Column[PortRow], ...]:
    return tuple(Column[PortRow](first + n, v.fixed_text(text)) for n, text in enumerate(texts))


DDMI_COLUMNS = (
    Column[PortRow](2, v.constant(v.TRUE)),
    Column[PortRow](3, v.constant(v.TRUE)),
    Column[PortRow](4, v.fixed_text(_VENDOR)),
    Column[PortRow](5, v.fixed_text(_PART)),
    Column[PortRow](6, _sfp_serial),
    Column[PortRow](7, v.fixed_text(_REVISION)),
    Column[PortRow](8, v.fixed_text("200114")),
    Column[PortRow](9, lambda row: v.integer(sfp_type(row))),
    Column[PortRow](1002, v.constant(v.TRUE)),
    Column[PortRow](1003, _reading("temperature", 17.0, 41.0, "{:.3f}")),
    *_thresholds(1004, "78.000", "-13.000", "73.000", "-8.000"),
    Column[PortRow](1008, _reading("voltage", 3.24, 3.36, "{:.4f}")),
    *_thresholds(1009, "3.7000", "2.9000", "3.6000", "3.0000"),
    Column[PortRow](1013, _reading("bias", 5.8, 8.4, "{:.3f}")),
    *_thresholds(1014, "13.200", "4.000", "12.600", "5.000"),
    Column[PortRow](1018, _power("tx", 0.4, 0.95, "+")),
    *_thresholds(1019, "0.9999", "-8.5000", "0.0000", "-7.3000"),
    Column[PortRow](1023, _power("rx", -3.9, -1.8, "++")),
    *_thresholds(1024, "1.4999", "-12.9000", "0.5000", "-11.1000"),
)
