"""Polls every device on its own schedule."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from positron_tui.domain.devices import Section


@dataclass(frozen=True, slots=True)
class PollOutcome:
    """How one poll went; `failures` has a sentence for each section that could not be read."""

    name: str
    reachable: bool
    sections: frozenset[Section]
    failures: Mapping[Section, str] = field(default_factory=dict)
    failure: str | None = None
    duration_s: float = 0.0


class Monitor:
    """One task per device while started; `poll` works without it too."""

    def start(self) -> None:
        """Begin to poll all devices, and those that are added later."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End all polling; returns when no poll runs any more."""
        raise NotImplementedError

    async def poll(self, name: str, sections: Collection[Section] | None = None) -> PollOutcome:
        """Read a device now (all sections unless told); device failures are in the outcome."""
        raise NotImplementedError

    def pause(self, name: str | None = None) -> None:
        """Hold the schedule of one device, or of all."""
        raise NotImplementedError

    def resume(self, name: str | None = None) -> None:
        """Go on with the schedule of one device, or of all."""
        raise NotImplementedError

    def next_poll_at(self, name: str) -> datetime | None:
        """Return when the next scheduled poll is due; None when none is scheduled."""
        raise NotImplementedError
