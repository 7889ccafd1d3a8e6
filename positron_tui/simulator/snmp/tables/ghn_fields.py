"""The fields of endpoints, profiles and subscribers, as table columns and row editors share them.

A field says how it reads from an item, what a manager may write, and how the changed item looks.
Limits are those of the vendor's MIB; what the unit itself refuses is left to its operations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from positron_tui.domain.mac import format_mac, mac_octets
from positron_tui.domain.ports import PORT_INDEX_BASE
from positron_tui.simulator.config import SimEndpointConfig, SimProfile, SimSubscriber
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.snmp import values as v
from positron_tui.simulator.snmp.ber import VarBind
from positron_tui.simulator.snmp.tables import bitmaps

ACTION = 10_000
NAME, DESCRIPTION = 31, 127
LOWEST_RATE, HIGHEST_RATE = 10, 1999  # range of the MIB; models are narrower
POE_MODES = ("disable", "enable", "force")
T = TypeVar("T")


@dataclass(frozen=True)  # with slots, Python 3.11 cannot make a subscripted generic
class Field(Generic[T]):
    """One field: column `number`, its reading, its parser and the item with a value in it.

    A field without `apply` is read-only; `index` marks the one that only an editor has.
    """

    number: int
    read: Callable[[SimDevice, T], bytes]
    parse: Callable[[VarBind], Any] | None = None
    apply: Callable[[SimDevice, T, Any], T] | None = None
    index: bool = False


def if_index(port: int) -> int:
    """Return the ifIndex of a G.hn port, 0 for none."""
    return PORT_INDEX_BASE + port if port else 0


def port_number(index: int) -> int:
    """Return the bridge port behind an ifIndex, 0 for none; a SET of any other is refused."""
    if index == 0:
        return 0
    if not PORT_INDEX_BASE < index < PORT_INDEX_BASE + 1000:
        raise v.inconsistent()
    return index - PORT_INDEX_BASE


def _parse_mac(varbind: VarBind) -> str:
    return format_mac(v.read_octets(varbind, 6, 6))


def _parse_quarter(varbind: VarBind) -> bytes:
    return v.read_octets(varbind, bitmaps.OCTETS, bitmaps.OCTETS)


def _set(name: str) -> Callable[[SimDevice, Any, Any], Any]:
    return lambda device, item, value: replace(item, **{name: value})


def _set_port(device: SimDevice, item: Any, value: int) -> Any:
    return replace(item, port=port_number(value))


def endpoint_fields(mib_complete: bool) -> tuple[Field[SimEndpointConfig], ...]:
    """Return the fields of a configured endpoint; 25 and 26 are extras of a GAM-12-C on 1.5.4."""
    extras = () if mib_complete else (25, 26)
    return (
        Field(
            1, lambda d, e: v.integer(e.endpoint_id), v.number(0, 384), _set("endpoint_id"), True
        ),
        Field(10, lambda d, e: v.gauge(e.endpoint_id)),
        Field(20, lambda d, e: v.mac(e.mac), _parse_mac, _set("mac")),
        *(Field[SimEndpointConfig](number, lambda d, e: v.FALSE) for number in extras),
        Field(30, lambda d, e: v.text(e.name), v.label(NAME), _set("name")),
        Field(40, lambda d, e: v.text(e.description), v.label(DESCRIPTION), _set("description")),
        Field(50, lambda d, e: v.integer(if_index(e.port)), v.number(0, 2**31 - 1), _set_port),
        Field(55, lambda d, e: v.truth(e.auto_port), v.read_truth, _set("auto_port")),
        Field(60, lambda d, e: v.truth(e.allow_management), v.read_truth, _set("allow_management")),
    )


def profile_fields() -> tuple[Field[SimProfile], ...]:
    """Return the fields of a bandwidth profile."""
    rate = v.number(LOWEST_RATE, HIGHEST_RATE)
    return (
        Field(1, lambda d, p: v.integer(p.profile_id), v.number(0, 15), _set("profile_id"), True),
        Field(10, lambda d, p: v.gauge(p.profile_id)),
        Field(20, lambda d, p: v.gauge(p.uid)),
        Field(30, lambda d, p: v.text(p.name), v.label(NAME), _set("name")),
        Field(40, lambda d, p: v.text(p.description), v.label(DESCRIPTION), _set("description")),
        Field(50, lambda d, p: v.gauge(p.down_mbps), rate, _set("down_mbps")),
        Field(60, lambda d, p: v.gauge(p.up_mbps), rate, _set("up_mbps")),
    )


def _endpoint_name(device: SimDevice, item: SimSubscriber) -> bytes:
    endpoint = device.running.endpoints.get(item.endpoint_id)
    return v.text(endpoint.name if endpoint else "")


def _profile_name(device: SimDevice, item: SimSubscriber) -> bytes:
    profile = device.running.profiles.get(item.profile_id)
    return v.text(profile.name if profile else "")


def _uplink_index(device: SimDevice, item: SimSubscriber) -> bytes:
    return v.integer(if_index(device.model.ghn_ports + item.uplink if item.uplink else 0))


def _set_uplink(device: SimDevice, item: SimSubscriber, value: int) -> SimSubscriber:
    port = port_number(value)
    if port and port <= device.model.ghn_ports:
        raise v.inconsistent()
    return replace(item, uplink=port - device.model.ghn_ports if port else 0)


def _poe_number(mode: str) -> int:
    return POE_MODES.index(mode) if mode in POE_MODES else 0


def _set_poe(device: SimDevice, item: SimSubscriber, value: int) -> SimSubscriber:
    return replace(item, poe=POE_MODES[value])


def _quarter_field(quarter: int) -> Field[SimSubscriber]:
    def apply(device: SimDevice, item: SimSubscriber, value: bytes) -> SimSubscriber:
        vlans = bitmaps.replace_quarter(item.allowed_vlans, quarter, value)
        return replace(item, allowed_vlans=vlans)

    return Field(
        130 + 10 * quarter,
        lambda d, s: v.octets(bitmaps.vlan_quarter(s.allowed_vlans, quarter)),
        _parse_quarter,
        apply,
    )


def subscriber_fields(mib_complete: bool) -> tuple[Field[SimSubscriber], ...]:
    """Return the fields of a subscriber; a GAM-12-C on 1.5.4 lacks the VLAN quarters."""
    sixteen_bits = v.number(0, 65_535)
    any_id = v.number(0, 0xFFFFFFFF)
    any_index = v.number(0, 2**31 - 1)
    return (
        Field(
            1,
            lambda d, s: v.integer(s.subscriber_id),
            v.number(0, 384),
            _set("subscriber_id"),
            True,
        ),
        Field(10, lambda d, s: v.gauge(s.subscriber_id)),
        Field(20, lambda d, s: v.gauge(s.uid)),
        Field(30, lambda d, s: v.text(s.name), v.label(NAME), _set("name")),
        Field(40, lambda d, s: v.text(s.description), v.label(DESCRIPTION), _set("description")),
        Field(50, lambda d, s: v.gauge(s.endpoint_id), any_id, _set("endpoint_id")),
        Field(55, _endpoint_name),
        Field(70, lambda d, s: v.gauge(s.profile_id), any_id, _set("profile_id")),
        Field(75, _profile_name),
        Field(90, lambda d, s: v.gauge(s.vlan), sixteen_bits, _set("vlan")),
        Field(100, lambda d, s: v.truth(s.tagged), v.read_truth, _set("tagged")),
        Field(110, lambda d, s: v.gauge(s.remapped_vlan), sixteen_bits, _set("remapped_vlan")),
        Field(120, lambda d, s: v.gauge(s.port2_vlan), sixteen_bits, _set("port2_vlan")),
        *(map(_quarter_field, range(4)) if mib_complete else ()),
        Field(170, lambda d, s: v.truth(s.trunk), v.read_truth, _set("trunk")),
        Field(180, lambda d, s: v.integer(if_index(s.port)), any_index, _set_port),
        Field(190, lambda d, s: v.truth(s.double_tag), v.read_truth, _set("double_tag")),
        Field(200, _uplink_index, any_index, _set_uplink),
        Field(210, lambda d, s: v.gauge(s.outer_vlan), sixteen_bits, _set("outer_vlan")),
        Field(220, lambda d, s: v.integer(_poe_number(s.poe)), v.number(0, 2), _set_poe),
    )


def mac_index(mac: str) -> tuple[int, ...]:
    """Return a MAC as six bare sub-identifiers, no length in front (seen on a GAM-12-C)."""
    return tuple(mac_octets(mac))
