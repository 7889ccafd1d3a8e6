"""Building one virtual unit from a plan: its address book, its plant and its services."""

from __future__ import annotations

import random
import zlib
from dataclasses import dataclass
from enum import Enum, auto

from positron_tui.domain.clock import Clock
from positron_tui.domain.devices import Line
from positron_tui.domain.mac import format_mac
from positron_tui.domain.models import (
    ENDPOINT_MODELS,
    ENDPOINT_MODELS_BY_NAME,
    EndpointModel,
    GamModel,
)
from positron_tui.simulator.config import SimConfig, SimEndpointConfig, SimProfile, SimSubscriber
from positron_tui.simulator.device import SimDevice
from positron_tui.simulator.faults import Faults
from positron_tui.simulator.personality import Personality
from positron_tui.simulator.plant import mac_plus
from positron_tui.simulator.rules import PER_PORT
from positron_tui.simulator.state import SimEndpoint, SimSecrets

DAY_S = 86_400.0
_OUI = 0x000ED8 << 24
_MODELS = {
    Line.COAX: ("G1001-C", "G1000-C", "G1002-C", "G1002-C+", "G1001-C"),
    Line.COPPER: ("G1001-M", "G1000-M", "G2002-M", "G1002-M+", "G1001-MP"),
}
_PROFILES = (("1G", 1000), ("500M", 545), ("250M", 270), ("100M", 118), ("50M", 54), ("25M", 27))


class Role(Enum):
    """What is particular about an endpoint of the fleet."""

    PLAIN = auto()
    MISSING = auto()
    WRONG_PORT = auto()
    UNKNOWN = auto()
    NO_SERVICE = auto()
    OLD_FIRMWARE = auto()
    ASYMMETRIC = auto()


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What to build; `site` goes into the unit's location, else the street does."""

    name: str
    model: GamModel
    personality: Personality
    endpoints: int
    street: str
    house: int
    site: str = ""


def build_unit(plan: UnitPlan, index: int, seed: int, clock: Clock, faults: Faults) -> SimDevice:
    """Return unit number `index` of a fleet, saved, and up for some days."""
    rng = random.Random(f"unit {seed} {index} {plan.name}")
    config = SimConfig(
        hostname=plan.name,
        contact="noc@example.net",
        location=plan.site or f"{plan.street} {plan.house}",
        management_ip=f"10.{20 + index // 250}.{index % 250}.2",
        profiles=_profiles(plan.model.line),
    )
    device = SimDevice(
        name=plan.name,
        model=plan.model,
        personality=plan.personality,
        serial=_serial(plan, index, seed, faults),
        base_mac=format_mac((_OUI + 0x130000 + 0x40 * _block(index, seed)).to_bytes(6, "big")),
        clock=clock,
        secrets=SimSecrets("public", "private", "admin", f"sim-{plan.name}"),
        running=config,
        startup=SimConfig(),
        seed=seed + index,
        faults=faults,
        booted_at=clock.monotonic() - rng.uniform(3, 80) * DAY_S,
    )
    _populate(device, plan, index, rng)
    device.save()
    device.runtime.copy_status = 0
    return device


def _serial(plan: UnitPlan, index: int, seed: int, faults: Faults) -> str:
    """Return a serial that units of fleets with other options do not have."""
    kind = f"{seed} {plan.model.name} {plan.personality.name} {faults}"
    return f"{10_000_000 + zlib.crc32(kind.encode()) % 89_000 * 1_000 + index % 1_000:08d}"


def _block(index: int, seed: int) -> int:
    """Return the unit's block of MAC addresses; large seeds, as processes choose, lie apart."""
    return index + seed // 1_000 * 1_009 % 8_000


def _profiles(line: Line) -> dict[int, SimProfile]:
    profiles = {1: SimProfile(1, "Default BW Profile", 10, 10)}
    for name, rate in _PROFILES:
        if line is Line.COPPER or rate <= 800:
            number = len(profiles) + 1
            profiles[number] = SimProfile(number, name, rate, rate)
    return profiles


def _roles(ports: list[int], line: Line, rng: random.Random) -> list[Role]:
    """Return a role for each endpoint; the special ones go where there is a port."""
    roles = [Role.PLAIN] * len(ports)
    if len(ports) < 5:
        return roles
    special = [Role.MISSING, Role.WRONG_PORT, Role.UNKNOWN, Role.NO_SERVICE, Role.OLD_FIRMWARE]
    if line is Line.COAX and len(ports) > 5:
        special.append(Role.ASYMMETRIC)
    if len(ports) >= 10:
        special.append(Role.NO_SERVICE)
    places = [place for place, port in enumerate(ports) if port]
    special = special[: len(places)]
    for place, role in zip(rng.sample(places, len(special)), special, strict=True):
        roles[place] = role
    return roles


def _double_faults(boxes: dict[Role, SimEndpoint], line: Line) -> None:
    """Where a small unit has no place for every fault, one box has two of them."""
    if Role.OLD_FIRMWARE not in boxes and Role.NO_SERVICE in boxes:
        _make_old(boxes[Role.NO_SERVICE])
    if line is Line.COAX and Role.ASYMMETRIC not in boxes and Role.OLD_FIRMWARE in boxes:
        _make_asymmetric(boxes[Role.OLD_FIRMWARE])


def _spread(count: int, model: GamModel) -> list[int]:
    """Return the port of each endpoint, 0 for those that find none; the last port stays free."""
    per_port = PER_PORT[model.line]
    usable = model.ghn_ports - 1 if count <= per_port * (model.ghn_ports - 1) else model.ghn_ports
    return [place % usable + 1 if place < per_port * usable else 0 for place in range(count)]


