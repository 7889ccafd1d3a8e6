"""Commands that move between modes, set the terminal, save, restart, and small configuration."""

from __future__ import annotations

from positron_tui.simulator.cli.grammar import Handler, Values
from positron_tui.simulator.cli.shell import CONFIG, DEFAULT_IDLE_S, Shell
from positron_tui.simulator.config import SimEndpointConfig
from positron_tui.simulator.state import GhnError

BUILDING = "Building configuration..."
_KINDS = {"10GigabitEthernet": "10G", "GigabitEthernet": "Gi", "G.hn": "G.hn"}


def configure(shell: Shell, _: Values) -> list[str]:
    shell.enter(CONFIG)
    return []


def leave(shell: Shell, _: Values) -> list[str]:
    shell.leave()
    return []


def logout(shell: Shell, _: Values) -> list[str]:
    shell.closing = True
    return []


def end(shell: Shell, _: Values) -> list[str]:
    del shell.modes[1:]
    return []


def terminal_length(shell: Shell, values: Values) -> list[str]:
    shell.terminal.rows = values["n"]
    return []


def terminal_width(shell: Shell, values: Values) -> list[str]:
    shell.terminal.columns = values["n"]
    return []


def terminal_timeout(shell: Shell, values: Values) -> list[str]:
    shell.terminal.idle_s = 60 * int(values["minutes"]) + int(values.get("seconds", 0))
    return []


def terminal_default_timeout(shell: Shell, _: Values) -> list[str]:
    shell.terminal.idle_s = DEFAULT_IDLE_S
    return []


def accept(_: Shell, __: Values) -> list[str]:
    """Take a setting that nothing here depends on."""
    return []


def save(shell: Shell, _: Values) -> list[str]:
    return [BUILDING, f"% Saving {shell.device.save()} bytes to flash:startup-config"]


def restore(shell: Shell, _: Values) -> list[str]:
    shell.device.load_startup()
    return []


def reload_cold(shell: Shell, _: Values) -> list[str]:
    shell.device.reboot()
    return ["% Cold reload in progress, please stand by."]


def _endpoint(shell: Shell, values: Values) -> tuple[str, SimEndpointConfig | None]:
    """Return the MAC that a command means, and the endpoint when it was named by id."""
    if "id" not in values:
        return str(values["mac"]), None
    endpoint = shell.device.running.endpoints.get(values["id"])
    if endpoint is None:
        raise GhnError(-9)
    return endpoint.mac, endpoint


def upgrade_endpoint(shell: Shell, values: Values) -> list[str]:
    shell.device.upgrade_endpoint(_endpoint(shell, values)[0])
    return []


def reboot_endpoint(shell: Shell, values: Values) -> list[str]:
    mac, endpoint = _endpoint(shell, values)
    shell.device.reboot_endpoint(mac)
    if endpoint:
        return [f"% Rebooting G.hn Endpoint {endpoint.endpoint_id} with MAC: {mac}"]
    return [f"% Rebooting G.hn Endpoint with MAC: {mac}"]


def hostname(shell: Shell, values: Values) -> list[str]:
    shell.device.running.hostname = values["name"]
    return []


def no_hostname(shell: Shell, _: Values) -> list[str]:
    shell.device.running.hostname = ""
    return []


def contact(shell: Shell, values: Values) -> list[str]:
    shell.device.running.contact = values["text"]
    return []


def location(shell: Shell, values: Values) -> list[str]:
    shell.device.running.location = values["text"]
    return []


def vlan(shell: Shell, values: Values) -> list[str]:
    shell.device.running.vlans.update(values["vlans"])
    shell.enter("config-vlan")
    return []


def no_vlan(shell: Shell, values: Values) -> list[str]:
    shell.device.running.vlans.difference_update(values["vlans"])
    return []


def interface_vlan(shell: Shell, values: Values) -> list[str]:
    shell.enter("config-if-vlan", str(values["vlan"]))
    return []


