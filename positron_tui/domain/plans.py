"""The fleet-wide catalogue of sold speeds; a profile is a plan's copy on one device."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from positron_tui.domain.devices import Line

LOWEST_RATE_MBPS = 10
HIGHEST_RATE_MBPS = {Line.COAX: 800, Line.COPPER: 1000}
# The limiter counts whole Ethernet frames: with less a speed test shows less than what was sold.
OVERHEAD_PERCENT = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """One sold speed in Mbit/s, 0 = no limit; `name` is unique in the catalogue."""

    name: str
    down_mbps: int
    up_mbps: int


def plan_rate(
    sold_mbps: int, overhead_percent: float = OVERHEAD_PERCENT, line: Line | None = None
) -> int | None:
    """Return the Mbit/s to limit to so that `sold_mbps` arrive, or None for unthrottled.

    That is ceil(sold * (1 + overhead)); above what the line can be limited to there is no limit.
    On an unknown line the highest limit of any line counts.
    """
    rate = ceil(sold_mbps * (1 + Fraction(str(overhead_percent)) / 100))
    most = HIGHEST_RATE_MBPS[line] if line else max(HIGHEST_RATE_MBPS.values())
    return rate if 0 < rate <= most else None


def plan_rates(
    plan: Plan, overhead_percent: float = OVERHEAD_PERCENT, line: Line | None = None
) -> tuple[int, int] | None:
    """Return a profile's rates (down, up; 0 = no limit) for a plan, or None for unthrottled."""
    down = plan_rate(plan.down_mbps, overhead_percent, line)
    up = plan_rate(plan.up_mbps, overhead_percent, line)
    return None if down is None and up is None else (down or 0, up or 0)
