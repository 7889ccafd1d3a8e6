"""Endpoints that are seen and have no service: not configured, or quarantined."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from positron_tui.domain.endpoints import EndpointState


@dataclass(frozen=True, slots=True)
class UnprovisionedRow:
    """One endpoint that waits for somebody; rates in Mbit/s, None = unknown.

    `first_seen` is when a poll first found it like this; `last_seen` when it was last read.
    `words` say what is wrong with it and what to do.
    """

    device: str
    site: str
    mac: str
    port: str | None
    state: EndpointState | None
    model: str | None
    firmware: str | None
    down_phy_mbps: int | None
    up_phy_mbps: int | None
    first_seen: datetime
    last_seen: datetime
    words: str


class Unprovisioned:
    """The list over the fleet, kept in step with the polls."""

    async def load(self) -> None:
        """Read from the store since when each endpoint is waiting."""
        raise NotImplementedError

    def rows(self, device: str | None = None) -> tuple[UnprovisionedRow, ...]:
        """Return what waits on one device or on all, the longest waiting first."""
        raise NotImplementedError
