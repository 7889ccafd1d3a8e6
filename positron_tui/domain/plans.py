"""The fleet-wide catalogue of sold speeds; a profile is a plan's copy on one device."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """One sold speed in Mbit/s, 0 = no limit; `name` is unique in the catalogue."""

    name: str
    down_mbps: int
    up_mbps: int
