"""From what billing told to the items of a run."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from positron_tui.config import BillingSettings, OnGone, ZeroTouch
from positron_tui.domain.mapping import BillingMapping, Sold, sold, value_words
from positron_tui.domain.sync import compare
from positron_tui.domain.sync_runs import (
    BillingSystem,
    Conflict,
    ItemKind,
    Link,
    Outcome,
    SyncItem,
    Trigger,
)
from positron_tui.domain.sync_types import Clash, Compared, Cut, Policy, Wish
from positron_tui.services.billing import is_confirmed, mapping_of
from positron_tui.services.fleet import Fleet
from positron_tui.services.intent import Intent
from positron_tui.services.sync_edits import SyncEdits
from positron_tui.services.sync_plant import Plant, PlantReader
from positron_tui.services.sync_reading import Told
from positron_tui.store import Store
from positron_tui.store.billing_services import ToldService

_CUT = {OnGone.ASK: Cut.ASK, OnGone.SUSPEND: Cut.SUSPEND, OnGone.REMOVE: Cut.REMOVE}
_LISTED = (ItemKind.EXCEPTION, ItemKind.CONFLICT, ItemKind.WAITING)
# Exceptions and conflicts are what a person looks at first.
_ORDER = (ItemKind.EXCEPTION, ItemKind.CONFLICT)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, and the items and conflicts that came of it."""

    compared: Compared
    items: tuple[SyncItem, ...]
    conflicts: tuple[Conflict, ...]
    services: tuple[Sold, ...]


class Comparer:
    """Compares by the settings, the mapping, and what the console knows right now."""

    def __init__(
        self,
        *,
        store: Store,
        plant: PlantReader,
        intent: Intent,
        edits: SyncEdits,
        fleet: Fleet,
        settings: BillingSettings,
        read_only: bool,
    ) -> None:
        self._store = store
        self._plant = plant
        self._intent = intent
        self._edits = edits
        self._fleet = fleet
        self._settings = settings
        self._read_only = read_only

    async def compare(
        self,
        system: BillingSystem,
        told: Told,
        trigger: Trigger,
        now: datetime,
    ) -> Comparison:
        """Return the items of a run over what was told; nothing is kept."""
        mapping = mapping_of(system)
        links = await self._store.billing_services.links(system.name)
        plant = await self._plant.read()
        policy = Policy(_CUT[self._settings.on_cancelled], _CUT[self._settings.on_deleted])
        services, compared = await asyncio.to_thread(
            compared_by, told, links, plant, mapping, policy
        )
        items = tuple(self._items(compared, trigger, self._why_wait(system, trigger)))
        conflicts = await self._conflicts(system.name, compared, told, now)
        return Comparison(compared, items, conflicts, services)

    def _why_wait(self, system: BillingSystem, trigger: Trigger) -> str | None:
        """Return why a run does not act without a person, None = it does."""
        if trigger is Trigger.PERSON:
            return None
        if self._read_only:
            return "This console is read-only."
        if not self._settings.automatic:
            return "Runs by themselves only propose ('automatic' below [billing])."
        if not is_confirmed(system):
            return (
                f"Nobody has said yes to a whole sync of {system.name} with this mapping yet: do "
                f"that once with 'sync run {system.name}'."
            )
        return None

    def _items(
        self, compared: Compared, trigger: Trigger, why_wait: str | None
    ) -> Iterator[SyncItem]:
        wishes = [*compared.wishes, *(_wish_of(one) for one in compared.clashes)]
        wishes.sort(key=lambda one: one.kind not in _ORDER)
        names: set[tuple[str, str]] = set()
        for position, wish in enumerate(wishes):
            item = self._item(position, wish, trigger, names)
            yield item if trigger is Trigger.PERSON else self._by_itself(item, why_wait)

    def _by_itself(self, item: SyncItem, why_wait: str | None) -> SyncItem:
        """What must not be done, or would be refused, without a person is only proposed."""
        if item.outcome is not Outcome.PENDING:
            return item
        device = item.device if item.kind.changes_device else None
        if why_wait is None and device and self._fleet.get(device).device.read_only:
            why_wait = f"{device} is read-only; lift that with 'device edit {device} --writable'."
        if why_wait is None:
            return item
        return replace(item, outcome=Outcome.PROPOSED, reason=f"{item.reason} {why_wait}")

    def _item(
        self, position: int, wish: Wish, trigger: Trigger, names: set[tuple[str, str]]
    ) -> SyncItem:
        one = wish.sold
        device = wish.held.device if wish.held else None
        subject = wish.held.name if wish.held else None
        kind, outcome, reason = wish.kind, Outcome.PENDING, wish.reason
        if kind is ItemKind.ADD and wish.place is not None:
            device = wish.place.device
            subject = self._free_name(one, device, names)
            kind, outcome, reason = self._zero_touch(wish, trigger)
        elif kind in _LISTED:
            outcome = Outcome.LISTED
        elif kind is ItemKind.LINK:
            outcome = Outcome.DONE
        return SyncItem(
            position=position,
            kind=kind,
            service_id=one.service_id,
            account_id=one.account_id,
            account_name=one.account_name,
            device=device,
            subject=subject,
            before=dict(wish.before),
            after=dict(wish.after),
            reason=reason,
            outcome=outcome,
        )

    def _free_name(self, one: Sold, device: str, names: set[tuple[str, str]]) -> str:
        """Two new services of one run must not get the same name."""
        name = self._edits.name_of(one, device)
        if (device, name) in names:
            name = self._edits.name_with_number(one, name)
        names.add((device, name))
        return name

    def _zero_touch(self, wish: Wish, trigger: Trigger) -> tuple[ItemKind, Outcome, str]:
        """Return what becomes of an endpoint that billing knows, by the policy of its site."""
        site = wish.place.site if wish.place else ""
        policy = self._settings.zero_touch_sites.get(site, self._settings.zero_touch)
        if policy is ZeroTouch.OFF:
            text = f"{wish.reason} New services are not set up from billing at '{site}'."
            return ItemKind.WAITING, Outcome.LISTED, text
        person = trigger is Trigger.PERSON
        runs = person or policy is ZeroTouch.RUN
        return ItemKind.ADD, Outcome.PENDING if runs else Outcome.PROPOSED, wish.reason

    async def _conflicts(
        self, system: str, compared: Compared, told: Told, now: datetime
    ) -> tuple[Conflict, ...]:
        accounts = {one.sold.account_id for one in compared.clashes}
        kept = await self._store.billing_services.all(system, accounts) if accounts else {}
        times = await self._intended_at({one.held.device for one in compared.clashes})
        return tuple(
            _conflict(system, one, kept.get(one.sold.service_id), times, now)
            for one in compared.clashes
        )

    async def _intended_at(
        self, devices: Collection[str]
    ) -> dict[tuple[str, str], datetime | None]:
        return {
            (device, one.subscriber.name): one.intended_at
            for device in devices
            for one in await self._intent.services(device)
        }


