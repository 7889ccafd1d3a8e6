"""What a step of a plan does, in words for a person."""

from __future__ import annotations

from collections.abc import Iterable

from positron_tui.domain.calls import user_members
from positron_tui.domain.running_config import EndpointConfig, PortConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.domain.vlans import format_vlan_list


def rates(profile: Profile) -> str:
    """Return `318 down, 106 up Mbit/s`; 0 is no limit."""
    down, up = (str(rate) if rate else "no limit" for rate in (profile.down_mbps, profile.up_mbps))
    return f"{down} down, {up} up" + (" Mbit/s" if profile.down_mbps or profile.up_mbps else "")


def port_words(before: PortConfig, after: PortConfig) -> str:
    """Return which settings of a port change, and to what."""
    said = []
    if before.mode != after.mode:
        said.append(f"mode {after.mode.value if after.mode else 'default'}")
    if before.name != after.name:
        said.append(f"name {after.name or 'none'}")
    if before.shutdown != after.shutdown:
        said.append("disabled" if after.shutdown else "enabled")
    return _joined(said)


def endpoint_words(before: EndpointConfig, after: EndpointConfig) -> str:
    """Return which settings of an endpoint change, and to what."""
    said = []
    if before.name != after.name:
        said.append(f"name {after.name or 'none'}")
    if before.mac != after.mac:
        said.append(f"MAC {after.mac}")
    if before.description != after.description:
        said.append(f"description {after.description or 'none'}")
    if (before.port, before.auto_port) != (after.port, after.auto_port):
        said.append(after.port or ("any port" if after.auto_port else "no port"))
    if before.allow_management != after.allow_management:
        said.append(f"management access {_on(after.allow_management)}")
    return _joined(said)


def subscriber_words(before: Subscriber, after: Subscriber) -> str:
    """Return which fields of a subscriber change, and to what."""
    pairs: list[tuple[bool, str]] = [
        (before.name != after.name, f"name {after.name}"),
        (before.endpoint_id != after.endpoint_id, f"endpoint {after.endpoint_id or 'none'}"),
        (before.vlan != after.vlan, f"VLAN {after.vlan}"),
        (before.tagged != after.tagged, "tagged" if after.tagged else "untagged"),
        (before.profile_id != after.profile_id, f"profile {after.profile_id or 'unthrottled'}"),
        (
            before.remapped_vlan != after.remapped_vlan,
            f"remapped VLAN {after.remapped_vlan or 'none'}",
        ),
        (before.port2_vlan != after.port2_vlan, f"port 2 VLAN {after.port2_vlan or 'none'}"),
        (
            before.allowed_vlans != after.allowed_vlans,
            f"allowed VLANs {format_vlan_list(after.allowed_vlans or ())}",
        ),
        (before.poe != after.poe, f"PoE {(after.poe or Poe.DISABLE).value}"),
        (
            before.description != after.description,
            f"description {after.description or 'none'}",
        ),
    ]
    said = [text for changed, text in pairs if changed]
    if user_members(before) != user_members(after):
        said.append(member_words(before, after))
    return _joined(said)


def member_words(before: Subscriber, after: Subscriber) -> str:
    """Return what changes of that which only JSON-RPC can write."""
    said = []
    if bool(before.double_tag) != bool(after.double_tag):
        said.append(f"double tags {_on(bool(after.double_tag))}")
    if before.outer_vlan != after.outer_vlan:
        said.append(f"outer VLAN {after.outer_vlan or 'none'}")
    if before.uplink != after.uplink:
        said.append(f"uplink {after.uplink or 'the default one'}")
    if bool(before.trunk) != bool(after.trunk):
        said.append(f"trunk mode {_on(bool(after.trunk))}")
    if before.port != after.port:
        said.append(f"port {after.port or 'none'}")
    return _joined(said)


def _on(value: bool) -> str:
    return "on" if value else "off"


def _joined(said: Iterable[str]) -> str:
    return ", ".join(said)
