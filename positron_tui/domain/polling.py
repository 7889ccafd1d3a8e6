"""What is known about the polling of one device, apart from what the polls read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PollState:
    """The outcome of the latest poll of one device.

    `reachable` is None before the first poll ended. `failure` is the latest poll's sentence, None
    when it went well. `overruns` counts polls that were skipped because one was still running,
    since the device was onboarded. `duration_s` is the latest poll's real length.
    """

    last_poll_at: datetime | None = None
    last_good_at: datetime | None = None
    reachable: bool | None = None
    failure: str | None = None
    failures_in_a_row: int = 0
    overruns: int = 0
    duration_s: float | None = None
