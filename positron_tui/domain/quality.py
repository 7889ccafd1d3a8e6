"""How good a link is, and why an endpoint is kept out, in words.

The limits for SNR (40 dB) and the asymmetry rule stand in the vendor's troubleshooting guide; the
steps between good and bad are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from positron_tui.domain.devices import Line
from positron_tui.domain.endpoints import Endpoint, EndpointState


class Level(StrEnum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Asymmetry:
    """Difference of the two PHY rates in percent of the higher one."""

    percent: int
    level: Level


def asymmetry(
    endpoint: Endpoint, line: Line | None, *, demand_split: bool | None = None
) -> Asymmetry | None:
    """Judge the two directions of a link; None when a rate is unknown or the rule does not hold.

    On copper the split follows demand unless that is switched off (`demand_split` False), so
    unequal rates say nothing there.
    """
    down, up = endpoint.down_phy_mbps, endpoint.up_phy_mbps
    if not down or not up or (line is not Line.COAX and demand_split is not False):
        return None
    percent = round(abs(down - up) * 100 / max(down, up))
    if percent <= 15:
        return Asymmetry(percent, Level.GOOD)
    return Asymmetry(percent, Level.WARN if percent <= 30 else Level.BAD)


def snr_level(db: float) -> Level:
    """Judge a maximum SNR in dB."""
    if db >= 40:
        return Level.GOOD
    return Level.WARN if db >= 30 else Level.BAD


def endpoint_advice(endpoint: Endpoint) -> str | None:
    """Say in plain words what keeps this endpoint from working and what to do, or None."""
    if endpoint.state is EndpointState.QUARANTINED_UNKNOWN_MAC:
        return (
            f"Quarantined: it is plugged in on {endpoint.detected_port or 'a port'}, but this unit "
            "has no endpoint with its MAC address, so it gets no service. Put a subscriber on it "
            "(that also configures it), or unplug it."
        )
    if endpoint.state is EndpointState.QUARANTINED_WRONG_PORT:
        return _wrong_port(endpoint)
    if endpoint.state is EndpointState.NOT_DETECTED:
        where = f" on {endpoint.configured_port}" if endpoint.configured_port else ""
        return (
            f"Missing: it is configured{where}, but nothing answers there. Check its power, "
            "the cable and the splitters."
        )
    return None


def _wrong_port(endpoint: Endpoint) -> str:
    if endpoint.configured_port is None:
        return (
            f"Quarantined: it is configured without a port and was seen on "
            f"{endpoint.detected_port or 'a port'}, so it gets no service. Put a subscriber on it "
            "(that also binds it to this port)."
        )
    return (
        f"Quarantined: it is configured for {endpoint.configured_port}, but plugged in on "
        f"{endpoint.detected_port or 'another port'}, so it gets no service. Move the cable back "
        "or bind the endpoint to the port where it is."
    )
