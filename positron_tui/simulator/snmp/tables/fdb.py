"""The forwarding database: which MACs a unit has learned, and where."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from positron_tui.domain.mac import format_mac
from positron_tui.simulator.snmp.unit import Unit
from positron_tui.simulator.state import OK

LEARNED, SELF = 3, 4
ENDPOINT_VLAN = 2  # the endpoints' own management VLAN
_SUBSCRIBER_OUI = b"\x3c\x84\x6a"
_NETWORK_OUI = b"\x00\x1b\x21"


@dataclass(frozen=True, slots=True)
class Learned:
    """One entry; `status` 3 learned, 4 the unit's own."""

    mac: str
    vlan: int
    bridge_port: int
    status: int = LEARNED

    @property
    def learned(self) -> bool:
        return self.status == LEARNED


def _made_up(oui: bytes, seed: str) -> str:
    return format_mac(oui + hashlib.sha256(seed.encode()).digest()[:3])


def fdb_rows(unit: Unit) -> list[Learned]:
    """Return the unit's own MACs, its endpoints, one or two boxes behind each, and the network's.

    Only endpoints in a good state with a subscriber pass traffic, so only behind those is
    anything learned; every MAC stands once.
    """
    return list({row.mac: row for row in _learned(unit)}.values())


def _learned(unit: Unit) -> Iterator[Learned]:
    device = unit.device
    for port in unit.ports:
        yield Learned(port.port.mac, 1, port.port.bridge_port, SELF)
    uplink = device.model.ghn_ports + 1
    gateways = set()
    for row in unit.endpoints:
        if row.box is None:
            continue
        yield Learned(row.mac, ENDPOINT_VLAN, row.seen.detected_port)
        if row.seen.state != OK or row.subscriber is None:
            continue
        vlan = row.subscriber.vlan
        for number in range(1 + int(row.mac[-1], 16) % 2):
            mac = _made_up(_SUBSCRIBER_OUI, f"{row.mac} {number}")
            yield Learned(mac, vlan, row.seen.detected_port)
        gateways.add(vlan)
    for vlan in sorted(gateways):
        yield Learned(_made_up(_NETWORK_OUI, f"{device.seed} gateway {vlan}"), vlan, uplink)
