"""The `ghn` command lines that carry a change (grammar of the unit's command line guide).

Those that change only some attributes of something that exists are in `command_changes`.
"""

from __future__ import annotations

from positron_tui.domain.ports import parse_port_name
from positron_tui.domain.running_config import EndpointConfig
from positron_tui.domain.subscribers import UNTHROTTLED_PROFILE_ID, Subscriber
from positron_tui.domain.vlans import format_vlan_list

SAVE = "copy running-config startup-config"


def quoted(text: str) -> str:
    """Quote a value; the name rules keep quotes and control characters out of it."""
    return f'"{text}"'


def add_endpoint(config: EndpointConfig) -> str:
    """Return the line that configures an endpoint on its port."""
    words = [f"ghn endpoint {config.endpoint_id}"]
    if config.name:
        words.append(f"name {quoted(config.name)}")
    if config.mac:
        words.append(f"mac-address {config.mac}")
    if config.description:
        words.append(f"description {quoted(config.description)}")
    if config.port:
        words.append(f"port {_port_number(config.port)}")
    elif config.auto_port:
        words.append("port auto")
    if config.allow_management:
        words.append("allow-management-access")
    return " ".join((*words, *config.unknown_words))


def bind_endpoint(endpoint_id: int, port: str) -> str:
    """Return the line that binds a configured endpoint to a port."""
    return f"ghn endpoint {endpoint_id} port {_port_number(port)}"


def unbind_endpoint(endpoint_id: int) -> str:
    return f"no ghn endpoint {endpoint_id} port"


def remove_endpoint(endpoint_id: int) -> str:
    return f"no ghn endpoint {endpoint_id}"


def remove_subscriber(subscriber_id: int) -> str:
    return f"no ghn subscriber {subscriber_id}"


def add_subscriber(subscriber: Subscriber) -> str:
    """Return the one line that creates a subscriber; options at their defaults are left out."""
    words = [
        f"ghn subscriber {subscriber.subscriber_id}",
        f"name {quoted(subscriber.name)}",
    ]
    if subscriber.endpoint_id:
        words.append(f"endpoint {subscriber.endpoint_id}")
    words += [
        f"vid {subscriber.vlan}",
        "tagged" if subscriber.tagged else "untagged",
        f"bw-profile {profile_word(subscriber)}",
    ]
    if subscriber.description:
        words.append(f"description {quoted(subscriber.description)}")
    if subscriber.remapped_vlan:
        words.append(f"remapped-vid {subscriber.remapped_vlan}")
    if subscriber.port2_vlan:
        words.append(f"port2-vid {subscriber.port2_vlan}")
    if subscriber.allowed_vlans:
        words.append(f"allowed-vlan {format_vlan_list(subscriber.allowed_vlans)}")
    if subscriber.poe:
        words.append(f"poe {subscriber.poe.value}")
    return " ".join((*words, *subscriber.unknown_words))


def profile_word(subscriber: Subscriber) -> str:
    """Return the value of `bw-profile` for a subscriber."""
    if subscriber.profile_id in (None, UNTHROTTLED_PROFILE_ID):
        return "unthrottled"
    return str(subscriber.profile_id)


def _port_number(port: str) -> int:
    return parse_port_name(port)[1]
