"""Counters computed from elapsed time: nothing ticks, and equal times give equal counters.

Each flow's rate swings slowly around its mean, so that the integral has a closed form. A meter
freezes what was counted when the set of flows behind it changes, so counters never go back
before a restart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from positron_tui.domain.mac import mac_octets
from positron_tui.domain.ports import PORT_INDEX_BASE
from positron_tui.simulator.plant import seen_endpoints
from positron_tui.simulator.state import OK, PortTraffic, SeenEndpoint

if TYPE_CHECKING:
    from positron_tui.simulator.device import SimDevice

SWING = 0.45
OCTETS_PER_PACKET = 870
MGMT_BPS = 4_000.0
CLEAN_SNR_DB = 38.0
_WRAP = 1 << 64


@dataclass(frozen=True, slots=True)
class Flow:
    """Mean rates of one endpoint (bit/s), its phase, and the share of packets it damages."""

    down_bps: float
    up_bps: float
    phase: float
    error_share: float = 0.0


Signature = tuple[Flow, ...]


@dataclass(slots=True)
class Meter:
    """Octets and errors (down, up) counted before `since`, and the flows that run from there."""

    flows: Signature
    since: float
    down: float = 0.0
    up: float = 0.0
    down_errors: float = 0.0
    up_errors: float = 0.0


def mean_share(start: float, end: float, phase: float) -> float:
    """Return the integral of a flow's swing over `start`..`end`, in seconds."""
    period = 180.0 + 240.0 * phase
    omega = 2 * math.pi / period
    shift = 2 * math.pi * phase
    wave = math.cos(omega * start + shift) - math.cos(omega * end + shift)
    return (end - start) + SWING * wave / omega


def flow_of(row: SeenEndpoint) -> Flow | None:
    """Return what an endpoint carries; nothing passes without a subscriber and a good state."""
    box = row.box
    if box is None or row.subscriber is None or row.state != OK:
        return None
    last = mac_octets(row.mac)[3:]
    phase = int.from_bytes(last, "big") * 0.618_033_988 % 1.0
    errors = max(0.0, CLEAN_SNR_DB - box.snr_db) * 2e-6
    return Flow(box.traffic_down_bps, box.traffic_up_bps, phase, errors)


def _integrate(meter: Meter, end: float) -> tuple[float, float, float, float]:
    down, up, down_errors, up_errors = meter.down, meter.up, meter.down_errors, meter.up_errors
    for flow in meter.flows:
        seconds = mean_share(meter.since, end, flow.phase)
        flow_down, flow_up = flow.down_bps * seconds / 8, flow.up_bps * seconds / 8
        down += flow_down
        up += flow_up
        down_errors += flow_down * flow.error_share / OCTETS_PER_PACKET
        up_errors += flow_up * flow.error_share / OCTETS_PER_PACKET
    return down, up, down_errors, up_errors


def read_meter(
    meters: dict[str, Meter], key: str, flows: Iterable[Flow], since: float, now: float
) -> tuple[int, int, int, int]:
    """Return (down, up, down errors, up errors) of meter `key`, started at `since` if new."""
    signature = tuple(flows)
    meter = meters.get(key)
    if meter is None:
        meter = meters[key] = Meter(signature, since)
    values = _integrate(meter, now)
    if meter.flows != signature:
        meters[key] = Meter(signature, now, *values)
    return (
        int(values[0]) % _WRAP,
        int(values[1]) % _WRAP,
        int(values[2]) % _WRAP,
        int(values[3]) % _WRAP,
    )


def _counted(inward: int, outward: int, in_errors: int, out_errors: int) -> PortTraffic:
    return PortTraffic(
        inward,
        outward,
        inward // OCTETS_PER_PACKET,
        outward // OCTETS_PER_PACKET,
        in_errors,
        out_errors,
    )


def traffic_table(device: SimDevice) -> dict[int, PortTraffic]:
    """Return the counters of all ports by ifIndex, in one pass over the endpoints."""
    ghn = device.model.ghn_ports
    by_port: dict[int, list[Flow]] = {number: [] for number in range(1, ghn + device.uplinks + 2)}
    for row in seen_endpoints(device):
        flow = flow_of(row)
        if flow is None or row.subscriber is None:
            continue
        by_port[row.detected_port].append(flow)
        uplink = row.subscriber.uplink or device.running.default_uplink
        by_port[ghn + min(uplink, device.uplinks)].append(flow)
    mgmt = ghn + device.uplinks + 1
    by_port[mgmt].append(Flow(MGMT_BPS, 2 * MGMT_BPS, 0.5))
    now, meters = device.clock.monotonic(), device.runtime.meters
    table = {}
    for number, flows in by_port.items():
        down, up, _, up_errors = read_meter(meters, f"port {number}", flows, device.booted_at, now)
        # A G.hn port receives what goes up; an uplink receives what goes down.
        counters = _counted(up, down, up_errors, 0) if number <= ghn else _counted(down, up, 0, 0)
        table[PORT_INDEX_BASE + number] = _since_clear(device, number, counters)
    return table


def _since_clear(device: SimDevice, number: int, counters: PortTraffic) -> PortTraffic:
    zero = device.runtime.cleared.get(number)
    if zero is None:
        return counters
    return PortTraffic(
        *(
            getattr(counters, name) - getattr(zero, name)
            for name in PortTraffic.__dataclass_fields__
        )
    )


def clear_port(device: SimDevice, number: int) -> None:
    """Start the counters of bridge port `number` at zero again."""
    device.runtime.cleared.pop(number, None)
    device.runtime.cleared[number] = traffic_table(device)[PORT_INDEX_BASE + number]


def endpoint_traffic(device: SimDevice, mac: str, eth_port: int) -> PortTraffic:
    """Return the counters of an endpoint's Ethernet port 1 or 2 (in = from the subscriber)."""
    row = device.seen_by_mac(mac)
    return PortTraffic() if row is None else row_traffic(device, row, eth_port)


def row_traffic(device: SimDevice, row: SeenEndpoint, eth_port: int) -> PortTraffic:
    """Return the counters of an endpoint that was looked up before.

    The second port carries a tenth of the load where the subscriber has a VLAN on it.
    """
    if row.box is None:
        return PortTraffic()
    flow = flow_of(row)
    share = 1.0
    if eth_port == 2:
        share = 0.1 if row.subscriber and row.subscriber.port2_vlan else 0.0
    flows = (
        [Flow(flow.down_bps * share, flow.up_bps * share, flow.phase, flow.error_share)]
        if flow
        else []
    )
    since = max(row.box.booted_at, device.booted_at)
    key = f"{row.mac} {eth_port} {row.box.booted_at}"
    down, up, down_errors, up_errors = read_meter(
        device.runtime.meters, key, flows, since, device.clock.monotonic()
    )
    return _counted(up, down, up_errors, down_errors)
