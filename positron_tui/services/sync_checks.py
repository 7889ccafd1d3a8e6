"""What is looked at again before a run acts: the limits, newer runs, and billing itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from positron_tui.config import BillingSettings
from positron_tui.domain.clock import Clock
from positron_tui.domain.mapping import Meaning, sold
from positron_tui.domain.sync_runs import ItemKind, RunState, SyncItem, SyncRun, Trigger
from positron_tui.domain.sync_types import guard
from positron_tui.services.billing import Billing
from positron_tui.services.leases import holder_is_dead
from positron_tui.store import Store

# Suspensions that came one by one count together for this long.
_WINDOW = timedelta(hours=1)


class SyncChecks:
    """The checks of all runs of this console."""

    def __init__(
        self, store: Store, billing: Billing, clock: Clock, settings: BillingSettings
    ) -> None:
        self._store = store
        self._billing = billing
        self._clock = clock
        self._settings = settings
        # The newest run that looked at a service, and what it wants: an older one must not do
        # anything else to it any more.
        self._latest: dict[tuple[str, str], tuple[int, frozenset[str]]] = {}

    def looked_at(
        self, run: SyncRun, service_ids: Collection[str], items: Sequence[SyncItem]
    ) -> None:
        """Note that a run compared these services, and what of older runs still stands."""
        wishes: dict[str, set[str]] = {}
        for item in items:
            wishes.setdefault(item.service_id, set()).add(item.key)
        for service_id in service_ids:
            keys = frozenset(wishes.get(service_id, ()))
            self._latest[run.system, service_id] = run.id, keys

    async def guard(self, run: SyncRun, items: Sequence[SyncItem]) -> str | None:
        """Return why a run that waits is past the limits on suspensions and removals, or None."""
        if run.state is not RunState.WAITING:
            return None
        cut = {one.service_id for one in items if one.kind.cuts_off}
        if not cut:
            return None
        base = len(await self._store.billing_services.links(run.system))
        if run.trigger is not Trigger.PERSON:
            since = self._clock.now() - _WINDOW
            cut |= await self._store.sync.cut_since(run.system, since)
        return guard(
            len(cut), base, self._settings.max_suspensions, self._settings.max_suspensions_percent
        )

    async def why_not(self, run: SyncRun, item: SyncItem) -> str | None:
        """Return why an item is not to be carried out any more; billing is asked before a cut."""
        newest, keys = self._latest.get((run.system, item.service_id), (run.id, frozenset()))
        if newest > run.id and item.key not in keys:
            return f"Run {newest} has looked at it since, and wants it no more."
        if item.kind is ItemKind.ADD:
            link = (await self._store.billing_services.links(run.system)).get(item.service_id)
            if link is not None:
                return f"It is {link.subject} on {link.device} by now."
        for other, begun in await self._store.sync.begun(run.system, item.service_id):
            if other.id != run.id and begun.key == item.key and not holder_is_dead(other.holder):
                return f"Run {other.id} is doing the same right now."
        if not item.kind.cuts_off:
            return None
        adapter = await self._billing.adapter(run.system)
        services = await adapter.account(item.account_id) or ()
        here = next((one for one in services if one.service_id == item.service_id), None)
        deleted = item.after.get("status") == "deleted"
        if here is None:
            return None if deleted else "Billing does not have it any more; it is left as it is."
        meaning = sold(here, await self._billing.mapping(run.system)).meaning
        if deleted or meaning in (Meaning.ACTIVE, Meaning.UNKNOWN):
            return f"Billing has it {meaning.value} by now, so it is left as it is."
        return None
