"""Helps a person to map a billing system: what it has, real rows, and what they would come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from positron_tui.domain.billing import BillingService
from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import ValidationFailed
from positron_tui.domain.mapping import BillingMapping, Sold
from positron_tui.domain.mapping_check import SystemFacts, mapping_problems
from positron_tui.domain.sync_runs import ItemKind, SyncItem, Trigger
from positron_tui.services.billing import Billing, with_mapping
from positron_tui.services.sync_compare import Comparer
from positron_tui.services.sync_reading import Told
from positron_tui.store import Store

# Told how many services were read so far.
OnRows = Callable[[int], None]
AGREES = "agrees"
# What a person has to look at stands first.
_FIRST = (ItemKind.EXCEPTION, ItemKind.CONFLICT)
_LAST = (ItemKind.WRITE, ItemKind.WAITING, ItemKind.LINK)
_ORDER = (*_FIRST, *(one for one in ItemKind if one not in (*_FIRST, *_LAST)), *_LAST)


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One real service: what billing says, what we understand, and what a sync would do."""

    service: BillingService
    sold: Sold
    items: tuple[SyncItem, ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind of what matters most of what would be done, or that nothing would."""
        kinds = {one.kind for one in self.items}
        return next((one.value for one in _ORDER if one in kinds), AGREES)


class MappingGuide:
    """Reads a billing system for a mapping; nothing is kept and nothing changes anywhere."""

    def __init__(self, *, store: Store, billing: Billing, comparer: Comparer, clock: Clock) -> None:
        self._store = store
        self._billing = billing
        self._comparer = comparer
        self._clock = clock

    async def facts(self, name: str) -> SystemFacts:
        """Return what a mapping of this system may name; BillingError."""
        adapter = await self._billing.adapter(name)
        return SystemFacts(await adapter.fields(), await adapter.plans(), await adapter.statuses())

    async def rows(
        self, name: str, most: int, on_rows: OnRows = lambda count: None
    ) -> tuple[BillingService, ...]:
        """Return up to `most` services as billing has them now; BillingError."""
        adapter = await self._billing.adapter(name)
        found: list[BillingService] = []
        async for page in adapter.pages():
            found += page.services
            on_rows(len(found))
            if len(found) >= most:
                break
        return tuple(found[:most])

    async def check(
        self, before: BillingMapping, after: BillingMapping, facts: SystemFacts
    ) -> None:
        """Raise ValidationFailed when what changed names what billing or we do not have."""
        catalogue = [one.name for one in await self._store.plans.list()]
        problems = mapping_problems(before, after, facts, catalogue)
        if problems:
            raise ValidationFailed(problems)

    async def preview(
        self, name: str, mapping: BillingMapping, rows: Sequence[BillingService]
    ) -> tuple[PreviewRow, ...]:
        """Return what a mapping makes of rows, and what a sync of them would do."""
        system = with_mapping(await self._billing.get(name), mapping)
        found = await self._comparer.compare(
            system, Told(tuple(rows)), Trigger.PERSON, self._clock.now()
        )
        items: dict[str, list[SyncItem]] = {}
        for item in found.items:
            items.setdefault(item.service_id, []).append(item)
        by_id = {one.service_id: one for one in found.services}
        return tuple(
            PreviewRow(row, by_id[row.service_id], tuple(items.get(row.service_id, ())))
            for row in rows
        )


def chosen_rows(rows: Sequence[PreviewRow], most: int) -> tuple[PreviewRow, ...]:
    """Return some rows with something of every kind, what a person has to look at first."""
    kinds: dict[str, list[PreviewRow]] = {}
    for row in rows:
        kinds.setdefault(row.kind, []).append(row)
    order = [*(one.value for one in _ORDER), AGREES]
    queues = [kinds[kind] for kind in order if kind in kinds]
    picked: list[PreviewRow] = []
    for turn in range(max(map(len, queues), default=0)):
        picked += [queue[turn] for queue in queues if turn < len(queue)]
    kept = picked[:most]
    return tuple(sorted(kept, key=lambda one: order.index(one.kind)))
