"""Reading a configuration text back; lines about users, communities and routes carry no state."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from positron_tui.domain.errors import UnexpectedReply
from positron_tui.simulator.config import (
    SimConfig,
    SimEndpointConfig,
    SimNotch,
    SimPortConfig,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.configtext.render import DEFAULT_PROFILE
from positron_tui.simulator.configtext.words import (
    ENDPOINT_WORDS,
    NOTCH_WORDS,
    PORT_WORDS,
    PROFILE_WORDS,
    SUBSCRIBER_WORDS,
    Word,
    read_words,
    split_words,
)

_PORT_MODE = Word("mode", "mode", str, str)
_WORDS: dict[str, tuple[Word, ...]] = {
    "port": (_PORT_MODE, *PORT_WORDS),
    "bw-profile": PROFILE_WORDS,
    "endpoint": ENDPOINT_WORDS,
    "subscriber": SUBSCRIBER_WORDS,
    "notch": NOTCH_WORDS,
}
_IGNORED = re.compile(
    r"(!|end\Z|Building configuration|username |snmp-server community |ip route )"
)
_INTERFACE = {"10GigabitEthernet": "10G", "GigabitEthernet": "Gi"}


def parse_config(text: str, ghn_ports: int, port_mode: str) -> SimConfig:
    """Return the configuration behind a text; raise UnexpectedReply with the first bad line."""
    config = SimConfig()
    config.ports = {n: SimPortConfig(n, port_mode) for n in range(1, ghn_ports + 1)}
    config.profiles = {1: replace(DEFAULT_PROFILE)}
    interface = ""
    for line in text.splitlines():
        if not line.strip() or _IGNORED.match(line):
            continue
        try:
            if line.startswith(" "):
                _read_interface_line(config, interface, line.strip())
            else:
                interface = _read_line(config, line)
        except (ValueError, KeyError, IndexError, TypeError):
            message = f"The configuration has a line that cannot be read: {line}"
            raise UnexpectedReply(message, line) from None
    return config


def _read_line(config: SimConfig, line: str) -> str:
    """Read one line at the left margin; return the interface that it opens, or nothing."""
    words = split_words(line)
    head = words[0]
    if head == "interface":
        if words[1] == "vlan":
            config.management_vlan = int(words[2])
        return " ".join(words[1:])
    if head == "hostname":
        config.hostname = words[1]
    elif head == "vlan":
        config.vlans.add(int(words[1]))
    elif head == "snmp-server" and words[1] in ("contact", "location"):
        setattr(config, words[1], line.split(" ", 2)[2])
    elif line == "no ghn endpoint-auto-upgrade":
        config.endpoint_auto_upgrade = False
    elif head == "ghn":
        _read_ghn(config, words[1], words[2], words[3:])
    else:
        raise ValueError(line)
    return ""


def _read_interface_line(config: SimConfig, interface: str, line: str) -> None:
    kind, _, number = interface.partition(" ")
    if line.startswith("ip address ") and kind == "vlan":
        config.management_ip = line.split()[2]
    elif line.startswith("switchport trunk allowed vlan "):
        config.uplink_allowed_vlans = line.split()[-1]
    elif line == "shutdown":
        config.ports_shut.add(f"{_INTERFACE[kind]} {number}")
    elif not line.startswith("switchport "):
        raise ValueError(line)


def _read_ghn(config: SimConfig, kind: str, argument: str, rest: list[str]) -> None:
    if kind == "subscriber-model":
        config.subscriber_model = "portAware" if argument == "port-aware" else "endpointAware"
        return
    number = int(argument)
    if kind == "default-nni":
        config.default_uplink = number
        return
    values: dict[str, Any] = read_words(_WORDS[kind], rest)
    if kind == "port":
        config.ports[number] = replace(config.ports[number], **values)
    elif kind == "bw-profile":
        config.profiles[number] = SimProfile(number, **values)
    elif kind == "endpoint":
        config.endpoints[number] = SimEndpointConfig(number, **values)
    elif kind == "subscriber":
        config.subscribers[number] = SimSubscriber(number, **values)
    else:
        config.notches[number] = SimNotch(number, **values)