def compared_by(
    told: Told, links: dict[str, Link], plant: Plant, mapping: BillingMapping, policy: Policy
) -> tuple[tuple[Sold, ...], Compared]:
    """Read what was told by a mapping, and compare it with the plant. Pure."""
    services = tuple(sold(one, mapping) for one in told.services)
    gone = tuple(sold(one, mapping) for one in told.gone)
    return services, compare(services, plant.held, links, plant.seen, mapping, policy, gone)


def _wish_of(clash: Clash) -> Wish:
    name = clash.field
    agreed, billing, console = (
        value_words(name, one) for one in (clash.base[1], clash.billing_value, clash.console_value)
    )
    reason = (
        f"{name} changed on both sides since they agreed on {agreed}: billing has {billing}, the "
        f"console {console}."
    )
    return Wish(
        ItemKind.CONFLICT,
        clash.sold,
        reason,
        clash.held,
        {name: clash.console_value},
        {name: clash.billing_value},
    )


def _conflict(
    system: str,
    clash: Clash,
    told: ToldService | None,
    times: dict[tuple[str, str], datetime | None],
    now: datetime,
) -> Conflict:
    one, held = clash.sold, clash.held
    running = held.running.get(clash.field) if held.running is not None else None
    return Conflict(
        id=0,
        system=system,
        service_id=one.service_id,
        account_id=one.account_id,
        account_name=one.account_name,
        device=held.device,
        subject=held.name,
        field=clash.field,
        billing_value=clash.billing_value,
        console_value=clash.console_value,
        device_value=running,
        base_billing=clash.base[0],
        base_console=clash.base[1],
        found_at=now,
        billing_changed_at=told.changed_at if told else None,
        console_changed_at=times.get(held.place),
    )
