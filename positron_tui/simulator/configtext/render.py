"""Running configuration as text, in the form and order of the device family."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from positron_tui.domain.devices import Line
from positron_tui.simulator.config import SimConfig, SimProfile
from positron_tui.simulator.configtext.words import (
    ENDPOINT_WORDS,
    NOTCH_WORDS,
    PORT_WORDS,
    PROFILE_WORDS,
    SUBSCRIBER_WORDS,
    render_words,
)

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

HEADER = "Building configuration..."
END = "end"
DEFAULT_PROFILE = SimProfile(1, "Default BW Profile", 10, 10)
NETMASK = "255.255.255.0"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together; `feature` is the word of `show running-config feature`."""

    feature: str
    lines: tuple[str, ...]


def render_config(device: SimDevice, config: SimConfig, feature: str | None = None) -> str:
    """Return the whole configuration, or one feature of it, as lines ending in LF."""
    blocks = [b for b in config_blocks(device, config) if feature in (None, b.feature)]
    return render_blocks(blocks)


def render_blocks(blocks: Iterable[Block]) -> str:
    lines = [HEADER]
    for block in blocks:
        lines.extend((*block.lines, "!"))
    lines.append(END)
    return "\n".join(lines) + "\n"


def config_blocks(device: SimDevice, config: SimConfig) -> list[Block]:
    """Return the blocks of a configuration, sub-mode lines indented by one blank."""
    name = config.hostname
    system = [f'hostname "{name}"' if " " in name else f"hostname {name}"] if name else []
    blocks = [
        Block("system", tuple(system)),
        Block("user", tuple(_users(device))),
        *_vlans(config),
        Block("ip", (f"ip route 0.0.0.0 0.0.0.0 {_gateway(config)}",)),
        Block("snmp", tuple(_snmp(device, config))),
        Block("ghn", tuple(_ghn(device, config))),
        *_interfaces(device, config),
    ]
    return [block for block in blocks if block.lines]


def _users(device: SimDevice) -> list[str]:
    secrets = device.secrets
    password = "none"
    if secrets.ssh_password:
        # Old builds of the family only encode it, which is why this text is a secret.
        encoded = base64.b64encode(secrets.ssh_password.encode()).decode()
        password = f"encrypted {encoded}"
    return [f"username {secrets.ssh_user} privilege 15 password {password}"]


def _snmp(device: SimDevice, config: SimConfig) -> list[str]:
    secrets = device.secrets
    if device.personality.new_snmp_syntax:
        communities = [
            f"snmp-server community read {secrets.snmp_read_community}",
            f"snmp-server community write {secrets.snmp_write_community}",
        ]
    else:
        communities = [
            f"snmp-server community v2c {secrets.snmp_read_community} ro",
            f"snmp-server community v2c {secrets.snmp_write_community} rw",
        ]
    texts = [("contact", config.contact), ("location", config.location)]
    return communities + [f"snmp-server {word} {text}" for word, text in texts if text]


def used_vlans(config: SimConfig) -> set[int]:
    """Return every VLAN that exists on the unit."""
    vlans = {1, 2, 4094, config.management_vlan, *config.vlans}
    for subscriber in config.subscribers.values():
        vlans.update((subscriber.vlan, subscriber.port2_vlan, *subscriber.allowed_vlans))
    return vlans - {0}


def _vlans(config: SimConfig) -> list[Block]:
    blocks = [Block("vlan", (f"vlan {vlan}",)) for vlan in sorted(config.vlans)]
    lines = (
        f"interface vlan {config.management_vlan}",
        f" ip address {config.management_ip} {NETMASK}",
    )
    return [*blocks, Block("ip", lines)]


def _gateway(config: SimConfig) -> str:
    return config.management_ip.rsplit(".", 1)[0] + ".1"


def _interfaces(device: SimDevice, config: SimConfig) -> list[Block]:
    blocks = []
    for number in range(1, device.uplinks + 1):
        lines = [
            f"interface 10GigabitEthernet 1/{number}",
            f" switchport trunk native vlan {config.management_vlan}",
            f" switchport trunk allowed vlan {config.uplink_allowed_vlans}",
            " switchport mode trunk",
        ]
        if f"10G 1/{number}" in config.ports_shut:
            lines.append(" shutdown")
        blocks.append(Block("port", tuple(lines)))
    mgmt = ["interface GigabitEthernet 1/1"]
    if "Gi 1/1" in config.ports_shut:
        mgmt.append(" shutdown")
    return [*blocks, Block("port", tuple(mgmt))]


def _ghn(device: SimDevice, config: SimConfig) -> list[str]:
    leave_out = () if device.personality.poe_words else ("poe",)
    lines = [*_ghn_global(config), *_ghn_ports(device, config), *_ghn_profiles(config)]
    for number, endpoint in sorted(config.endpoints.items()):
        lines.append(f"ghn endpoint {number}{render_words(ENDPOINT_WORDS, endpoint)}")
    for number, subscriber in sorted(config.subscribers.items()):
        words = render_words(SUBSCRIBER_WORDS, subscriber, leave_out)
        lines.append(f"ghn subscriber {number}{words}")
    for number, notch in sorted(config.notches.items()):
        lines.append(f"ghn notch {number}{render_words(NOTCH_WORDS, notch)}")
    return lines


def _ghn_global(config: SimConfig) -> list[str]:
    lines = []
    if config.subscriber_model != "endpointAware":
        lines.append("ghn subscriber-model port-aware")
    if not config.endpoint_auto_upgrade:
        lines.append("no ghn endpoint-auto-upgrade")
    if config.default_uplink != 1:
        lines.append(f"ghn default-nni {config.default_uplink}")
    return lines


def _ghn_ports(device: SimDevice, config: SimConfig) -> list[str]:
    lines = []
    normal = "coax" if device.model.line is Line.COAX else "mimo"
    for number, port in sorted(config.ports.items()):
        mode = "" if port.mode == normal else f" mode {port.mode}"
        words = mode + render_words(PORT_WORDS, port)
        if words:
            lines.append(f"ghn port {number}{words}")
    return lines


def _ghn_profiles(config: SimConfig) -> list[str]:
    lines = []
    for number, profile in sorted(config.profiles.items()):
        words = render_words(PROFILE_WORDS, profile)
        if number != 1 or words != render_words(PROFILE_WORDS, DEFAULT_PROFILE):
            lines.append(f"ghn bw-profile {number}{words}")
    return lines
