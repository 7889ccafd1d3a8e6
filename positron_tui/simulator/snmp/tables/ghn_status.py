"""Status of the G.hn agent (143.1.3): ports, and endpoints by id and by MAC.

The by-MAC tables repeat the by-id rows and add the endpoints that nobody configured. Facts about
values and gaps are those of a walk of a GAM-12-C on 1.5.4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from positron_tui.domain.devices import Line
from positron_tui.simulator.config import SimProfile, SimSubscriber
from positron_tui.simulator.snmp import oids
from positron_tui.simulator.snmp import values as v
from positron_tui.simulator.snmp.ber import Oid
from positron_tui.simulator.snmp.mib import Column, Table, scalars
from positron_tui.simulator.snmp.tables.ghn_config import port_mode
from positron_tui.simulator.snmp.tables.ghn_fields import if_index, mac_index
from positron_tui.simulator.snmp.unit import EndpointRow, EthernetRow, PortRow, Unit
from positron_tui.simulator.state import SimEndpoint

UNKNOWN_MODEL = 255
FEET_PER_METRE = 3.28084
BRIEF, DETAILED, LINK, UPGRADE, POE = 10, 20, 30, 40, 50
_NO_SERIAL = "0" * 63
_SPEEDS = {10: 1, 100: 2, 1_000: 3, 2_500: 4, 5_000: 5, 10_000: 6}
_VECTOR_BOOST_READY = 2
_POE_AT, _POE_NA = 1, 2


def ghn_status_tables(unit: Unit) -> list[Table[Any]]:
    """Return the tables of this module for one unit."""
    complete = unit.device.personality.mib_complete
    tables = [*_ports(unit), *_endpoints(unit, by_mac=False), *_endpoints(unit, by_mac=True)]
    if complete:
        state = _VECTOR_BOOST_READY if unit.device.model.line is Line.COPPER else 0
        column = Column[Unit](10, v.constant(v.integer(state)))
        tables.append(scalars(oids.GHN_VECTOR_BOOST_STATUS, unit, (column,)))
    return tables


def _ports(unit: Unit) -> list[Table[Any]]:
    def rows() -> Iterator[tuple[Oid, PortRow]]:
        return (((row.port.if_index,), row) for row in unit.ghn_ports)

    detailed: Sequence[Column[PortRow]] = DETAILED_PORT
    if unit.device.personality.mib_complete:
        detailed = (*DETAILED_PORT, *PORT_RATES)
    return [
        Table(oids.GHN_PORT_BRIEF, rows, BRIEF_PORT),
        Table(oids.GHN_PORT_DETAILED, rows, detailed),
    ]


def _highest(pick: Callable[[SimEndpoint], int]) -> Callable[[PortRow], int]:
    """The largest of a value over the endpoints on a port, 0 when there are none."""

    def read(row: PortRow) -> int:
        boxes = (endpoint.box for endpoint in row.unit.by_port[row.port.number])
        return max((pick(box) for box in boxes if box is not None), default=0)

    return read


def _gauge_of(read: Callable[[PortRow], int]) -> Callable[[PortRow], bytes]:
    return lambda row: v.gauge(read(row))


def _port_firmware(row: PortRow) -> bytes:
    device = row.unit.device
    name = device.model.name.replace("-", "")
    return v.text(f"{name}_positron_{device.personality.revision}")


BRIEF_PORT = (
    Column[PortRow](20, lambda row: v.truth(not row.port.shutdown)),
    Column[PortRow](30, lambda row: v.mac(row.port.mac)),
    Column[PortRow](40, lambda row: v.text(",".join(row.port.endpoint_macs).upper())),
    Column[PortRow](50, lambda row: v.truth(row.port.outage_nsa)),
    Column[PortRow](60, lambda row: v.truth(row.port.outage_sa)),
    Column[PortRow](70, v.constant(v.FALSE)),
)

# The throughput indicator of a port is what its endpoint can send: RxMax and TxMax change sides.
DETAILED_PORT = (
    Column[PortRow](10, lambda row: v.mac(row.port.mac)),
    Column[PortRow](20, v.constant(v.TRUE)),
    Column[PortRow](30, lambda row: v.text(row.unit.device.model.name)),
    Column[PortRow](40, lambda row: v.text(row.unit.device.model.name)),
    Column[PortRow](50, v.fixed_text(_NO_SERIAL)),
    Column[PortRow](60, lambda row: v.text(row.unit.uptime_words())),
    Column[PortRow](70, _port_firmware),
    Column[PortRow](80, _gauge_of(_highest(lambda box: box.up_max_mbps))),
    Column[PortRow](90, port_mode),
)

PORT_RATES = (
    Column[PortRow](110, _gauge_of(_highest(lambda box: box.up_phy_mbps))),
    Column[PortRow](120, _gauge_of(_highest(lambda box: box.down_phy_mbps))),
    Column[PortRow](130, _gauge_of(_highest(lambda box: box.bands))),
    Column[PortRow](140, _gauge_of(_highest(lambda box: box.bands))),
    Column[PortRow](150, _gauge_of(_highest(lambda box: box.up_max_mbps))),
    Column[PortRow](160, _gauge_of(_highest(lambda box: box.down_max_mbps))),
    Column[PortRow](170, v.constant(v.gauge(0))),
    Column[PortRow](180, v.constant(v.gauge(0))),
)


def endpoint_rows(unit: Unit, by_mac: bool) -> Iterator[tuple[Oid, EndpointRow]]:
    """All endpoints by MAC, or the configured ones by id."""
    if by_mac:
        return ((mac_index(row.mac), row) for row in unit.endpoints)
    return (((row.seen.endpoint_id,), row) for row in unit.configured)


def ethernet_rows(unit: Unit, by_mac: bool) -> Iterator[tuple[Oid, EthernetRow]]:
    """The Ethernet ports, from 1, of all endpoints by MAC or of the configured ones by id."""
    for index, row in endpoint_rows(unit, by_mac):
        for number in range(1, row.ethernet_ports + 1):
            yield (*index, number), EthernetRow(row, number)


def _endpoints(unit: Unit, by_mac: bool) -> list[Table[Any]]:
    branch = oids.GHN_BY_MAC if by_mac else oids.GHN_BY_ID

    def rows() -> Iterator[tuple[Oid, EndpointRow]]:
        return endpoint_rows(unit, by_mac)

    def table(number: int, columns: Sequence[Column[EndpointRow]]) -> Table[EndpointRow]:
        return Table((*branch, number, 1), rows, columns)

    link: Sequence[Column[EthernetRow]] = LINK_COLUMNS
    if not unit.device.personality.mib_complete:
        link = (*LINK_COLUMNS, Column[EthernetRow](15, v.constant(v.FALSE)))
    return [
        table(BRIEF, BRIEF_COLUMNS),
        table(DETAILED, DETAILED_COLUMNS),
        Table((*branch, LINK, 1), lambda: ethernet_rows(unit, by_mac), link),
        table(UPGRADE, UPGRADE_COLUMNS),
        table(POE, POE_COLUMNS),
    ]


def _of_config(row: EndpointRow, name: str, default: object) -> Any:
    return getattr(row.seen.config, name) if row.seen.config else default


def _of_subscriber(
    convert: Callable[[SimSubscriber], bytes], default: bytes
) -> Callable[[EndpointRow], bytes]:
    return lambda row: convert(row.subscriber) if row.subscriber else default


def _of_profile(
    convert: Callable[[SimProfile], bytes], default: bytes
) -> Callable[[EndpointRow], bytes]:
    return lambda row: convert(row.profile) if row.profile else default


def _of_box(
    convert: Callable[[SimEndpoint], bytes], default: bytes | None = None
) -> Callable[[EndpointRow], bytes | None]:
    """A column that an undetected endpoint lacks, or has `default` in."""
    return lambda row: default if row.box is None else convert(row.box)


BRIEF_COLUMNS = (
    Column[EndpointRow](10, lambda row: v.mac(row.mac)),
    Column[EndpointRow](20, lambda row: v.gauge(row.seen.endpoint_id)),
    Column[EndpointRow](25, lambda row: v.text(_of_config(row, "name", ""))),
    Column[EndpointRow](30, lambda row: v.integer(if_index(_of_config(row, "port", 0)))),
    Column[EndpointRow](35, lambda row: v.truth(_of_config(row, "auto_port", False))),
    Column[EndpointRow](40, lambda row: v.integer(if_index(row.seen.detected_port))),
    Column[EndpointRow](50, _of_subscriber(lambda s: v.gauge(s.subscriber_id), v.gauge(0))),
    Column[EndpointRow](55, _of_subscriber(lambda s: v.text(s.name), v.text(""))),
    Column[EndpointRow](60, _of_subscriber(lambda s: v.gauge(s.uid), v.gauge(0))),
    Column[EndpointRow](70, _of_profile(lambda p: v.gauge(p.profile_id), v.gauge(0))),
    Column[EndpointRow](75, _of_profile(lambda p: v.text(p.name), v.text(""))),
    Column[EndpointRow](80, _of_profile(lambda p: v.gauge(p.uid), v.gauge(0))),
    Column[EndpointRow](90, lambda row: v.integer(row.seen.state)),
    Column[EndpointRow](
        100, _of_box(lambda box: v.integer(box.model_number), v.integer(UNKNOWN_MODEL))
    ),
    Column[EndpointRow](110, _of_box(lambda box: v.text(box.model_text), v.text(""))),
    Column[EndpointRow](120, _of_box(lambda box: v.truth(box.firmware_mismatch), v.FALSE)),
)


def _uptime(row: EndpointRow) -> bytes | None:
    if row.box is None:
        return None
    return v.text(row.unit.device.endpoint_uptime_text(row.mac))


def _line_mode(row: EndpointRow) -> bytes | None:
    if row.box is None:
        return None
    port = row.unit.port_of(if_index(row.seen.detected_port))
    return port_mode(port) if port else None


def _usage(row: EndpointRow, bps: float) -> bytes:
    """Zero on coax, where a real unit gave zero."""
    copper = row.unit.device.model.line is Line.COPPER
    return v.gauge(round(bps / 1_000_000) if copper else 0)


# Directions are the endpoint's: Rx is what comes down to it. Behind Alive an undetected one ends.
DETAILED_COLUMNS = (
    Column[EndpointRow](10, lambda row: v.mac(row.mac)),
    Column[EndpointRow](20, lambda row: v.truth(row.box is not None)),
    Column[EndpointRow](30, _of_box(lambda box: v.text(box.model_text))),
    Column[EndpointRow](40, _of_box(lambda box: v.text(box.model_text))),
    Column[EndpointRow](50, _of_box(lambda box: v.text(box.serial))),
    Column[EndpointRow](60, _uptime),
    Column[EndpointRow](70, _of_box(lambda box: v.text(box.firmware))),
    Column[EndpointRow](80, _of_box(lambda box: v.gauge(box.down_max_mbps))),
    Column[EndpointRow](90, _line_mode),
    Column[EndpointRow](100, _of_box(lambda box: v.gauge(box.wire_length_m))),
    Column[EndpointRow](
        105, _of_box(lambda box: v.gauge(round(box.wire_length_m * FEET_PER_METRE)))
    ),
    Column[EndpointRow](110, _of_box(lambda box: v.gauge(box.down_phy_mbps))),
    Column[EndpointRow](120, _of_box(lambda box: v.gauge(box.up_phy_mbps))),
    Column[EndpointRow](130, _of_box(lambda box: v.gauge(box.bands))),
    Column[EndpointRow](140, _of_box(lambda box: v.gauge(box.bands))),
    Column[EndpointRow](150, _of_box(lambda box: v.gauge(box.down_max_mbps))),
    Column[EndpointRow](160, _of_box(lambda box: v.gauge(box.up_max_mbps))),
    Column[EndpointRow](
        170, lambda row: _usage(row, row.box.traffic_down_bps) if row.box else None
    ),
    Column[EndpointRow](180, lambda row: _usage(row, row.box.traffic_up_bps) if row.box else None),
)


def _ethernet_speed(row: EthernetRow) -> bytes:
    box = row.endpoint.box
    return v.integer(_SPEEDS.get(box.ethernet_mbps, 0) if box and row.up else 0)


LINK_COLUMNS = (
    Column[EthernetRow](10, lambda row: v.truth(row.endpoint.box is not None)),
    Column[EthernetRow](20, lambda row: v.truth(row.up)),
    Column[EthernetRow](30, lambda row: v.truth(row.up)),
    Column[EthernetRow](40, _ethernet_speed),
)

UPGRADE_COLUMNS = (
    Column[EndpointRow](10, v.fixed_text("")),
    Column[EndpointRow](20, v.constant(v.integer(0))),
    Column[EndpointRow](30, v.constant(v.integer(0))),
)


def has_poe(row: EndpointRow) -> bool:
    """Return whether an endpoint of a known model with power over Ethernet is there."""
    return row.model is not None and row.model.poe


def _feeding(row: EndpointRow) -> bool:
    return has_poe(row) and row.subscriber is not None and row.subscriber.poe != "disable"


POE_COLUMNS = (
    Column[EndpointRow](10, lambda row: v.gauge(1 if has_poe(row) else 0)),
    Column[EndpointRow](15, lambda row: v.truth(_feeding(row))),
    Column[EndpointRow](20, lambda row: v.integer(_POE_AT if has_poe(row) else _POE_NA)),
    Column[EndpointRow](30, v.constant(v.FALSE)),
    Column[EndpointRow](40, lambda row: v.integer(0 if has_poe(row) else _POE_NA)),
    Column[EndpointRow](50, lambda row: v.integer(0 if has_poe(row) else _POE_NA)),
    Column[EndpointRow](60, lambda row: v.integer(int(_feeding(row)) if has_poe(row) else _POE_NA)),
)
