"""`show ghn maxsnr`: the best signal-to-noise ratio of an endpoint's link."""

from __future__ import annotations

import re
from dataclasses import dataclass

from positron_tui.gam.parsers.text import not_understood

DOWNSTREAM = "downstream"
UPSTREAM = "upstream"
_LINE = re.compile(
    r"snr for line #?\s*(\d{1,3})\s*:\s*(-?\d{1,4}(?:\.\d{1,6})?)", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class SnrReading:
    """SNR in dB of one pair; `direction` is downstream or upstream, `line` 1 or 2 (MIMO).

    The device prints dBm, which is a slip of its own.
    """

    direction: str
    line: int
    db: float


def snr_command(mac: str, direction: str) -> str:
    return f"show ghn maxsnr endpoint-mac {mac} {direction}"


def parse_snr(text: str, direction: str) -> tuple[SnrReading, ...]:
    """Read one direction; raise UnexpectedReply with the device's words when there is no value."""
    readings = tuple(
        SnrReading(direction, int(match[1]), float(match[2])) for match in _LINE.finditer(text)
    )
    if not readings:
        raise not_understood("show ghn maxsnr", text)
    return readings
