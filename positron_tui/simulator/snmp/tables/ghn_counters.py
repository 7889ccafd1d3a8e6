"""Statistics (143.1.5) and controls (143.1.4) of the G.hn agent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from positron_tui.simulator.snmp import oids
from positron_tui.simulator.snmp import values as v
from positron_tui.simulator.snmp.ber import Oid
from positron_tui.simulator.snmp.mib import Column, Table
from positron_tui.simulator.snmp.tables.ghn_config import guarded
from positron_tui.simulator.snmp.tables.ghn_status import endpoint_rows, ethernet_rows, has_poe
from positron_tui.simulator.snmp.unit import EndpointRow, EthernetRow, PortRow, Unit
from positron_tui.simulator.state import PortTraffic
from positron_tui.simulator.traffic import CLEAN_SNR_DB

SYSTEM, STATISTICS, POE = 10, 20, 30
ETHERNET, GHN = 10, 20
_PACKETS_PER_PDU = 8
_ERROR_PERCENT_PER_DB = 0.4


def ghn_counter_tables(unit: Unit) -> list[Table[Any]]:
    """Return the tables of this module for one unit."""

    def ports() -> Iterator[tuple[Oid, PortRow]]:
        return (((row.port.if_index,), row) for row in unit.ghn_ports)

    clear = Column[PortRow](10, v.constant(v.FALSE), v.read_truth, _clear_port)
    zeros: dict[str, tuple[int, int]] = {}
    unit.on_restart.append(zeros.clear)
    return [
        Table(oids.GHN_PORT_ETH, ports, PORT_COLUMNS),
        Table(oids.GHN_PORT_CLEAR, ports, (clear,)),
        *_statistics(unit, zeros, by_mac=False),
        *_statistics(unit, zeros, by_mac=True),
        *_controls(unit, zeros, by_mac=False),
        *_controls(unit, zeros, by_mac=True),
    ]


# The modem's view: what the switch port sends is what the modem receives.
PORT_COLUMNS = (
    Column[PortRow](20, lambda row: v.counter64(row.traffic.out_octets)),
    Column[PortRow](30, lambda row: v.counter64(row.traffic.in_octets)),
    Column[PortRow](40, lambda row: v.counter64(row.traffic.out_packets)),
    Column[PortRow](50, lambda row: v.counter64(row.traffic.in_packets)),
    Column[PortRow](60, lambda row: v.counter64(row.traffic.out_errors)),
)


def _ethernet(pick: Callable[[PortTraffic], int]) -> Callable[[EthernetRow], bytes | None]:
    return lambda row: v.counter64(pick(row.traffic)) if row.endpoint.box else None


ETHERNET_COLUMNS = (
    Column[EthernetRow](10, lambda row: v.truth(row.endpoint.box is not None)),
    Column[EthernetRow](20, _ethernet(lambda t: t.in_octets)),
    Column[EthernetRow](30, _ethernet(lambda t: t.out_octets)),
    Column[EthernetRow](40, _ethernet(lambda t: t.in_packets)),
    Column[EthernetRow](50, _ethernet(lambda t: t.out_packets)),
    Column[EthernetRow](60, _ethernet(lambda t: t.in_errors)),
)


def error_percent(row: EndpointRow) -> int:
    """Return the share of damaged blocks, which grows as the line gets worse."""
    if row.box is None:
        return 0
    return min(100, round(max(0.0, CLEAN_SNR_DB - row.box.snr_db) * _ERROR_PERCENT_PER_DB))


def _statistics(unit: Unit, zeros: dict[str, tuple[int, int]], by_mac: bool) -> list[Table[Any]]:
    branch = oids.GHN_STATISTICS_BY_MAC if by_mac else oids.GHN_STATISTICS_BY_ID

    def frames(row: EndpointRow, up: bool) -> int:
        traffic = unit.endpoint_traffic(row, 1)
        zero = zeros.get(row.mac, (0, 0))
        return traffic.in_packets - zero[0] if up else traffic.out_packets - zero[1]

    def count(up: bool, share: int) -> Callable[[EndpointRow], bytes | None]:
        return lambda row: v.counter64(max(0, frames(row, up)) // share) if row.box else None

    def percent(row: EndpointRow) -> bytes | None:
        return v.gauge(error_percent(row)) if row.box else None

    def aborts(row: EndpointRow) -> bytes | None:
        return v.gauge(0) if row.box else None

    columns = []
    for first, up in ((0, True), (1000, False)):
        columns += [
            Column[EndpointRow](first + 10, count(up, 1)),
            Column[EndpointRow](first + 20, count(up, _PACKETS_PER_PDU)),
            Column[EndpointRow](first + 30, percent),
            Column[EndpointRow](first + 40, aborts),
        ]
    return [
        Table((*branch, ETHERNET, 1), lambda: ethernet_rows(unit, by_mac), ETHERNET_COLUMNS),
        Table((*branch, GHN, 1), lambda: endpoint_rows(unit, by_mac), columns),
    ]


def _clear_port(row: PortRow, wanted: bool) -> None:
    if wanted:
        row.unit.device.clear_port_traffic(row.port.bridge_port)
        row.unit.forget_samples()


def _reboot(row: EndpointRow, wanted: bool) -> None:
    if wanted:
        guarded(lambda: row.unit.device.reboot_endpoint(row.mac))


def _upgrade(row: EndpointRow, wanted: bool) -> None:
    """The endpoint takes the unit's firmware, which ends with its restart."""
    if not wanted:
        return
    _reboot(row, True)
    if row.box is not None:
        row.box.firmware_mismatch = False


def _cycle_power(row: EndpointRow, wanted: bool) -> None:
    if wanted and not has_poe(row):
        raise v.inconsistent()


def _controls(unit: Unit, zeros: dict[str, tuple[int, int]], by_mac: bool) -> list[Table[Any]]:
    branch = oids.GHN_CONTROL_BY_MAC if by_mac else oids.GHN_CONTROL_BY_ID

    def rows() -> Iterator[tuple[Oid, EndpointRow]]:
        return endpoint_rows(unit, by_mac)

    def clear_ethernet(row: EndpointRow, wanted: bool) -> None:
        if wanted:
            unit.clear_endpoint_traffic(row)
            zeros.pop(row.mac, None)

    def clear_ghn(row: EndpointRow, wanted: bool) -> None:
        if wanted:
            traffic = unit.endpoint_traffic(row, 1)
            zeros[row.mac] = (traffic.in_packets, traffic.out_packets)

    def control(number: int, write: Callable[[EndpointRow, bool], None]) -> Column[EndpointRow]:
        """Controls take true and always read false."""
        return Column(number, v.constant(v.FALSE), v.read_truth, write)

    tables = [
        Table((*branch, SYSTEM, 1), rows, (control(10, _reboot), control(20, _upgrade))),
        Table(
            (*branch, STATISTICS, 1), rows, (control(10, clear_ethernet), control(20, clear_ghn))
        ),
    ]
    if unit.device.personality.mib_complete:
        tables.append(Table((*branch, POE, 1), rows, (control(10, _cycle_power),)))
    return tables
