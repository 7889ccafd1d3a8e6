"""`show` commands about interfaces, VLANs, addresses, sessions and files; `ping`."""

from __future__ import annotations

from positron_tui.domain.ports import PortKind
from positron_tui.simulator.cli.grammar import Handler, Values
from positron_tui.simulator.cli.shell import Shell
from positron_tui.simulator.configtext.render import used_vlans
from positron_tui.simulator.state import SimPort

_KINDS = {
    "G.hn": PortKind.GHN,
    "10GigabitEthernet": PortKind.UPLINK,
    "GigabitEthernet": PortKind.MGMT,
}
_SPEEDS = {2_500: "2.5Gfdx", 10_000: "10Gfdx", 1_000: "1Gfdx"}


def _chosen(shell: Shell, values: Values) -> list[SimPort]:
    """Return the ports of `<type> <list>`, or all; an empty list means all of the type."""
    ports = shell.device.ports()
    if "type" not in values:
        return ports
    kind = _KINDS[values["type"]]
    return [
        p for p in ports if p.kind is kind and (not values["list"] or p.number in values["list"])
    ]


def interface_status(shell: Shell, values: Values) -> list[str]:
    lines = [
        "Interface  Mode     Speed   Aneg       Media Type SFP Family   Link    "
        "Operational Warnings",
        "---------  -------  ------  ---------  ---------- ----------  -------  "
        "--------------------",
    ]
    for port in _chosen(shell, values):
        mode = "disabled" if port.shutdown else "enabled"
        link = _SPEEDS[port.speed_mbps] if port.oper_up else "Down"
        media = "SFP" if port.kind is PortKind.UPLINK else "RJ45"
        family = "10G" if port.kind is PortKind.UPLINK else "None"
        speed = _SPEEDS[port.speed_mbps]
        lines.append(
            f"{port.name:<9}  {mode:<8} {speed:<7} {'No':<10} {media:<10} {family:<10}  {link}"
        )
    return lines


def interface_statistics(shell: Shell, values: Values) -> list[str]:
    table, lines = shell.device.traffic_table(), []
    for port in _chosen(shell, values):
        counted = table[port.if_index]
        rows = [
            ("Packets", counted.in_packets, counted.out_packets),
            ("Octets", counted.in_octets, counted.out_octets),
            ("Errors", counted.in_errors, counted.out_errors),
        ]
        lines += [f"{port.name} Statistics:", ""]
        for name, inward, outward in rows:
            lines.append(
                f"{'Rx ' + name + ':':<12} {inward:>18}   Tx {name + ':':<9} {outward:>18}"
            )
        lines += ["Rx Filtered:                  0", ""]
    return lines


def clear_statistics(shell: Shell, values: Values) -> list[str]:
    for port in _chosen(shell, values):
        shell.device.clear_port_traffic(port.bridge_port)
    return []


def show_vlan(shell: Shell, _: Values) -> list[str]:
    device = shell.device
    ghn = f"G.hn 1/1-{device.model.ghn_ports}"
    uplinks = "10G 1/1" if device.uplinks == 1 else f"10G 1/1-{device.uplinks}"
    lines = ["VLAN  Name                              Interfaces"]
    for vlan in sorted(used_vlans(device.running)):
        name = "default" if vlan == 1 else f"VLAN{vlan:04d}"
        where = "Gi 1/1" if vlan == 1 else ghn if vlan == 2 else f"{ghn} {uplinks}"
        lines.append(f"{vlan:<4}  {name:<32}  {where}")
    return lines


def show_ip_brief(shell: Shell, _: Values) -> list[str]:
    running = shell.device.running
    return [
        "Interface   Address              Status",
        "----------  -------------------  ------",
        f"VLAN {running.management_vlan:<5}  {running.management_ip + '/24':<19}  UP",
    ]


def show_ip_route(shell: Shell, _: Values) -> list[str]:
    running = shell.device.running
    network = running.management_ip.rsplit(".", 1)[0]
    return [
        f"0.0.0.0/0 via {network}.1",
        f"{network}.0/24 via VLAN{running.management_vlan}",
    ]


def show_users(shell: Shell, _: Values) -> list[str]:
    return shell.users()


def show_terminal(shell: Shell, _: Values) -> list[str]:
    terminal = shell.terminal
    return [
        "Line is vty.",
        f"    Width is {terminal.columns}.",
        f"    Length is {terminal.rows}.",
        f"    Execution timeout is {terminal.idle_s // 60} min {terminal.idle_s % 60} second.",
    ]


def ping(shell: Shell, values: Values) -> list[str]:
    count = values.get("repeat", 5)
    replies = [f"64 bytes from {values['host']}: icmp_seq={n}, time=1ms" for n in range(count)]
    return [*replies, f"Sent {count} packets, received {count} OK, 0 bad"]


def show_dir(shell: Shell, _: Values) -> list[str]:
    size = len(shell.device.startup_text().encode())
    stamp = shell.device.now().strftime("%Y-%m-%d %H:%M:%S")
    return [
        "Directory of flash:",
        "  r- 1970-01-01 00:00:00      316 default-config",
        f"  rw {stamp} {size:8d} startup-config",
        f"2 files, {size + 316} bytes total.",
    ]


_TYPE = "{type:GigabitEthernet|10GigabitEthernet|G.hn} <list:ports>"
COMMANDS: list[tuple[str, Handler]] = [
    (f"show interface {_TYPE} status", interface_status),
    ("show interface * status", interface_status),
    (f"show interface {_TYPE} statistics", interface_statistics),
    ("show interface * statistics", interface_statistics),
    (f"clear statistics {_TYPE}", clear_statistics),
    ("clear statistics *", clear_statistics),
    ("show vlan", show_vlan),
    ("show ip interface brief", show_ip_brief),
    ("show ip route", show_ip_route),
    ("show users", show_users),
    ("show users myself", show_users),
    ("show terminal", show_terminal),
    ("ping ip <host:ip>", ping),
    ("ping ip <host:ip> repeat <repeat:1-60>", ping),
    ("dir", show_dir),
]
