"""The ports of a unit: what they are (read once) and how they are (read at every poll)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from positron_tui.domain.errors import UsageError
from positron_tui.domain.ports import (
    PORT_INDEX_BASE,
    Admin,
    Oper,
    Port,
    PortCounters,
    PortKind,
    PortMode,
    parse_port_name,
    port_name,
)
from positron_tui.gam.snmp.decode.values import (
    Table,
    mac,
    mac_list,
    number,
    positive,
    text,
    truth,
)
from positron_tui.gam.snmp.engine import SnmpValue
from positron_tui.gam.snmp.oids import IF_TABLE, IF_X_TABLE

_ADMIN = {1: Admin.UP, 2: Admin.DOWN}
# lowerLayerDown and notPresent are ways to be down; testing, unknown and dormant are not known.
_OPER = {1: Oper.UP, 2: Oper.DOWN, 6: Oper.DOWN, 7: Oper.DOWN}
_MODES = {0: PortMode.COAX, 1: PortMode.MIMO, 2: PortMode.SISO}
_WORD_PORT = re.compile(r"port\s+", re.IGNORECASE)

_FIXED = ((IF_TABLE, "description"), (IF_X_TABLE, "name"), (IF_X_TABLE, "alias"), (IF_TABLE, "mac"))
_CHANGING = (
    (IF_TABLE, "admin"),
    (IF_TABLE, "oper"),
    (IF_X_TABLE, "speed_mbps"),
    (IF_X_TABLE, "in_octets"),
    (IF_X_TABLE, "out_octets"),
    (IF_TABLE, "in_errors"),
    (IF_TABLE, "out_errors"),
)


@dataclass(frozen=True, slots=True)
class PortFace:
    """What of a port does not change while the unit runs."""

    if_index: int
    kind: PortKind
    number: int
    name: str
    label: str | None
    mac: str | None


def face_oids(if_index: int) -> list[str]:
    """Return the objects that tell what the port at `if_index` is."""
    return [table.cell(column, if_index) for table, column in _FIXED]


def reading_oids(if_index: int) -> list[str]:
    """Return the objects that tell how the port at `if_index` is."""
    return [table.cell(column, if_index) for table, column in _CHANGING]


def decode_face(values: Mapping[str, SnmpValue], if_index: int) -> PortFace | None:
    """Return what the port is, None when nothing is at that index."""
    description = text(values.get(IF_TABLE.cell("description", if_index)))
    own_name = text(values.get(IF_X_TABLE.cell("name", if_index)))
    if description is None and own_name is None:
        return None
    kind, position, name = _kind(own_name, description, if_index)
    return PortFace(
        if_index,
        kind,
        position,
        name,
        text(values.get(IF_X_TABLE.cell("alias", if_index))),
        mac(values.get(IF_TABLE.cell("mac", if_index))),
    )


def _kind(
    own_name: str | None, description: str | None, if_index: int
) -> tuple[PortKind, int, str]:
    """Read `G.hn 1/4`, `10GigabitEthernet 1/1` or `Port MGMT`; a strange port keeps its text."""
    texts = [word for word in (own_name, description) if word]
    for word in texts:
        try:
            kind, position = parse_port_name(_WORD_PORT.sub("", word, count=1))
        except UsageError:
            continue
        return kind, position, port_name(kind, position)
    return PortKind.UPLINK, if_index - PORT_INDEX_BASE, texts[0]


def decode_ports(
    faces: tuple[PortFace, ...],
    values: Mapping[str, SnmpValue],
    config: Table,
    brief: Table,
) -> tuple[Port, ...]:
    """Return the ports as they are; `config` and `brief` are the G.hn tables, empty without."""
    return tuple(_port(face, values, config, brief) for face in faces)


def _port(face: PortFace, values: Mapping[str, SnmpValue], config: Table, brief: Table) -> Port:
    index = str(face.if_index)
    admin, oper, speed, in_octets, out_octets, in_errors, out_errors = (
        values.get(oid) for oid in reading_oids(face.if_index)
    )
    mode = config.get("mode", {}).get(index)
    return Port(
        name=face.name,
        if_index=face.if_index,
        kind=face.kind,
        number=face.number,
        admin=_ADMIN.get(admin) if isinstance(admin, int) else None,
        oper=_OPER.get(oper) if isinstance(oper, int) else None,
        speed_mbps=positive(speed),
        mode=_MODES.get(mode) if isinstance(mode, int) else None,
        mac=face.mac,
        label=text(config.get("label", {}).get(index)) or face.label,
        outage_service_affecting=truth(brief.get("outage_sa", {}).get(index)),
        outage_other=truth(brief.get("outage_nsa", {}).get(index)),
        counters=PortCounters(
            number(in_octets), number(out_octets), number(in_errors), number(out_errors)
        ),
        endpoint_macs=mac_list(brief.get("endpoints", {}).get(index)),
    )
