"""Rates from counters, by the time that really passed."""

from __future__ import annotations


def rate_mbps(
    previous_octets: int | None,
    current_octets: int | None,
    elapsed_s: float,
    *,
    restarted: bool = False,
    line_mbps: int | None = None,
) -> float | None:
    """Return Mbit/s between two readings, or None for a gap.

    A gap is a missing reading, a restart, a counter that went backwards (cleared or wrapped: the
    two cannot be told apart) or a rate above what the line can carry.
    """
    if previous_octets is None or current_octets is None or restarted or elapsed_s <= 0:
        return None
    octets = current_octets - previous_octets
    if octets < 0:
        return None
    mbps = octets * 8 / elapsed_s / 1_000_000
    # A tenth of room: the two readings are not taken at the very same moment of a poll.
    if line_mbps and mbps > line_mbps * 1.1:
        return None
    return mbps
