"""`ghn ...` and `no ghn ...` in configuration mode; attributes in any order, all optional."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from positron_tui.simulator.cli.grammar import Handler, Values
from positron_tui.simulator.cli.shell import Shell
from positron_tui.simulator.config import (
    SimEndpointConfig,
    SimNotch,
    SimProfile,
    SimSubscriber,
)
from positron_tui.simulator.plant import default_endpoint_name
from positron_tui.simulator.state import GhnError

ATTRIBUTES = {
    "port": (
        "mode {mode:mimo|siso}",
        "name <name:text31>",
        "{shutdown:shutdown}",
    ),
    "profile": (
        "name <name:text31>",
        "description <description:text127>",
        "rate-downstream <down_mbps:0-1999>",
        "rate-upstream <up_mbps:0-1999>",
        "service-limit-level <limit:1-4>",
    ),
    "endpoint": (
        "name <name:text31>",
        "mac-address <mac:mac>",
        "description <description:text127>",
        "port {port:unassigned|auto}",
        "port <port:1-24>",
        "{allow_management:allow-management-access}",
    ),
    "subscriber": (
        "name <name:text31>",
        "description <description:text127>",
        "endpoint <endpoint_id:1-384>",
        "vid <vlan:1-4095>",
        "{tagging:tagged|untagged}",
        "remapped-vid {remapped_vlan:none}",
        "remapped-vid <remapped_vlan:1-4095>",
        "bw-profile {profile_id:unthrottled}",
        "bw-profile <profile_id:1-15>",
        "allowed-vlan {allowed_vlans:none}",
        "allowed-vlan <allowed_vlans:vlans>",
        "port2-vid {port2_vlan:none}",
        "port2-vid <port2_vlan:1-4095>",
    ),
    "poe": ("poe {poe:disable|enable|force}",),
    "notch": (
        "startfreq <start_mhz:decimal>",
        "stopfreq <stop_mhz:decimal>",
        "depth {depth_db:remove}",
        "depth <depth_db:decimal>",
    ),
}
# Words that stand for an unset value, in attributes that are not free text.
_UNSET: dict[str, Any] = {"none": 0, "unthrottled": 0, "unassigned": 0, "remove": 0.0}
_FREE_TEXT = ("name", "description", "mac")


def _changes(values: Values, *leave_out: str) -> dict[str, Any]:
    """Return the attributes as field values."""
    changes = {}
    for key, value in values.items():
        if key in ("id", *leave_out):
            continue
        is_word = isinstance(value, str) and key not in _FREE_TEXT
        changes[key] = _UNSET.get(value, value) if is_word else value
    return changes


def port(shell: Shell, values: Values) -> list[str]:
    current = shell.device.running.ports.get(values["id"])
    if current is None:
        raise GhnError(-5)
    changes = _changes(values)
    if "shutdown" in changes:
        changes["shutdown"] = True
    shell.device.set_port(replace(current, **changes))
    return []


def no_port(shell: Shell, values: Values) -> list[str]:
    """`no ghn port 3 shutdown` switches on; without a word all settings go back to default."""
    current = shell.device.running.ports.get(values["id"])
    if current is None:
        raise GhnError(-5)
    changes: dict[str, Any] = {"shutdown": False}
    if "shutdown" not in values:
        changes |= {"name": "", "mode": "mimo" if current.mode == "siso" else current.mode}
    shell.device.set_port(replace(current, **changes))
    return []


def profile(shell: Shell, values: Values) -> list[str]:
    number, changes = values["id"], _changes(values, "limit")
    current = shell.device.running.profiles.get(number)
    if current is None:
        shell.device.add_profile(SimProfile(number, **{"name": "", **_NO_RATES, **changes}))
    else:
        shell.device.set_profile(replace(current, **changes))
    return []


_NO_RATES = {"down_mbps": 0, "up_mbps": 0}


def no_profile(shell: Shell, values: Values) -> list[str]:
    shell.device.delete_profile(values["id"])
    return []


def endpoint(shell: Shell, values: Values) -> list[str]:
    number, changes = values["id"], _changes(values)
    if "allow_management" in changes:
        changes["allow_management"] = True
    if "port" in changes:
        changes["auto_port"] = changes["port"] == "auto"
        changes["port"] = 0 if changes["auto_port"] else changes["port"]
    current = shell.device.running.endpoints.get(number)
    if current is None:
        mac = str(changes.get("mac", ""))
        fresh = {"name": default_endpoint_name(mac), "mac": mac, **changes}
        shell.device.add_endpoint(SimEndpointConfig(number, **fresh))
    else:
        shell.device.set_endpoint(replace(current, **changes))
    return []


def no_endpoint(shell: Shell, values: Values) -> list[str]:
    """Delete an endpoint, unbind it from its port, or take its management access away."""
    current = shell.device.running.endpoints.get(values["id"])
    if current is None:
        raise GhnError(-9)
    if "port" in values:
        shell.device.set_endpoint(replace(current, port=0, auto_port=False))
    elif "allow_management" in values:
        shell.device.set_endpoint(replace(current, allow_management=False))
    else:
        shell.device.delete_endpoint(values["id"])
    return []


def subscriber(shell: Shell, values: Values) -> list[str]:
    number, changes = values["id"], _changes(values, "tagging")
    if "tagging" in values:
        changes["tagged"] = values["tagging"] == "tagged"
    if changes.get("allowed_vlans") == 0:
        changes["allowed_vlans"] = []
    current = shell.device.running.subscribers.get(number)
    if current is None:
        shell.device.add_subscriber(SimSubscriber(number, **{"name": "", **changes}))
    else:
        shell.device.set_subscriber(replace(current, **changes))
    return []


def no_subscriber(shell: Shell, values: Values) -> list[str]:
    current = shell.device.running.subscribers.get(values["id"])
    if current is None:
        raise GhnError(-7)
    if "endpoint" in values:
        shell.device.set_subscriber(replace(current, endpoint_id=0))
    else:
        shell.device.delete_subscriber(values["id"])
    return []


def notch(shell: Shell, values: Values) -> list[str]:
    current = shell.device.running.notches.get(values["id"])
    fresh = current or SimNotch(values["id"], 0.0, 0.0, 0.0)
    shell.device.set_notch(replace(fresh, **_changes(values)))
    return []


def no_notch(shell: Shell, values: Values) -> list[str]:
    shell.device.delete_notch(values["id"])
    return []


_BASE: list[tuple[str, Handler]] = [
    ("ghn port <id:1-24> @port", port),
    ("no ghn port <id:1-24>", no_port),
    ("no ghn port <id:1-24> {shutdown:shutdown}", no_port),
    ("ghn bw-profile <id:1-15> @profile", profile),
    ("no ghn bw-profile <id:1-15>", no_profile),
    ("ghn endpoint <id:1-384> @endpoint", endpoint),
    ("no ghn endpoint <id:1-384>", no_endpoint),
    ("no ghn endpoint <id:1-384> {port:port}", no_endpoint),
    ("no ghn endpoint <id:1-384> {allow_management:allow-management-access}", no_endpoint),
    ("ghn subscriber <id:1-384> @subscriber", subscriber),
    ("no ghn subscriber <id:1-384>", no_subscriber),
    ("no ghn subscriber <id:1-384> {endpoint:endpoint}", no_subscriber),
    ("ghn notch <id:1-10> @notch", notch),
    ("no ghn notch <id:1-10>", no_notch),
]


def commands(poe: bool) -> list[tuple[str, Handler]]:
    """Return the commands; `poe` came with firmware 1.5."""
    extra: list[tuple[str, Handler]] = [("ghn subscriber <id:1-384> @poe", subscriber)]
    return _BASE + extra if poe else _BASE
