"""How polling a device has gone lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PollState:
    """The record of polling one device.

    `reachable` is None before the first poll. `failure` is the sentence of the last failed poll,
    None after a good one. `overruns` counts polls that were skipped because the one before them
    was still running. `duration_s` is that of the last poll that finished.
    """

    last_poll_at: datetime | None = None
    last_good_at: datetime | None = None
    reachable: bool | None = None
    failure: str | None = None
    failures_in_a_row: int = 0
    overruns: int = 0
    duration_s: float | None = None
