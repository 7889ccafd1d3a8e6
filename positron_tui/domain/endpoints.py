"""The G.hn box in the apartment, as a device reports it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from positron_tui.domain.readings import Source


class EndpointState(StrEnum):
    OK = "ok"
    NOT_DETECTED = "not_detected"
    QUARANTINED_WRONG_PORT = "quarantined_wrong_port"
    QUARANTINED_UNKNOWN_MAC = "quarantined_unknown_mac"

    @property
    def quarantined(self) -> bool:
        return self in (
            EndpointState.QUARANTINED_WRONG_PORT,
            EndpointState.QUARANTINED_UNKNOWN_MAC,
        )


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint of a device as it was last read; None always means unknown.

    `endpoint_id` (1-384) is None for one that is seen but not configured. `port` is where it is
    seen, else where it is configured. PHY rates are line rates in Mbit/s, `*_max_mbps` the usable
    throughput; down = towards the subscriber (the endpoint's Rx). `wire_length_m` exists on
    copper only. `state` is None when the device gives a number that the MIB does not know.
    """

    mac: str
    endpoint_id: int | None = None
    name: str | None = None
    description: str | None = None
    configured_port: str | None = None
    detected_port: str | None = None
    auto_port: bool | None = None
    state: EndpointState | None = None
    model: str | None = None
    serial: str | None = None
    firmware: str | None = None
    firmware_mismatch: bool | None = None
    down_phy_mbps: int | None = None
    up_phy_mbps: int | None = None
    down_max_mbps: int | None = None
    up_max_mbps: int | None = None
    wire_length_m: int | None = None
    uptime_s: int | None = None
    ethernet_up: bool | None = None
    ethernet_mbps: int | None = None
    subscriber: str | None = None
    source: Source | None = None

    @property
    def port(self) -> str | None:
        return self.detected_port or self.configured_port

    @property
    def configured(self) -> bool:
        return self.endpoint_id is not None
