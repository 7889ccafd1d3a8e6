"""What a unit refuses: every check raises the GhnError that the JSON-RPC API documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol

from positron_tui.domain.devices import Line
from positron_tui.simulator.config import (
    SimEndpointConfig,
    SimNotch,
    SimPortConfig,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.plant import PORT_AWARE
from positron_tui.simulator.state import GhnError

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

MAX_ID = 384
MAX_PROFILES = 15
MAX_NAME = 31
MAX_DESCRIPTION = 127
MAX_NOTCHES = 10
PER_PORT = {Line.COAX: 16, Line.COPPER: 1}
MAX_RATE = {Line.COAX: 800, Line.COPPER: 1000}
MIN_RATE = 10
RESERVED_VLANS = range(3840, 3843)
_NAME = re.compile(r"[\x20-\x7e]{1,31}\Z")
_TEXT = re.compile(r"[\x20-\x21\x23-\x7e]*\Z")
_MAC = re.compile(r"[0-9a-f]{2}(:[0-9a-f]{2}){5}\Z")


class _Named(Protocol):
    name: str


def _check_name(name: str, others: Iterable[_Named], invalid: int, duplicate: int) -> None:
    bad = not _NAME.match(name) or '"' in name or "?" in name or name != name.strip()
    if bad:
        raise GhnError(invalid)
    if any(other.name == name for other in others):
        raise GhnError(duplicate)


def _bad_description(text: str) -> bool:
    return len(text) > MAX_DESCRIPTION or not _TEXT.match(text) or text != text.strip()


def _in_vlan_range(vlan: int, last: int) -> bool:
    return 3 <= vlan <= last and vlan not in RESERVED_VLANS


def check_endpoint(device: SimDevice, new: SimEndpointConfig) -> None:
    others = [
        item for item in device.running.endpoints.values() if item.endpoint_id != new.endpoint_id
    ]
    _check_name(new.name, others, -30, -17)
    octets = new.mac.replace(":", "")
    if not _MAC.match(new.mac) or int(octets[:2], 16) & 1 or not int(octets, 16):
        raise GhnError(-31)
    if any(item.mac == new.mac for item in others):
        raise GhnError(-32)
    if _bad_description(new.description):
        raise GhnError(-8)
    if not 0 <= new.port <= device.model.ghn_ports:
        raise GhnError(-5)
    if new.port:
        on_port = sum(1 for item in others if item.port == new.port)
        if on_port >= PER_PORT[device.model.line]:
            raise GhnError(-36)


def check_profile(device: SimDevice, new: SimProfile) -> None:
    others = [
        item for item in device.running.profiles.values() if item.profile_id != new.profile_id
    ]
    _check_name(new.name, others, -22, -18)
    if _bad_description(new.description):
        raise GhnError(-20)
    highest = MAX_RATE[device.model.line]
    for rate, code in ((new.down_mbps, -23), (new.up_mbps, -24)):
        if rate and not MIN_RATE <= rate <= highest:
            raise GhnError(code)


def check_subscriber(device: SimDevice, new: SimSubscriber) -> None:
    others = [
        item
        for item in device.running.subscribers.values()
        if item.subscriber_id != new.subscriber_id
    ]
    _check_name(new.name, others, -15, -16)
    if _bad_description(new.description) or new.poe not in ("disable", "enable", "force"):
        raise GhnError(-6)
    _check_binding(device, new, others)
    _check_vlans(device, new)
    _check_uplink(device, new)
    if new.profile_id and new.profile_id not in device.running.profiles:
        raise GhnError(-21 if 1 <= new.profile_id <= MAX_PROFILES else -20)


def _check_binding(device: SimDevice, new: SimSubscriber, others: list[SimSubscriber]) -> None:
    port_aware = device.running.subscriber_model == PORT_AWARE
    if (new.endpoint_id and port_aware) or (new.port and not port_aware):
        raise GhnError(-6)
    if new.endpoint_id:
        if not 1 <= new.endpoint_id <= MAX_ID:
            raise GhnError(-8)
        if new.endpoint_id not in device.running.endpoints:
            raise GhnError(-9)
        if any(item.endpoint_id == new.endpoint_id for item in others):
            raise GhnError(-13)
    if new.port:
        if not 1 <= new.port <= device.model.ghn_ports:
            raise GhnError(-5)
        if any(item.port == new.port for item in others):
            raise GhnError(-14)


def _check_vlans(device: SimDevice, new: SimSubscriber) -> None:
    if not _in_vlan_range(new.vlan, 4094):
        raise GhnError(-25)
    if new.remapped_vlan and not _in_vlan_range(new.remapped_vlan, 4093):
        raise GhnError(-26)
    if new.port2_vlan and not _in_vlan_range(new.port2_vlan, 4093):
        raise GhnError(-27)
    if new.port2_vlan == new.vlan:
        raise GhnError(-28)
    if len(set(new.allowed_vlans)) > device.allowed_vlan_limit:
        raise GhnError(-29)
    if not all(_in_vlan_range(vlan, 4093) for vlan in new.allowed_vlans):
        raise GhnError(-25)


def _check_uplink(device: SimDevice, new: SimSubscriber) -> None:
    if not 0 <= new.uplink <= device.uplinks:
        raise GhnError(-41)
    if new.outer_vlan and not 1 <= new.outer_vlan <= 4094:
        raise GhnError(-42)
    if new.double_tag and not new.outer_vlan:
        raise GhnError(-42)


def check_port(device: SimDevice, new: SimPortConfig) -> None:
    others = [item for item in device.running.ports.values() if item.number != new.number]
    if new.number not in device.running.ports:
        raise GhnError(-5)
    if new.name:
        _check_name(new.name, others, -5, -19)
    modes = ("coax",) if device.model.line is Line.COAX else ("mimo", "siso")
    if new.mode not in modes:
        raise GhnError(-37)


def check_notch(device: SimDevice, new: SimNotch) -> None:
    if not 1 <= new.notch_id <= MAX_NOTCHES:
        raise GhnError(-49)
    lowest, highest = (1.955, 200.0) if device.model.line is Line.COAX else (3.5, 200.0)
    if not lowest <= new.start_mhz < new.stop_mhz <= highest:
        raise GhnError(-50)
    if new.depth_db and not (0.5 <= new.depth_db <= 40 and (new.depth_db * 2).is_integer()):
        raise GhnError(-50)
