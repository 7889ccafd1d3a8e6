"""The standard groups: SNMPv2 system, IF-MIB, BRIDGE-MIB and Q-BRIDGE-MIB.

Row names and gaps are those of a GAM-12-C on 1.5.4: VLAN interfaces come first and carry no
counters, ifXTable has ports only and lacks columns 14, 16 and 17.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from positron_tui.domain.ports import PORT_INDEX_BASE, PortKind
from positron_tui.simulator.snmp import ber, oids
from positron_tui.simulator.snmp import values as v
from positron_tui.simulator.snmp.ber import Oid
from positron_tui.simulator.snmp.mib import Column, Table, scalars
from positron_tui.simulator.snmp.tables.fdb import Learned, fdb_rows
from positron_tui.simulator.snmp.unit import PortRow, Unit
from positron_tui.simulator.state import PortTraffic

ETHERNET, L2VLAN = 6, 135
_DESCR = {PortKind.GHN: "Port G.hn-{}", PortKind.UPLINK: "Port 10G-{}", PortKind.MGMT: "Port MGMT"}
_IF_NAME = {
    PortKind.GHN: "G.hn 1/{}",
    PortKind.UPLINK: "10GigabitEthernet 1/{}",
    PortKind.MGMT: "GigabitEthernet 1/{}",
}
_MTU = 1500
_ZERO32 = v.counter32(0)
_ZERO64 = v.counter64(0)


class InterfaceRow:
    """A row of ifTable: a VLAN interface, or a port when `port` is set."""

    __slots__ = ("index", "port", "unit")

    def __init__(self, unit: Unit, index: int, port: PortRow | None) -> None:
        self.unit = unit
        self.index = index
        self.port = port


def standard_tables(unit: Unit) -> list[Table[Any]]:
    """Return the tables of this module for one unit."""
    return [_system(unit), *_interfaces(unit), *_bridge(unit)]


def _system(unit: Unit) -> Table[Unit]:
    def set_contact(row: Unit, value: str) -> None:
        row.device.running.contact = value

    def set_location(row: Unit, value: str) -> None:
        row.device.running.location = value

    columns = (
        Column[Unit](1, lambda row: v.text(row.device.sys_descr)),
        Column[Unit](2, lambda row: ber.encode_oid(_object_id(row))),
        Column[Unit](3, lambda row: v.ticks(row.uptime_s())),
        Column[Unit](4, lambda row: v.text(row.device.running.contact), v.label(255), set_contact),
        Column[Unit](5, lambda row: v.text(host_name(row)), v.label(255), set_host_name),
        Column[Unit](
            6, lambda row: v.text(row.device.running.location), v.label(255), set_location
        ),
        Column[Unit](7, v.constant(v.integer(2))),
    )
    return scalars(oids.SYSTEM, unit, columns)


def _object_id(unit: Unit) -> Oid:
    return tuple(map(int, unit.device.sys_object_id.split(".")))


def host_name(unit: Unit) -> str:
    return unit.device.running.hostname


def set_host_name(unit: Unit, value: str) -> None:
    unit.device.running.hostname = value


def interface_rows(unit: Unit) -> Iterator[tuple[Oid, InterfaceRow]]:
    """VLAN interfaces, all 4095 or only those that exist, and the ports behind them."""
    everything = unit.device.personality.vlan_rows_all
    for vlan in range(1, 4096) if everything else unit.vlans:
        yield (vlan,), InterfaceRow(unit, vlan, None)
    for row in unit.ports:
        yield (row.port.if_index,), InterfaceRow(unit, row.port.if_index, row)


def _descr(row: InterfaceRow) -> bytes:
    if row.port is None:
        return v.text(f"VLAN {row.index:>4}")
    return v.text(_DESCR[row.port.port.kind].format(row.port.port.number))


def _speed(row: InterfaceRow) -> bytes:
    if row.port is None:
        return v.gauge(0)
    if row.port.port.kind is PortKind.MGMT:
        return v.gauge(100_000_000)  # a GAM-12-C says so, and 1000 in ifHighSpeed
    return v.gauge(row.port.port.speed_mbps * 1_000_000)


def _physical(row: InterfaceRow) -> bytes:
    return v.mac(row.port.port.mac if row.port else row.unit.device.base_mac)


def _admin(row: InterfaceRow) -> bytes:
    return v.truth(row.port is None or not row.port.port.shutdown)


def _oper(row: InterfaceRow) -> bytes:
    return v.truth(row.port is not None and row.port.port.oper_up)


def _set_admin(row: InterfaceRow, up: bool) -> None:
    if row.port is None:
        raise v.inconsistent()
    row.unit.device.set_shutdown(row.port.port.bridge_port, not up)


def _count32(pick: Callable[[PortTraffic], int]) -> Callable[[InterfaceRow], bytes | None]:
    return lambda row: v.counter32(pick(row.port.traffic)) if row.port else None


def _port_only(value: bytes) -> Callable[[InterfaceRow], bytes | None]:
    return lambda row: value if row.port else None


IF_COLUMNS = (
    Column[InterfaceRow](1, lambda row: v.integer(row.index)),
    Column[InterfaceRow](2, _descr),
    Column[InterfaceRow](3, lambda row: v.integer(ETHERNET if row.port else L2VLAN)),
    Column[InterfaceRow](4, v.constant(v.integer(_MTU))),
    Column[InterfaceRow](5, _speed),
    Column[InterfaceRow](6, _physical),
    Column[InterfaceRow](7, _admin, v.read_truth, _set_admin),
    Column[InterfaceRow](8, _oper),
    Column[InterfaceRow](9, v.constant(v.ticks(0))),
    Column[InterfaceRow](10, _count32(lambda t: t.in_octets)),
    Column[InterfaceRow](11, _count32(lambda t: t.in_packets)),
    Column[InterfaceRow](13, _port_only(_ZERO32)),
    Column[InterfaceRow](14, _count32(lambda t: t.in_errors)),
    Column[InterfaceRow](15, _port_only(_ZERO32)),
    Column[InterfaceRow](16, _count32(lambda t: t.out_octets)),
    Column[InterfaceRow](17, _count32(lambda t: t.out_packets)),
    Column[InterfaceRow](19, _port_only(_ZERO32)),
    Column[InterfaceRow](20, _count32(lambda t: t.out_errors)),
)

IF_X_COLUMNS = (
    Column[PortRow](1, lambda row: v.text(_IF_NAME[row.port.kind].format(row.port.number))),
    Column[PortRow](2, v.constant(_ZERO32)),
    Column[PortRow](3, v.constant(_ZERO32)),
    Column[PortRow](4, v.constant(_ZERO32)),
    Column[PortRow](5, v.constant(_ZERO32)),
    Column[PortRow](6, lambda row: v.counter64(row.traffic.in_octets)),
    Column[PortRow](7, lambda row: v.counter64(row.traffic.in_packets)),
    Column[PortRow](8, v.constant(_ZERO64)),
    Column[PortRow](9, v.constant(_ZERO64)),
    Column[PortRow](10, lambda row: v.counter64(row.traffic.out_octets)),
    Column[PortRow](11, lambda row: v.counter64(row.traffic.out_packets)),
    Column[PortRow](12, v.constant(_ZERO64)),
    Column[PortRow](13, v.constant(_ZERO64)),
    Column[PortRow](15, lambda row: v.gauge(row.port.speed_mbps)),
    Column[PortRow](18, v.fixed_text("")),
    Column[PortRow](19, v.constant(v.ticks(0))),
)


def port_rows(unit: Unit) -> Iterator[tuple[Oid, PortRow]]:
    """All ports by ifIndex."""
    return (((row.port.if_index,), row) for row in unit.ports)


def _interfaces(unit: Unit) -> list[Table[Any]]:
    def number(row: Unit) -> bytes:
        vlans = 4095 if row.device.personality.vlan_rows_all else len(row.vlans)
        return v.integer(vlans + len(row.ports))

    return [
        scalars(oids.INTERFACES, unit, (Column[Unit](1, number),)),
        Table(oids.IF_ENTRY, lambda: interface_rows(unit), IF_COLUMNS),
        Table(oids.IF_X_ENTRY, lambda: port_rows(unit), IF_X_COLUMNS),
    ]


def _bridge(unit: Unit) -> list[Table[Any]]:
    def bridge_ports() -> Iterator[tuple[Oid, PortRow]]:
        return (((row.port.bridge_port,), row) for row in unit.ports)

    def by_mac() -> Iterator[tuple[Oid, Learned]]:
        return ((tuple(bytes.fromhex(row.mac.replace(":", ""))), row) for row in fdb_rows(unit))

    def by_vlan_and_mac() -> Iterator[tuple[Oid, Learned]]:
        return (
            ((row.vlan, *bytes.fromhex(row.mac.replace(":", ""))), row) for row in fdb_rows(unit)
        )

    def vlans() -> Iterator[tuple[Oid, int]]:
        return (((vlan,), vlan) for vlan in unit.vlans)

    base = (
        Column[Unit](1, lambda row: v.mac(row.device.base_mac)),
        Column[Unit](2, lambda row: v.integer(len(row.ports))),
    )
    base_port = (
        Column[PortRow](1, lambda row: v.integer(row.port.bridge_port)),
        Column[PortRow](2, lambda row: v.integer(PORT_INDEX_BASE + row.port.bridge_port)),
    )
    port_and_status = (
        Column[Learned](2, lambda row: v.integer(row.bridge_port)),
        Column[Learned](3, lambda row: v.integer(row.status)),
    )
    address = Column[Learned](1, lambda row: v.mac(row.mac))
    port_list = Column[Learned](3, lambda row: v.octets(port_bits(row.bridge_port)))
    dynamic = Column[Learned](4, lambda row: v.truth(row.learned))
    total = Column[Unit](1, lambda row: v.gauge(sum(entry.learned for entry in fdb_rows(row))))
    pvid = Column[PortRow](1, lambda row: v.gauge(4095 if row.port.kind is PortKind.GHN else 1))
    vlan_name = Column[int](1, lambda vlan: v.text("default" if vlan == 1 else f"VLAN{vlan:04d}"))
    return [
        scalars(oids.DOT1D_BASE, unit, base),
        Table(oids.DOT1D_BASE_PORT, bridge_ports, base_port),
        Table(oids.DOT1D_FDB, by_mac, (address, *port_and_status)),
        Table(oids.DOT1Q_FDB, by_vlan_and_mac, port_and_status),
        Table(oids.DOT1Q_VLAN_STATIC, vlans, (vlan_name,)),
        Table(oids.DOT1Q_PORT_VLAN, bridge_ports, (pvid,)),
        Table(oids.MAC_FDB, by_vlan_and_mac, (port_list, dynamic)),
        scalars(oids.MAC_FDB_TOTALS, unit, (total,)),
    ]


def port_bits(bridge_port: int) -> bytes:
    """Return the vendor's port list with one port: least significant bit first, cut short."""
    bits = bytearray(bridge_port // 8 + 1)
    bits[bridge_port // 8] = 1 << (bridge_port % 8)
    return bytes(bits)
