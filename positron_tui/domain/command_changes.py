"""Command lines that change some attributes of something that exists; the rest is not sent.

Each function takes the object before and after and returns the lines that lead from one to the
other, so swapping the arguments gives the lines that take the change back. An empty text clears
a description or a port's name: the grammar has no `no` form for those.
"""

from __future__ import annotations

from positron_tui.domain.commands import (
    bind_endpoint,
    profile_word,
    quoted,
    unbind_endpoint,
)
from positron_tui.domain.ports import PortMode
from positron_tui.domain.running_config import EndpointConfig, PortConfig
from positron_tui.domain.subscribers import Poe, Profile, Subscriber
from positron_tui.domain.vlans import format_vlan_list


def change_port(
    before: PortConfig, after: PortConfig, default_mode: PortMode = PortMode.MIMO
) -> tuple[str, ...]:
    """Return the lines for a port; mode None is `default_mode` (only copper has a choice)."""
    words = []
    if before.mode != after.mode:
        words.append(f"mode {(after.mode or default_mode).value}")
    if before.name != after.name:
        words.append(f"name {quoted(after.name or '')}")
    if after.shutdown and not before.shutdown:
        words.append("shutdown")
    lines = [f"ghn port {after.number} {' '.join(words)}"] if words else []
    if before.shutdown and not after.shutdown:
        lines.append(f"no ghn port {after.number} shutdown")
    return tuple(lines)


def add_profile(profile: Profile) -> str:
    """Return the line that creates a bandwidth profile; rates in Mbit/s, 0 = no limit."""
    words = [
        f"ghn bw-profile {profile.profile_id} name {quoted(profile.name)}",
        f"rate-downstream {profile.down_mbps or 0}",
        f"rate-upstream {profile.up_mbps or 0}",
    ]
    if profile.description:
        words.append(f"description {quoted(profile.description)}")
    return " ".join(words)


def remove_profile(profile_id: int) -> str:
    return f"no ghn bw-profile {profile_id}"


def change_profile(before: Profile, after: Profile) -> tuple[str, ...]:
    """Return the line for a profile; it takes effect on all of its subscribers at once."""
    words = []
    if before.name != after.name:
        words.append(f"name {quoted(after.name)}")
    if before.down_mbps != after.down_mbps:
        words.append(f"rate-downstream {after.down_mbps or 0}")
    if before.up_mbps != after.up_mbps:
        words.append(f"rate-upstream {after.up_mbps or 0}")
    if before.description != after.description:
        words.append(f"description {quoted(after.description or '')}")
    return (f"ghn bw-profile {after.profile_id} {' '.join(words)}",) if words else ()


def change_endpoint(before: EndpointConfig, after: EndpointConfig) -> tuple[str, ...]:
    """Return the lines for an endpoint: attributes, then what only a `no` line can do."""
    number = after.endpoint_id
    words = []
    if before.name != after.name:
        words.append(f"name {quoted(after.name or '')}")
    if before.mac != after.mac:
        words.append(f"mac-address {after.mac}")
    if before.description != after.description:
        words.append(f"description {quoted(after.description or '')}")
    moved = (before.port, before.auto_port) != (after.port, after.auto_port)
    if moved and after.auto_port:
        words.append("port auto")
    elif moved and after.port:
        words.append(bind_endpoint(number, after.port).partition(f"{number} ")[2])
    if after.allow_management and not before.allow_management:
        words.append("allow-management-access")
    lines = [f"ghn endpoint {number} {' '.join(words)}"] if words else []
    if moved and not after.port and not after.auto_port:
        lines.append(unbind_endpoint(number))
    if before.allow_management and not after.allow_management:
        lines.append(f"no ghn endpoint {number} allow-management-access")
    return tuple(lines)


def release_subscriber(subscriber_id: int) -> str:
    """Return the line that takes the endpoint from a subscriber."""
    return f"no ghn subscriber {subscriber_id} endpoint"


def change_subscriber(before: Subscriber, after: Subscriber) -> tuple[str, ...]:
    """Return the lines for a subscriber; members that only JSON-RPC can write are left out."""
    number = after.subscriber_id
    words = [*_identity_words(before, after), *_vlan_words(before, after)]
    if before.poe != after.poe:
        words.append(f"poe {(after.poe or Poe.DISABLE).value}")
    lines = [f"ghn subscriber {number} {' '.join(words)}"] if words else []
    if before.endpoint_id and not after.endpoint_id:
        lines.insert(0, release_subscriber(number))
    return tuple(lines)


def _identity_words(before: Subscriber, after: Subscriber) -> list[str]:
    words = []
    if before.name != after.name:
        words.append(f"name {quoted(after.name)}")
    if after.endpoint_id and before.endpoint_id != after.endpoint_id:
        words.append(f"endpoint {after.endpoint_id}")
    if before.profile_id != after.profile_id:
        words.append(f"bw-profile {profile_word(after)}")
    if before.description != after.description:
        words.append(f"description {quoted(after.description or '')}")
    return words


def _vlan_words(before: Subscriber, after: Subscriber) -> list[str]:
    words = []
    if before.vlan != after.vlan:
        words.append(f"vid {after.vlan}")
    if before.tagged != after.tagged:
        words.append("tagged" if after.tagged else "untagged")
    if before.remapped_vlan != after.remapped_vlan:
        words.append(f"remapped-vid {after.remapped_vlan or 'none'}")
    if before.port2_vlan != after.port2_vlan:
        words.append(f"port2-vid {after.port2_vlan or 'none'}")
    if before.allowed_vlans != after.allowed_vlans:
        words.append(f"allowed-vlan {format_vlan_list(after.allowed_vlans or ())}")
    return words
