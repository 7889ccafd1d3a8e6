"""Changes of devices: planned from a fresh read, shown, applied, verified, saved, recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from positron_tui.domain.changes import Change
from positron_tui.domain.devices import Line, SubscriberModel
from positron_tui.domain.endpoints import Endpoint
from positron_tui.domain.ports import Port
from positron_tui.domain.provisioning import PlannedService, SubscriberRequest
from positron_tui.domain.running_config import RunningConfig
from positron_tui.domain.subscribers import Profile


@dataclass(frozen=True, slots=True)
class PreparedChange:
    """A plan that may be executed as it stands; `basis` is the reading that it was made from."""

    change: Change
    warnings: tuple[str, ...]
    request: SubscriberRequest
    planned: PlannedService
    basis: RunningConfig


@dataclass(frozen=True, slots=True)
class EditorChoices:
    """What a person can choose from when adding a subscriber, from the last readings.

    `free_endpoints` have no service yet, configured or only seen. `ports` are the G.hn ports.
    """

    device: str
    line: Line | None
    subscriber_model: SubscriberModel | None
    free_endpoints: tuple[Endpoint, ...]
    ports: tuple[Port, ...]
    plans: tuple[Profile, ...]
    next_free_vlan: int | None
    read_only: bool
    hints: tuple[str, ...] = ()


class Provisioning:
    """Plans and runs changes, one writer per device."""

    async def prepare(self, request: SubscriberRequest) -> PreparedChange:
        """Read the device, check the request and plan it; sends nothing that changes anything.

        Raises ValidationFailed with every finding, DeviceUnreachable, ReadOnlyRefused never.
        """
        raise NotImplementedError

    async def execute(
        self,
        prepared: PreparedChange,
        on_progress: Callable[[Change], None] = lambda change: None,
    ) -> Change:
        """Run a prepared change and return it in an end state with its sentence.

        Raises Refused (ReadOnlyRefused, DeviceBusy, DeviceChanged) before anything is sent;
        failures of the device are in the returned change.
        """
        raise NotImplementedError

    def offer(self, device_name: str) -> EditorChoices:
        """Return what the subscriber editor offers for a device; NotFound if unknown."""
        raise NotImplementedError

    async def settle_unfinished(self) -> tuple[Change, ...]:
        """Find changes that a crash left open, read their devices, and record what is there."""
        raise NotImplementedError
