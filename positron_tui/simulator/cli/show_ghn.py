"""`show ghn ...`: ports, endpoints, subscribers, profiles, discovery, SNR, notches."""

from __future__ import annotations

from positron_tui.domain.devices import Line
from positron_tui.domain.ports import PORT_INDEX_BASE
from positron_tui.simulator.cli.grammar import Handler, Values
from positron_tui.simulator.cli.shell import Shell
from positron_tui.simulator.config import SimEndpointConfig, SimPortConfig
from positron_tui.simulator.configtext.words import format_mhz, format_vlans
from positron_tui.simulator.rules import MAX_NOTCHES
from positron_tui.simulator.state import GhnError, PortTraffic, SeenEndpoint, SimEndpoint

_ERROR_NAMES = (
    "tx_collisions",
    "tx_max_collisions",
    "rx_errors",
    "rx_collisions",
    "rx_length_errors",
    "rx_storage_errors",
    "rx_fifo_errors",
    "rx_crc_errors",
)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def discover(shell: Shell, _: Values) -> list[str]:
    """List all endpoints; the older layout has single blanks only."""
    wide = shell.device.personality.wide_discover
    header = (
        "Port  MACAddress         Configured  IsUP" if wide else "Port MACAddress Configured IsUP"
    )
    lines = [header, "-" * len(header)]
    for row in sorted(shell.device.seen_endpoints(), key=_discovery_order):
        port, mac = row.detected_port or row.configured_port, row.mac.upper()
        configured, is_up = _yes(row.config is not None), _yes(row.box is not None)
        if wide:
            lines.append(f"{port:2d}    {mac}  {configured:<10}  {is_up}")
        else:
            lines.append(f"{port} {mac} {configured} {is_up}")
    return lines


def _discovery_order(row: SeenEndpoint) -> tuple[int, str]:
    return row.detected_port or row.configured_port or 1_000, row.mac


def _port(shell: Shell, values: Values) -> SimPortConfig:
    port = shell.device.running.ports.get(values["id"])
    if port is None:
        raise GhnError(-5)
    return port


def port_configuration(shell: Shell, values: Values) -> list[str]:
    port = _port(shell, values)
    return [
        f"Enable: {'No' if port.shutdown else 'Yes'}",
        f"Name: {port.name}",
        f"MAC: {shell.device.port_mac(port.number)}",
        f"Mode: {port.mode.upper()}",
    ]


def port_status(shell: Shell, values: Values) -> list[str]:
    port = _port(shell, values)
    macs = [r.mac for r in shell.device.seen_endpoints() if r.detected_port == port.number]
    lines = [f" Active Links: {len(macs)}", " Discovered Endpoint MAC:"]
    return lines + [f"   {mac}" for mac in macs]


def port_status_detail(shell: Shell, values: Values) -> list[str]:
    lines = port_status(shell, values)
    for row in shell.device.seen_endpoints():
        if row.detected_port == values["id"] and row.box is not None:
            lines += ["", *_status_lines(shell, row, row.box)]
    return lines


def _statistics(title: str, counted: PortTraffic) -> list[str]:
    info = {
        "tx_bytes": counted.out_octets,
        "rx_bytes": counted.in_octets,
        "tx_packets": counted.out_packets,
        "rx_packets": counted.in_packets,
        "out_queue_full": 0,
        "tx_errors": counted.out_errors,
        "rx_errors": counted.in_errors,
    }
    errors = dict.fromkeys(_ERROR_NAMES, 0) | {
        "rx_errors": counted.in_errors,
        "rx_crc_errors": counted.in_errors,
    }
    lines = [title, " Info"]
    lines += [f"  {name:<18}: {value}" for name, value in info.items()]
    lines.append(" Errors")
    return lines + [f"  {name:<18}: {value}" for name, value in errors.items()]


def port_statistics(shell: Shell, values: Values) -> list[str]:
    number = _port(shell, values).number
    counted = shell.device.port_traffic(PORT_INDEX_BASE + number)
    return _statistics(f"Port: {number}", counted)


def clear_port(shell: Shell, values: Values) -> list[str]:
    shell.device.clear_port_traffic(_port(shell, values).number)
    return []


def _endpoint(shell: Shell, values: Values) -> SimEndpointConfig:
    endpoint = shell.device.running.endpoints.get(values["id"])
    if endpoint is None:
        raise GhnError(-9)
    return endpoint


def _seen(shell: Shell, values: Values) -> tuple[SeenEndpoint, SimEndpoint]:
    row = shell.device.seen_by_mac(_endpoint(shell, values).mac)
    if row is None or row.box is None:
        raise GhnError(-12)
    return row, row.box


def endpoint_configuration(shell: Shell, values: Values) -> list[str]:
    endpoint = _endpoint(shell, values)
    port = str(endpoint.port) if endpoint.port else "auto" if endpoint.auto_port else "unassigned"
    return [
        f"MAC: {endpoint.mac}",
        f"Name: {endpoint.name}",
        f"Description: {endpoint.description}",
        f"Management Access: {'Yes' if endpoint.allow_management else 'No'}",
        f"GAM port Id: {port}",
    ]


def endpoint_status(shell: Shell, values: Values) -> list[str]:
    row, box = _seen(shell, values)
    return _status_lines(shell, row, box)[:5]


def endpoint_status_detail(shell: Shell, values: Values) -> list[str]:
    return _status_lines(shell, *_seen(shell, values))


