"""Which endpoints a unit knows or sees, in which state, and how its ports stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from positron_tui.domain.mac import format_mac, mac_octets
from positron_tui.domain.ports import PORT_INDEX_BASE, PortKind, port_name
from positron_tui.simulator import state as st
from positron_tui.simulator.config import SimEndpointConfig, SimSubscriber
from positron_tui.simulator.state import SeenEndpoint, SimEndpoint, SimPort

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

GHN_MBPS, UPLINK_MBPS, MGMT_MBPS = 2_500, 10_000, 1_000
PORT_AWARE = "portAware"


def mac_plus(mac: str, offset: int) -> str:
    """Return the MAC `offset` addresses further."""
    value = (int.from_bytes(mac_octets(mac), "big") + offset) % (1 << 48)
    return format_mac(value.to_bytes(6, "big"))


def endpoint_state(
    config: SimEndpointConfig | None, box: SimEndpoint | None, port_aware: bool
) -> int:
    """Return the state number; a configured, unassigned one that is seen is on a wrong port."""
    if box is None:
        return st.NOT_DETECTED
    if box.state_override is not None:
        return box.state_override
    if config is None:
        return st.UNKNOWN_MAC
    if port_aware or config.port == box.port:
        return st.OK
    return st.WRONG_PORT


def visible_box(device: SimDevice, mac: str, now: float) -> SimEndpoint | None:
    box = device.plant.get(mac)
    if box is None or not 1 <= box.port <= device.model.ghn_ports or now < box.away_until:
        return None
    return box


def seen_endpoints(device: SimDevice) -> list[SeenEndpoint]:
    """Return every endpoint that is configured or seen, ordered by MAC."""
    running = device.running
    port_aware = running.subscriber_model == PORT_AWARE
    configs = {config.mac: config for config in running.endpoints.values()}
    by_endpoint = {sub.endpoint_id: sub for sub in running.subscribers.values() if sub.endpoint_id}
    by_port = {sub.port: sub for sub in running.subscribers.values() if sub.port}
    now = device.clock.monotonic()
    boxes = {mac: box for mac in device.plant if (box := visible_box(device, mac, now))}

    def subscriber_of(
        config: SimEndpointConfig | None, box: SimEndpoint | None
    ) -> SimSubscriber | None:
        if port_aware:
            return by_port.get(box.port) if box else None
        return by_endpoint.get(config.endpoint_id) if config else None

    rows = []
    for mac in sorted(configs.keys() | boxes.keys()):
        config, box = configs.get(mac), boxes.get(mac)
        subscriber = subscriber_of(config, box)
        profile_id = subscriber.profile_id if subscriber else 1
        rows.append(
            SeenEndpoint(
                mac,
                endpoint_state(config, box, port_aware),
                box.port if box else 0,
                config,
                box,
                subscriber,
                running.profiles.get(profile_id),
            )
        )
    return rows


def ghn_ports(device: SimDevice) -> list[SimPort]:
    """Return the G.hn ports 1..N with their outages and the endpoints seen on them."""
    seen = seen_endpoints(device)
    ports = []
    for number in range(1, device.model.ghn_ports + 1):
        config = device.running.ports[number]
        here = tuple(row.mac for row in seen if row.detected_port == number)
        lost = [
            row
            for row in seen
            if row.state == st.NOT_DETECTED
            and row.configured_port == number
            and not config.shutdown
        ]
        ports.append(
            SimPort(
                number,
                number,
                PORT_INDEX_BASE + number,
                PortKind.GHN,
                port_name(PortKind.GHN, number),
                device.port_mac(number),
                GHN_MBPS,
                shutdown=config.shutdown,
                oper_up=bool(here) and not config.shutdown,
                label=config.name,
                mode=config.mode,
                outage_sa=any(row.subscriber for row in lost),
                outage_nsa=any(row.subscriber is None for row in lost),
                endpoint_macs=here,
            )
        )
    return ports


def other_ports(device: SimDevice) -> list[SimPort]:
    """Return the uplinks and the management port."""
    first = device.model.ghn_ports + 1
    plan = [(PortKind.UPLINK, number, UPLINK_MBPS) for number in range(1, device.uplinks + 1)]
    plan.append((PortKind.MGMT, 1, MGMT_MBPS))
    ports = []
    for bridge_port, (kind, number, speed) in enumerate(plan, first):
        name = port_name(kind, number)
        shutdown = name in device.running.ports_shut
        ports.append(
            SimPort(
                number,
                bridge_port,
                PORT_INDEX_BASE + bridge_port,
                kind,
                name,
                device.port_mac(bridge_port),
                speed,
                shutdown=shutdown,
                oper_up=not shutdown and bridge_port not in device.ports_down,
            )
        )
    return ports


def settle(device: SimDevice) -> None:
    """Bind auto-port endpoints where they are seen and, port-aware, adopt unknown ones."""
    port_aware = device.running.subscriber_model == PORT_AWARE
    for row in seen_endpoints(device):
        if row.box is None:
            continue
        if row.config is None:
            if port_aware:
                adopt(device, row.mac)
        elif row.config.auto_port and row.config.port == 0 and not port_aware:
            row.config.port = row.box.port


def adopt(device: SimDevice, mac: str) -> None:
    """Configure an endpoint under its default name, as a port-aware unit does by itself."""
    used = device.running.endpoints
    free = next((number for number in range(1, 385) if number not in used), None)
    if free is not None:
        used[free] = SimEndpointConfig(free, default_endpoint_name(mac), mac)


def default_endpoint_name(mac: str) -> str:
    """Return the name a unit gives by itself ("Positron_1C9508")."""
    return "Positron_" + mac.replace(":", "").upper()[-6:]
