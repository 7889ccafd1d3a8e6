"""From an item of a sync to an edit of a device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from positron_tui.domain.edits_subscribers import EditSubscriber
from positron_tui.domain.errors import NotFound, Refused
from positron_tui.domain.mapping import (
    DESCRIPTION,
    DEVICE,
    MAC,
    PLAN,
    UNTHROTTLED,
    VLAN,
    Sold,
    service_name,
)
from positron_tui.domain.names import MAX_NAME
from positron_tui.domain.natural import SUBSCRIBER
from positron_tui.domain.provisioning import SubscriberRequest, next_free_vlan
from positron_tui.domain.sync_runs import ItemKind, SyncItem
from positron_tui.services.actions import Actions
from positron_tui.services.fleet import Fleet
from positron_tui.services.intent import Intent
from positron_tui.services.intent_types import Direction
from positron_tui.services.prepared import DeviceEdit
from positron_tui.services.reader import DeviceReader
from positron_tui.services.vlan_pools import VlanPools

# The fields of a drift that hold what an item names otherwise.
_DRIFT_FIELDS = {MAC: "endpoint"}


class SyncEdits:
    """Makes the edit of an item, with today's fleet, intent and pools."""

    def __init__(
        self,
        *,
        fleet: Fleet,
        actions: Actions,
        intent: Intent,
        reader: DeviceReader,
        pools: VlanPools,
        name_template: str,
    ) -> None:
        self._fleet = fleet
        self._actions = actions
        self._intent = intent
        self._reader = reader
        self._pools = pools
        self._name_template = name_template

    def name_of(self, one: Sold, device: str) -> str:
        """Return a free name for a new subscriber of a device."""
        name = service_name(self._name_template, one)
        if self._fleet.get(device).subscriber_by_name(name) is None:
            return name
        return self.name_with_number(one, name)

    def name_with_number(self, one: Sold, name: str) -> str:
        """Return a name that nobody else has: with the number of the service."""
        tail = f" {one.service_id}"
        return name[: MAX_NAME - len(tail)].rstrip() + tail

    async def of(self, item: SyncItem) -> DeviceEdit:
        """Return the edit of an item that changes a device; Refused, NotFound, ConfigError."""
        if item.device is None or item.subject is None:
            raise Refused("It names no device and no subscriber; run the sync again.")
        device, name = item.device, item.subject
        if item.kind is ItemKind.ADD:
            return await self._actions.subscriber_add(await self._request(item, device, name))
        if item.kind is ItemKind.EDIT:
            return await self._actions.subscriber_edit(device, _edit(name, item.after))
        if item.kind is ItemKind.SWAP:
            return await self._actions.subscriber_swap(device, name, item.after[MAC])
        if item.kind is ItemKind.SUSPEND:
            return await self._actions.subscriber_suspend(device, name)
        if item.kind is ItemKind.RESUME:
            return await self._actions.subscriber_resume(device, name)
        if item.kind is ItemKind.REMOVE:
            return await self._actions.subscriber_remove(device, name)
        if item.kind is ItemKind.RECONCILE:
            return await self._reconcile(device, name)
        raise Refused(f"There is nothing to be done to a device for '{item.kind.value}'.")

    async def intend_as_it_runs(self, item: SyncItem) -> None:
        """Let the intent follow where the device ran already what an edit asks for."""
        if item.device is None:
            return
        fields = {_DRIFT_FIELDS.get(name, name) for name in item.after}
        report = await self._intent.drift(item.device)
        lines = [
            one
            for one in report.items
            if (one.kind, one.subject) == (SUBSCRIBER, item.subject) and one.field in fields
        ]
        await self._intent.reconcile_edit(lines, Direction.INTENDED)

    async def _request(self, item: SyncItem, device: str, name: str) -> SubscriberRequest:
        told = item.after.get(VLAN)
        vlan = int(told) if told else await self._free_vlan(device)
        return SubscriberRequest(
            name=name,
            device=device,
            vlan=vlan,
            endpoint_mac=item.after[MAC],
            plan=item.after.get(PLAN) or None,
            description=item.after.get(DESCRIPTION) or None,
        )

    async def _free_vlan(self, device: str) -> int:
        """Return the next free VLAN of the site's pool by a fresh reading of the device."""
        site = self._fleet.get(device).device.site
        fresh = await self._reader.fresh(device)
        vlan = next_free_vlan(fresh.running, self._pools.of(site), self._pools.taken(site))
        if vlan is None:
            raise Refused(
                f"The VLAN pool of {site or device} has no free VLAN; widen 'vlan_pool' below "
                "[provisioning] in the settings."
            )
        return vlan

    async def _reconcile(self, device: str, name: str) -> DeviceEdit:
        report = await self._intent.drift(device)
        lines = [
            one
            for one in report.items
            if (one.kind, one.subject) == (SUBSCRIBER, name) and one.intended != one.running
        ]
        if not lines:
            raise NotFound(f"{name} on {device} runs as it is intended by now.")
        edits = await self._intent.reconcile_edit(lines, Direction.DEVICE)
        return edits[0]


def _edit(name: str, after: Mapping[str, str]) -> EditSubscriber:
    fields: dict[str, Any] = {}
    if PLAN in after:
        fields["plan"] = None if after[PLAN] == UNTHROTTLED else after[PLAN]
    if after.get(VLAN):
        fields["vlan"] = int(after[VLAN])
    if DESCRIPTION in after:
        fields["description"] = after[DESCRIPTION] or None
    if DEVICE in after or not fields:
        raise Refused("It changes nothing that the console can change; move it by hand.")
    return EditSubscriber(name, **fields)