def _status_lines(shell: Shell, row: SeenEndpoint, box: SimEndpoint) -> list[str]:
    """Return the block of one detected endpoint; bands and wire length exist on copper only."""
    fields: list[tuple[str, object]] = [
        ("Model", box.model_text),
        ("Serial no", box.serial),
        ("FW Version", box.firmware),
        ("Downstream Current Allocated Bandwidth", f"{box.down_phy_mbps} Mbps"),
        ("Upstream Current Allocated Bandwidth", f"{box.up_phy_mbps} Mbps"),
    ]
    copper = shell.device.model.line is Line.COPPER
    if copper or shell.device.personality.wide_discover:
        fields += [
            ("Downstream Max Allocatable Bandwidth", f"{box.down_max_mbps} Mbps"),
            ("Upstream Max Allocatable Bandwidth", f"{box.up_max_mbps} Mbps"),
        ]
    busy = row.subscriber is not None
    fields += [
        ("Downstream Current Usage", f"{_mbps(box.traffic_down_bps, busy)} Mbps"),
        ("Upstream Current Usage", f"{_mbps(box.traffic_up_bps, busy)} Mbps"),
    ]
    if copper:
        fields += [
            ("Downstream Number of Allocated Bands", box.bands),
            ("Upstream Number of Allocated Bands", box.bands),
            ("Estimated Wire Length", f"{box.wire_length_m} m"),
        ]
    fields.append(("Uptime", shell.device.endpoint_uptime_text(row.mac)))
    return [
        f"Discovered Endpoint on G.hn port {row.detected_port}",
        f"Endpoint MAC: {row.mac}",
        *(f" {name:<40}: {value}" for name, value in fields),
    ]


def _mbps(bits_per_second: float, busy: bool) -> int:
    return round(bits_per_second / 1e6) if busy else 0


def endpoint_statistics(shell: Shell, values: Values) -> list[str]:
    row, _ = _seen(shell, values)
    return _statistics(f"Endpoint: {row.endpoint_id}", shell.device.endpoint_traffic(row.mac))


def subscriber(shell: Shell, values: Values) -> list[str]:
    sub = shell.device.running.subscribers.get(values["id"])
    if sub is None:
        raise GhnError(-7)
    lines = [
        f"Name: {sub.name}",
        f"Description: {sub.description}",
        f"Vlan: {sub.vlan} {'Tagged' if sub.tagged else 'Untagged'}",
        f"Endpoint Id: {sub.endpoint_id or 'None'}",
        f"BW profile Id: {sub.profile_id or 'None'}",
        f"Allowed Vlan: {format_vlans(sub.allowed_vlans)}",
    ]
    optional = [("Remapped Vlan", sub.remapped_vlan), ("Port 2 Vlan", sub.port2_vlan)]
    lines += [f"{name}: {value}" for name, value in optional if value]
    if shell.device.personality.poe_words:
        lines.append(f"PoE: {sub.poe}")
    return lines


def profile(shell: Shell, values: Values) -> list[str]:
    item = shell.device.running.profiles.get(values["id"])
    if item is None:
        raise GhnError(-21)
    return [
        f"Name: {item.name}",
        f"Description: {item.description}",
        f"DS: {item.down_mbps} Mbps",
        f"US: {item.up_mbps} Mbps",
    ]


def maxsnr(shell: Shell, values: Values) -> list[str]:
    """Show the SNR of an endpoint for each pair in use; "dBm" is the device's own slip."""
    row = shell.device.seen_by_mac(values["mac"])
    if row is None or row.box is None:
        raise GhnError(-53)
    base = row.box.snr_db - (0.5 if values["direction"] == "upstream" else 0.0)
    mimo = shell.device.running.ports[row.detected_port].mode == "mimo"
    levels = [base, base - 1.0] if mimo else [base]
    return [f"Max SNR for line #{n}: {level:.1f}dBm" for n, level in enumerate(levels, 1)]


def notches(shell: Shell, _: Values) -> list[str]:
    lines = ["Id  Start freq  Stop freq  Depth", "--------------------------------"]
    for number in range(1, MAX_NOTCHES + 1):
        notch = shell.device.running.notches.get(number)
        start = format_mhz(notch.start_mhz) if notch else "0"
        stop = format_mhz(notch.stop_mhz) if notch else "0"
        depth = "0" if notch is None else format_mhz(notch.depth_db) if notch.depth_db else "remove"
        lines.append(f"{number:<3} {start:<11} {stop:<10} {depth}")
    return lines


def vectorboost(shell: Shell, _: Values) -> list[str]:
    if shell.device.model.line is not Line.COPPER:
        raise GhnError(-3)
    return ["READY" if shell.device.uptime_s() >= 60 else "measuring"]


COMMANDS: list[tuple[str, Handler]] = [
    ("show ghn discover all", discover),
    ("show ghn port <id:1-24> configuration", port_configuration),
    ("show ghn port <id:1-24> statistics", port_statistics),
    ("show ghn port <id:1-24> status", port_status),
    ("show ghn port <id:1-24> status detail", port_status_detail),
    ("clear ghn port <id:1-24> statistics", clear_port),
    ("show ghn endpoint <id:1-384> configuration", endpoint_configuration),
    ("show ghn endpoint <id:1-384> statistics", endpoint_statistics),
    ("show ghn endpoint <id:1-384> status", endpoint_status),
    ("show ghn endpoint <id:1-384> status detail", endpoint_status_detail),
    ("show ghn subscriber <id:1-384>", subscriber),
    ("show ghn subscriber <id:1-384> configuration", subscriber),
    ("show ghn bw-profile <id:1-15>", profile),
    ("show ghn bw-profile <id:1-15> configuration", profile),
    ("show ghn maxsnr endpoint-mac <mac:mac> {direction:upstream|downstream}", maxsnr),
    ("show ghn notch configuration", notches),
    ("show ghn vectorboost state", vectorboost),
    ("show ghn vectorboost state detail", vectorboost),
]
