"""Port rates from two readings of a device, and whether it restarted between them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from positron_tui.domain.devices import Provenance, Section, Snapshot
from positron_tui.domain.ports import Port, PortKind
from positron_tui.domain.rates import rate_mbps
from positron_tui.services.views import PortRate

# The G.hn line carries at most 1.7 Gbit/s, both directions together (vendor data sheet).
_GHN_LINE_MBPS = 1_700
# How far two estimates of the moment of restart may be apart without a restart between them.
_BOOT_TOLERANCE_S = 120.0


def restarted(before: Snapshot, after: Snapshot) -> bool:
    """Return whether the device restarted between two readings of its uptime."""
    old, new = before.health.uptime_s, after.health.uptime_s
    if old is None or new is None:
        return False
    if new < old:
        return True
    elapsed = _elapsed_s(before, after, Section.HEALTH)
    return elapsed is not None and elapsed - (new - old) > _BOOT_TOLERANCE_S


def port_rates(
    before: Snapshot, after: Snapshot, *, reset: bool, steady_s: float | None = None
) -> dict[int, PortRate]:
    """Return the rates by if_index; a port that was not read twice has none.

    `steady_s` is the time between the two readings on a clock that cannot be set: where the
    wall clock tells otherwise it was set in between, and there is a gap.
    """
    elapsed = _elapsed_s(before, after, Section.PORTS)
    if elapsed is None or elapsed <= 0:
        return {}
    set_in_between = steady_s is not None and abs(elapsed - steady_s) > max(5.0, steady_s / 10)
    old = {port.if_index: port for port in before.ports}
    return {
        port.if_index: _rate(old[port.if_index], port, elapsed, reset or set_in_between)
        for port in after.ports
        if port.if_index in old
    }


def _rate(old: Port, new: Port, elapsed_s: float, reset: bool) -> PortRate:
    line = _GHN_LINE_MBPS if new.kind is PortKind.GHN else new.speed_mbps
    received, sent = (
        rate_mbps(was, now, elapsed_s, restarted=reset, line_mbps=line)
        for was, now in (
            (old.counters.in_octets, new.counters.in_octets),
            (old.counters.out_octets, new.counters.out_octets),
        )
    )
    # What leaves through a G.hn port goes down to subscribers; an uplink is the other way round.
    down, up = (sent, received) if new.kind is PortKind.GHN else (received, sent)
    return PortRate(down, up, elapsed_s)


def _elapsed_s(before: Snapshot, after: Snapshot, section: Section) -> float | None:
    first, second = _read_at(before.provenance, section), _read_at(after.provenance, section)
    return None if first is None or second is None else (second - first).total_seconds()


def _read_at(provenance: Mapping[Section, Provenance], section: Section) -> datetime | None:
    found = provenance.get(section)
    return found.read_at if found else None
