"""Configuration of the G.hn agent (143.1.2): globals, ports, and three kinds of rows.

Rows change by writing their columns, go by writing 1 to their action, and are made with a row
editor: reserve it with a number of one's own, fill its fields, commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from positron_tui.simulator.config import (
    SimEndpointConfig,
    SimPortConfig,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.snmp import oids
from positron_tui.simulator.snmp import values as v
from positron_tui.simulator.snmp.ber import Oid
from positron_tui.simulator.snmp.mib import NO_ACCESS, WRONG_VALUE, Column, SetError, Table, scalars
from positron_tui.simulator.snmp.tables import bitmaps
from positron_tui.simulator.snmp.tables.ghn_fields import (
    ACTION,
    NAME,
    Field,
    endpoint_fields,
    if_index,
    port_number,
    profile_fields,
    subscriber_fields,
)
from positron_tui.simulator.snmp.unit import PortRow, Unit
from positron_tui.simulator.state import GhnError

IDLE, CLEAR, COMMIT, LOWEST_HOLDER = 0, 1, 2, 256
MODES = ("coax", "mimo", "siso")
UNKNOWN_MODE = 255
_MODELS = ("endpointAware", "portAware")
T = TypeVar("T")


@dataclass(frozen=True)  # with slots, Python 3.11 cannot make a subscripted generic
class Kind(Generic[T]):
    """One kind of row: where it stands and how the device lists, adds, changes and deletes it."""

    entry: Oid
    editor: Oid
    fields: Sequence[Field[T]]
    items: Callable[[], dict[int, T]]
    blank: Callable[[], T]
    add: Callable[[T], int]
    change: Callable[[T], None]
    delete: Callable[[int], None]
    number: Callable[[T], int]


def guarded(operation: Callable[[], object]) -> None:
    """Run an operation of the device; what it refuses is inconsistentValue to SNMP."""
    try:
        operation()
    except GhnError:
        raise v.inconsistent() from None


def ghn_config_tables(unit: Unit) -> list[Table[Any]]:
    """Return the tables of this module for one unit."""
    tables: list[Table[Any]] = [_globals(unit), _ports(unit)]
    for kind in (_endpoints(unit), _profiles(unit), _subscribers(unit)):
        tables += [_rows(unit, kind), _editor(unit, kind)]
    if unit.device.personality.mib_complete:
        tables.append(_vector_boost(unit))
    return tables


def _endpoints(unit: Unit) -> Kind[Any]:
    device = unit.device
    return Kind[SimEndpointConfig](
        oids.GHN_ENDPOINT,
        oids.GHN_ENDPOINT_EDITOR,
        endpoint_fields(device.personality.mib_complete),
        lambda: device.running.endpoints,
        lambda: SimEndpointConfig(0, "", "00:00:00:00:00:00"),
        device.add_endpoint,
        device.set_endpoint,
        device.delete_endpoint,
        lambda item: item.endpoint_id,
    )


def _profiles(unit: Unit) -> Kind[Any]:
    device = unit.device
    return Kind[SimProfile](
        oids.GHN_PROFILE,
        oids.GHN_PROFILE_EDITOR,
        profile_fields(),
        lambda: device.running.profiles,
        lambda: SimProfile(0, "", 10, 10),
        device.add_profile,
        device.set_profile,
        device.delete_profile,
        lambda item: item.profile_id,
    )


def _subscribers(unit: Unit) -> Kind[Any]:
    device = unit.device
    return Kind[SimSubscriber](
        oids.GHN_USER,
        oids.GHN_USER_EDITOR,
        subscriber_fields(device.personality.mib_complete),
        lambda: device.running.subscribers,
        lambda: SimSubscriber(0, ""),
        device.add_subscriber,
        device.set_subscriber,
        device.delete_subscriber,
        lambda item: item.subscriber_id,
    )


def _rows(unit: Unit, kind: Kind[Any]) -> Table[int]:
    """The table itself; a row is the item's id, so that it always shows the present item."""
    device = unit.device

    def rows() -> Iterator[tuple[Oid, int]]:
        return (((number,), number) for number in kind.items())

    def delete(row: int, value: int) -> None:
        guarded(lambda: kind.delete(row))

    columns = [_column(device, kind, field) for field in kind.fields if not field.index]
    columns.append(Column(ACTION, v.constant(v.gauge(IDLE)), v.number(CLEAR, CLEAR), delete))
    return Table(kind.entry, rows, columns)


def _column(device: SimDevice, kind: Kind[Any], field: Field[Any]) -> Column[int]:
    def read(row: int) -> bytes | None:
        item = kind.items().get(row)
        return None if item is None else field.read(device, item)

    apply = field.apply
    if apply is None:
        return Column(field.number, read)

    def write(row: int, value: object) -> None:
        item = kind.items()[row]
        guarded(lambda: kind.change(apply(device, item, value)))

    return Column(field.number, read, field.parse, write)