def interface(shell: Shell, values: Values) -> list[str]:
    names = [f"{_KINDS[values['type']]} 1/{number}" for number in values["list"]]
    shell.enter("config-if", ",".join(names))
    return []


def line(shell: Shell, _: Values) -> list[str]:
    shell.enter("config-line")
    return []


def ip_address(shell: Shell, values: Values) -> list[str]:
    running = shell.device.running
    running.management_vlan = int(shell.context)
    running.management_ip = values["address"]
    return []


def _set_shutdown(shell: Shell, shutdown: bool) -> list[str]:
    chosen = shell.context.split(",")
    for port in shell.device.ports():
        if port.name in chosen:
            shell.device.set_shutdown(port.bridge_port, shutdown)
    return []


def shutdown(shell: Shell, _: Values) -> list[str]:
    return _set_shutdown(shell, True)


def no_shutdown(shell: Shell, _: Values) -> list[str]:
    return _set_shutdown(shell, False)


def allowed_vlans(shell: Shell, values: Values) -> list[str]:
    shell.device.running.uplink_allowed_vlans = values["text"]
    return []


_EVERYWHERE: list[tuple[str, Handler]] = [("exit", leave), ("end", end)]
EXEC_COMMANDS: list[tuple[str, Handler]] = [
    ("configure terminal", configure),
    ("exit", leave),
    ("logout", logout),
    ("enable", accept),
    ("enable <level:0-15>", accept),
    ("terminal length <n:0-512>", terminal_length),
    ("terminal width <n:0-512>", terminal_width),
    ("terminal exec-timeout <minutes:0-1440>", terminal_timeout),
    ("terminal exec-timeout <minutes:0-1440> <seconds:0-3600>", terminal_timeout),
    ("no terminal exec-timeout", terminal_default_timeout),
    ("terminal history size <n:0-32>", accept),
    ("terminal editing", accept),
    ("no terminal editing", accept),
    ("copy running-config startup-config", save),
    ("copy startup-config running-config", restore),
    ("reload cold", reload_cold),
    ("reboot ghn endpoint <id:1-384>", reboot_endpoint),
    ("reboot ghn endpoint mac-address <mac:mac>", reboot_endpoint),
    ("ghn firmware upgrade endpoint <id:1-384>", upgrade_endpoint),
    ("ghn firmware upgrade endpoint mac-address <mac:mac>", upgrade_endpoint),
]
CONFIG_COMMANDS: list[tuple[str, Handler]] = [
    *_EVERYWHERE,
    ("hostname <name:text32>", hostname),
    ("no hostname", no_hostname),
    ("snmp-server contact <text:line>", contact),
    ("snmp-server location <text:line>", location),
    ("vlan <vlans:vlans>", vlan),
    ("no vlan <vlans:vlans>", no_vlan),
    ("interface vlan <vlan:1-4095>", interface_vlan),
    ("interface {type:GigabitEthernet|10GigabitEthernet|G.hn} <list:ports>", interface),
    ("line {line:console|vty} <list:lines>", line),
]
SUB_MODES: dict[str, list[tuple[str, Handler]]] = {
    "config-vlan": [*_EVERYWHERE, ("name <name:text32>", accept)],
    "config-if-vlan": [*_EVERYWHERE, ("ip address <address:ip> <mask:ip>", ip_address)],
    "config-if": [
        *_EVERYWHERE,
        ("shutdown", shutdown),
        ("no shutdown", no_shutdown),
        ("switchport trunk allowed vlan <text:line>", allowed_vlans),
        ("switchport trunk native vlan <vlan:1-4095>", accept),
        ("switchport mode {mode:access|trunk|hybrid}", accept),
    ],
    "config-line": [
        *_EVERYWHERE,
        ("length <n:0-512>", accept),
        ("width <n:0-512>", accept),
        ("exec-timeout <minutes:0-1440>", accept),
        ("exec-timeout <minutes:0-1440> <seconds:0-3600>", accept),
    ],
}