def _populate(device: SimDevice, plan: UnitPlan, index: int, rng: random.Random) -> None:
    count, model = plan.endpoints, plan.model
    ports = _spread(count, model)
    roles = _roles(ports, model.line, rng)
    boxes: dict[Role, SimEndpoint] = {}
    first_mac = format_mac(
        (_OUI + 0x1C0000 + 0x200 * _block(index, device.seed - index)).to_bytes(6, "big")
    )
    lost_port = next((p for p, r in zip(ports, roles, strict=True) if r is Role.MISSING), 0)
    services = 0
    for place, (role, port) in enumerate(zip(roles, ports, strict=True)):
        box = _box(device, mac_plus(first_mac, place), role, rng)
        # The box on the wrong port sits where the missing one belongs.
        box.port = {Role.MISSING: 0, Role.WRONG_PORT: lost_port or port}.get(role, port)
        device.plant[box.mac] = boxes[role] = box
        if role is Role.WRONG_PORT and lost_port == port:
            box.port = port % model.ghn_ports + 1
        if role is Role.UNKNOWN:
            continue
        number = place + 1
        name = f"{plan.street} {plan.house} apt {number}"
        device.running.endpoints[number] = SimEndpointConfig(
            number, name, box.mac, description=f"riser {'ABCD'[place % 4]}", port=port
        )
        if role is not Role.NO_SERVICE:
            services += 1
            device.running.subscribers[number] = _subscriber(device, number, name, services, rng)
    _double_faults(boxes, model.line)
    for number, config in device.running.ports.items():
        used = number in ports
        config.name = f"riser {number}" if used else ""
        config.shutdown = not used


def _double_tags(personality: Personality) -> bool:
    """Return whether the firmware knows double tags (1.4 and later)."""
    return tuple(int(part) for part in personality.firmware.split(".")) >= (1, 4)


def _subscriber(
    device: SimDevice, number: int, name: str, nth: int, rng: random.Random
) -> SimSubscriber:
    """Return the service of an endpoint; every third one has something special about it."""
    endpoint = device.running.endpoints[number]
    model = ENDPOINT_MODELS.get(device.plant[endpoint.mac].model_number)
    sub = SimSubscriber(number, name, endpoint_id=number, vlan=100 + number)
    sub.profile_id = rng.choice([0, *range(2, len(device.running.profiles) + 1)])
    if device.personality.poe_words and model and model.poe:
        sub.poe = "enable"
    if nth % 3:
        return sub
    two_ports = model is not None and (model.ethernet_ports or 1) > 1
    choice = nth // 3 % 5
    if choice == 1:
        sub.tagged = True
    elif choice == 2:
        sub.remapped_vlan = 2000 + number
    elif choice == 3 and two_ports:
        sub.port2_vlan = 1500 + number
    elif choice == 4 and not _double_tags(device.personality):
        sub.description = "older unit, one tag only"
    elif choice == 4:
        sub.double_tag, sub.outer_vlan = True, 2800
        sub.uplink = device.uplinks
    else:
        sub.allowed_vlans = [301, 302, 310]
    return sub


def _box(device: SimDevice, mac: str, role: Role, rng: random.Random) -> SimEndpoint:
    line = device.model.line
    model = ENDPOINT_MODELS_BY_NAME[rng.choice(_MODELS[line])]
    box = SimEndpoint(
        mac=mac,
        model_number=model.number,
        model_text=model.name,
        serial=f"ASY-21{rng.randint(1, 12):02d}-20,R12,{rng.randint(1_100_000, 1_199_999):08d},"
        f"{rng.randint(20_000, 29_999)}",
        firmware=_firmware(model, device.personality.revision),
        port=0,
        booted_at=device.clock.monotonic() - rng.uniform(0.2, 60) * DAY_S,
        snr_db=round(rng.uniform(40.5, 46.0) * 2) / 2,
        traffic_down_bps=rng.uniform(0.4e6, 42e6),
        traffic_up_bps=rng.uniform(0.05e6, 6e6),
        ethernet_up=(True, *((False,) * ((model.ethernet_ports or 1) - 1))),
        ethernet_mbps=1000 if rng.random() > 0.08 else 100,
    )
    _set_rates(box, line, rng)
    if role is Role.OLD_FIRMWARE:
        _make_old(box)
    if role is Role.ASYMMETRIC:
        _make_asymmetric(box)
    return box


def _make_old(box: SimEndpoint) -> None:
    box.firmware = _firmware(ENDPOINT_MODELS[box.model_number], "22842")
    box.firmware_mismatch = True


def _make_asymmetric(box: SimEndpoint) -> None:
    box.down_phy_mbps, box.up_phy_mbps = 1702, 588
    box.down_max_mbps, box.up_max_mbps = 1330, 452
    box.snr_db = 33.5


def _firmware(model: EndpointModel, revision: str) -> str:
    return f"{model.name.replace('-', '').replace('+', 'P')}_positron_{revision}"


def _set_rates(box: SimEndpoint, line: Line, rng: random.Random) -> None:
    """Give a good link: near symmetric; copper gets slower with the length of the wire."""
    if line is Line.COAX:
        box.down_phy_mbps = rng.randint(1_480, 1_850)
    else:
        box.wire_length_m = rng.randint(35, 260)
        box.bands = rng.choice((1, 2))
        box.down_phy_mbps = round(1_480 - 3.4 * box.wire_length_m) + rng.randint(-40, 40)
    box.up_phy_mbps = round(box.down_phy_mbps * rng.uniform(0.93, 0.99))
    box.down_max_mbps = round(box.down_phy_mbps * 0.78)
    box.up_max_mbps = round(box.up_phy_mbps * 0.78)
