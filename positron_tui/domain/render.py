"""A configuration as text in the form of `show running-config`, as far as it is understood.

Only what a RunningConfig holds is written. An interface that manages the unit has no address
there, so that its line says `dhcp`; settings of the whole unit are told by its API only and left
out. The words for binding to a port, trunk mode, double tags and
the uplink are in no document: this text is for people and for reading back, never to be sent.
"""

from __future__ import annotations

from collections.abc import Iterator

from positron_tui.domain import commands
from positron_tui.domain.canonical import canonical
from positron_tui.domain.command_changes import add_profile, change_port
from positron_tui.domain.ports import parse_port_name
from positron_tui.domain.running_config import PortConfig, RunningConfig
from positron_tui.domain.subscribers import Subscriber

_NO_VLANS = "none"


def render(config: RunningConfig) -> str:
    """Return the canonical form of a configuration as text, lines ending in LF."""
    lines = ["Building configuration..."]
    whole = canonical(config)
    for block in (_system(whole), _management(whole), _services(whole), _uplinks(whole)):
        found = list(block)
        lines += [*found, "!"] if found else []
    return "\n".join([*lines, "end"]) + "\n"


def _system(config: RunningConfig) -> Iterator[str]:
    if config.hostname:
        name = config.hostname
        yield f"hostname {commands.quoted(name) if ' ' in name else name}"


def _management(config: RunningConfig) -> Iterator[str]:
    for vlan in sorted(config.management_vlans):
        yield f"interface vlan {vlan}"
        yield " ip address dhcp"


def _services(config: RunningConfig) -> Iterator[str]:
    for port in config.ports:
        yield from change_port(PortConfig(port.number), port)
    for profile in config.profiles:
        yield add_profile(profile)
    for endpoint in config.endpoints:
        yield commands.add_endpoint(endpoint)
    for subscriber in config.subscribers:
        yield _subscriber(subscriber)
    yield from config.unreadable_lines


def _subscriber(subscriber: Subscriber) -> str:
    words = [commands.add_subscriber(subscriber)]
    if subscriber.port:
        words.append(f"port {parse_port_name(subscriber.port)[1]}")
    if subscriber.trunk:
        words.append("trunk-mode")
    if subscriber.double_tag:
        words.append("double-tag")
    if subscriber.outer_vlan:
        words.append(f"outer-vid {subscriber.outer_vlan}")
    if subscriber.uplink:
        words.append(f"nni {parse_port_name(subscriber.uplink)[1]}")
    return " ".join(words)


def _uplinks(config: RunningConfig) -> Iterator[str]:
    for name, ranges in config.uplink_vlans.items():
        spelled = ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ranges)
        yield f"interface 10GigabitEthernet 1/{parse_port_name(name)[1]}"
        yield f" switchport trunk allowed vlan {spelled or _NO_VLANS}"