class RowEditor:
    """The one editor of a kind: free, or held by the manager whose number is in `holder`."""

    __slots__ = ("holder", "item", "kind")

    def __init__(self, kind: Kind[Any]) -> None:
        self.kind = kind
        self.clear()

    def clear(self) -> None:
        self.holder = IDLE
        self.item = self.kind.blank()

    def act(self, value: int) -> None:
        """Reserve (256 and above), commit (2) or clear (1)."""
        if value == CLEAR:
            self.clear()
        elif value == COMMIT:
            self._commit()
        elif value < LOWEST_HOLDER:
            raise SetError(WRONG_VALUE)
        elif self.holder not in (IDLE, value):
            raise SetError(NO_ACCESS)
        else:
            self.holder = value

    def _commit(self) -> None:
        """Add the row; on an error the editor stays reserved until it is cleared."""
        if self.holder == IDLE or self.kind.number(self.item) == 0:
            raise v.inconsistent()
        guarded(lambda: self.kind.add(self.item))
        self.clear()


def _editor(unit: Unit, kind: Kind[Any]) -> Table[RowEditor]:
    editor = RowEditor(kind)
    unit.on_restart.append(editor.clear)
    columns = [_editor_column(unit.device, field) for field in kind.fields]
    columns.append(
        Column(
            ACTION, lambda row: v.gauge(row.holder), v.number(0, 0xFFFFFFFF), lambda e, n: e.act(n)
        )
    )
    return scalars(kind.editor, editor, columns)


def _editor_column(device: SimDevice, field: Field[Any]) -> Column[RowEditor]:
    def read(row: RowEditor) -> bytes:
        return field.read(device, row.item)

    apply = field.apply
    if apply is None:
        return Column(field.number, read)

    def write(row: RowEditor, value: object) -> None:
        if row.holder == IDLE:
            raise v.inconsistent()
        row.item = apply(device, row.item, value)

    return Column(field.number, read, field.parse, write)


def _globals(unit: Unit) -> Table[Unit]:
    def default_nni(row: Unit) -> bytes:
        device = row.device
        return v.integer(if_index(device.model.ghn_ports + device.running.default_uplink))

    def set_model(row: Unit, value: int) -> None:
        guarded(lambda: row.device.set_subscriber_model(_MODELS[value]))

    def set_nni(row: Unit, value: int) -> None:
        uplink = port_number(value) - row.device.model.ghn_ports
        guarded(lambda: row.device.set_default_uplink(uplink))

    def set_upgrade(row: Unit, value: bool) -> None:
        row.device.set_auto_upgrade(value)

    columns = (
        Column[Unit](
            10,
            lambda row: v.integer(_MODELS.index(row.device.running.subscriber_model)),
            v.number(0, 1),
            set_model,
        ),
        Column[Unit](20, default_nni, v.number(0, 2**31 - 1), set_nni),
        Column[Unit](
            30,
            lambda row: v.truth(row.device.running.endpoint_auto_upgrade),
            v.read_truth,
            set_upgrade,
        ),
        Column[Unit](40, v.constant(v.gauge(0))),
    )
    return scalars(oids.GHN_GLOBAL, unit, columns)


def port_mode(row: PortRow) -> bytes:
    """Return the line mode of a G.hn port; 255 when it has none of the known ones."""
    mode = row.port.mode
    return v.integer(MODES.index(mode) if mode in MODES else UNKNOWN_MODE)


def _port_config(row: PortRow) -> SimPortConfig:
    return row.unit.device.running.ports[row.port.number]


def _port_vlans(row: PortRow) -> set[int]:
    """The VLANs that the services behind a port bring to it."""
    vlans: set[int] = set()
    for endpoint in row.unit.endpoints:
        subscriber = endpoint.subscriber
        if subscriber and row.port.number in (endpoint.seen.configured_port, subscriber.port):
            vlans.update((subscriber.vlan, subscriber.port2_vlan), subscriber.allowed_vlans)
    return vlans - {0}


def _ports(unit: Unit) -> Table[PortRow]:
    def rows() -> Iterator[tuple[Oid, PortRow]]:
        return (((row.port.if_index,), row) for row in unit.ghn_ports)

    def set_name(row: PortRow, value: str) -> None:
        guarded(lambda: row.unit.device.set_port(replace(_port_config(row), name=value)))

    def set_mode(row: PortRow, value: int) -> None:
        guarded(lambda: row.unit.device.set_port(replace(_port_config(row), mode=MODES[value])))

    def allowed(quarter: int) -> Column[PortRow]:
        return Column(
            80 + 10 * quarter, lambda row: v.octets(bitmaps.vlan_quarter(_port_vlans(row), quarter))
        )

    columns = [
        Column[PortRow](10, lambda row: v.integer(row.port.if_index)),
        Column[PortRow](30, lambda row: v.text(row.port.label), v.label(NAME), set_name),
        Column[PortRow](40, lambda row: v.mac(row.port.mac)),
        Column[PortRow](50, port_mode, v.number(0, 2), set_mode),
        Column[PortRow](60, v.constant(v.integer(0))),
        Column[PortRow](71, v.constant(v.integer(1))),
        Column[PortRow](72, v.constant(v.gauge(0))),
    ]
    if unit.device.personality.mib_complete:
        nothing = v.constant(v.octets(bytes(bitmaps.OCTETS)))
        columns += [allowed(quarter) for quarter in range(4)]
        columns += [Column[PortRow](120 + 10 * quarter, nothing) for quarter in range(4)]
    return Table(oids.GHN_PORT, rows, columns)


def _vector_boost(unit: Unit) -> Table[Unit]:
    columns = (
        Column[Unit](10, v.constant(v.FALSE)),
        Column[Unit](1000, v.constant(v.TRUE)),
    )
    return scalars(oids.GHN_VECTOR_BOOST, unit, columns)
