"""When a device is polled next: a fixed grid per device, back-off while it is silent. Pure."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

# The first polls of a start follow each other this closely, unless the interval is too short.
START_STEP_S = 0.05


@dataclass(frozen=True, slots=True)
class Pace:
    """Polling times in seconds; `jitter_share` of the interval is added at random to each slot."""

    interval_s: float
    jitter_share: float = 0.1
    backoff_max_s: float = 600.0


def phase(name: str, interval_s: float) -> float:
    """Return a device's place within the interval: the same at every start, spread over it."""
    return zlib.crc32(name.encode()) / 2**32 * interval_s


def start_delay_s(position: int, count: int, interval_s: float) -> float:
    """Return how long the `position`-th of `count` devices waits for its first poll."""
    return position * min(START_STEP_S, interval_s / max(count, 1))


def backoff_s(pace: Pace, failures_in_a_row: int) -> float:
    """Return the least pause after so many failed polls; the interval doubles up to a cap."""
    if failures_in_a_row <= 1:
        return pace.interval_s
    cap = max(pace.backoff_max_s, pace.interval_s)
    return float(min(pace.interval_s * 2.0 ** min(failures_in_a_row - 1, 32), cap))


def next_slot(
    name: str, pace: Pace, now: float, jitter: float = 0.0, delay_s: float = 0.0
) -> float:
    """Return the first slot of the device's grid after `now + delay_s`, jitter (0..1) included."""
    offset = phase(name, pace.interval_s)
    earliest = now + delay_s
    slot = (math.floor((earliest - offset) / pace.interval_s) + 1) * pace.interval_s + offset
    return slot + jitter * pace.jitter_share * pace.interval_s


def missed_slots(due: float, ended: float, interval_s: float) -> int:
    """Return how many polls fell out because the one that was `due` ended only at `ended`."""
    return max(math.floor((ended - due) / interval_s), 0)
