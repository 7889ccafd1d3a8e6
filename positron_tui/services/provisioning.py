"""The first face of the change engine: one subscriber, put on one device."""

from __future__ import annotations

from positron_tui.domain.changes import Change
from positron_tui.domain.edits_subscribers import AddSubscriber
from positron_tui.domain.provisioning import SubscriberRequest
from positron_tui.services.changes import Changes
from positron_tui.services.editor import EditorChoices, editor_choices
from positron_tui.services.fleet import Fleet
from positron_tui.services.prepared import DeviceEdit, OnProgress, PreparedChange
from positron_tui.services.vlan_pools import VlanPools

__all__ = ["EditorChoices", "PreparedChange", "Provisioning"]


class Provisioning:
    """Plans and runs new subscribers, and says what there is to choose from."""

    def __init__(self, *, fleet: Fleet, changes: Changes, pools: VlanPools) -> None:
        self._fleet = fleet
        self._changes = changes
        self._pools = pools

    async def prepare(self, request: SubscriberRequest) -> PreparedChange:
        """Read the device, check the request and plan it; see `Changes.prepare`."""
        return await self._changes.prepare(DeviceEdit.of(request.device, AddSubscriber(request)))

    async def execute(
        self, prepared: PreparedChange, on_progress: OnProgress = lambda change: None
    ) -> Change:
        """Run a prepared change; see `Changes.execute`."""
        return await self._changes.execute(prepared, on_progress)

    def offer(self, device_name: str) -> EditorChoices:
        """Return what the subscriber editor offers for a device; NotFound if unknown."""
        view = self._fleet.get(device_name)
        return editor_choices(
            view,
            console_read_only=self._changes.read_only,
            pool=self._pools.of(view.device.site),
            taken=self._pools.taken(view.device.site),
        )

    async def settle_unfinished(self) -> tuple[Change, ...]:
        """Find changes that a crash left open, read their devices, and record what is there."""
        return await self._changes.settle()
