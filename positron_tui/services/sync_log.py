"""The sync log: runs, their items, hooks that are late, and the whole story of one service."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from positron_tui.domain.errors import NotFound
from positron_tui.domain.mapping import BillingMapping, sold
from positron_tui.domain.sync_runs import Hook, HookState, Link, Outcome, SyncItem, SyncRun, Trigger
from positron_tui.services.billing import Billing, mapping_of
from positron_tui.services.fleet import Fleet
from positron_tui.services.intent import Intent
from positron_tui.services.sync import Sync
from positron_tui.services.sync_plant import PlantReader
from positron_tui.services.sync_types import Claim, OnSyncProgress, SyncReport, Why
from positron_tui.store import Store
from positron_tui.store.billing_services import ToldService
from positron_tui.store.intent import Truth


class SyncLog:
    """What was synced, and why something is as it is; reads the store alone."""

    def __init__(
        self,
        *,
        store: Store,
        billing: Billing,
        sync: Sync,
        plant: PlantReader,
        intent: Intent,
        fleet: Fleet,
    ) -> None:
        self._store = store
        self._billing = billing
        self._sync = sync
        self._plant = plant
        self._intent = intent
        self._fleet = fleet

    async def runs(self, limit: int = 50, system: str | None = None) -> tuple[SyncRun, ...]:
        """Return the newest runs without their items."""
        return await self._store.sync.runs(limit, system)

    async def left_behind(self, runs: Collection[SyncRun]) -> dict[int, int]:
        """Return, by run, how many items did not come to a good end; only of those with any."""
        return await self._store.sync.left_behind([one.id for one in runs])

    async def show(self, run_id: int) -> SyncReport:
        """Return one run with its items; NotFound."""
        return await self._sync.report(await self._store.sync.run(run_id))

    async def retry(
        self,
        run_id: int,
        positions: tuple[int, ...] = (),
        *,
        dry_run: bool = False,
        on_progress: OnSyncProgress = lambda progress: None,
    ) -> SyncReport:
        """Compare the accounts of items again (of all that did not end well, when none is named).

        Returns a run that waits like any other. NotFound when there is nothing to retry.
        """
        run = await self._store.sync.run(run_id)
        items = await self._store.sync.items(run_id)
        chosen = [one for one in items if _is_retried(one, positions)]
        if not chosen:
            raise NotFound(f"Nothing of sync run {run_id} is left to be tried again.")
        return await self._sync.prepare(
            run.system,
            accounts={one.account_id for one in chosen},
            trigger=Trigger.PERSON,
            dry_run=dry_run,
            on_progress=on_progress,
        )

    async def why(self, device: str, name: str) -> tuple[Why, ...]:
        """Return what each billing system, the console and the device say of a subscriber.

        One entry for each service that is linked to it; one without a system when there is none.
        """
        self._fleet.get(device)
        plant = await self._plant.read({device})
        held = next((one for one in plant.held if one.name == name), None)
        service = await self._intent.service(device, name)
        copies = await self._store.intent.copies(device)
        running = copies.get(Truth.RUNNING)
        base = Why(
            system=None,
            held=held,
            intended_at=service.intended_at if service else None,
            running_read_at=running.read_at if running else None,
        )
        found = []
        for system in await self._billing.list():
            links = await self._store.billing_services.links(system.name)
            for link in links.values():
                if (link.device, link.subject) == (device, name):
                    found.append(await self._told(base, system.name, link))
        return tuple(found) or (base,)

    async def hooks(
        self, limit: int = 200, system: str | None = None, state: HookState | None = None
    ) -> tuple[Hook, ...]:
        """Return the newest hooks, of one system or in one state when that is named."""
        return await self._store.hooks.list(limit, system, state)

    async def claims(self, macs: Collection[str]) -> Mapping[str, tuple[Claim, ...]]:
        """Return, by MAC, the services that billing has an endpoint for, by what it told last."""
        found: dict[str, list[Claim]] = {}
        for system in await self._billing.list() if macs else ():
            told = await self._store.billing_services.all(system.name)
            mapping = mapping_of(system)
            claims = await asyncio.to_thread(_claims, system.name, told.values(), mapping, macs)
            for mac, claim in claims:
                found.setdefault(mac, []).append(claim)
        return {mac: tuple(claims) for mac, claims in found.items()}

    async def _told(self, base: Why, system: str, link: Link) -> Why:
        told = (await self._store.billing_services.all(system, {link.account_id})).get(
            link.service_id
        )
        conflicts = [
            one
            for one in await self._store.sync.conflicts(system)
            if one.service_id == link.service_id
        ]
        items = await self._store.sync.items_of_service(system, link.service_id)
        why = replace(base, system=system, link=link, conflicts=tuple(conflicts), items=items)
        if told is None:
            return why
        one = sold(told.service, await self._billing.mapping(system))
        return replace(
            why,
            billing=told.service,
            billing_values=one.values,
            billing_read_at=told.read_at,
            billing_changed_at=told.changed_at,
            findings=tuple(finding.text for finding in one.findings),
        )


def _claims(
    system: str, told: Iterable[ToldService], mapping: BillingMapping, macs: Collection[str]
) -> list[tuple[str, Claim]]:
    found = []
    for one in told:
        read = sold(one.service, mapping)
        claim = Claim(system, read, one.read_at)
        found += [(mac, claim) for mac in read.macs if mac in macs]
    return found


def _is_retried(item: SyncItem, positions: tuple[int, ...]) -> bool:
    if positions:
        return item.position in positions
    return item.outcome.is_bad or item.outcome is Outcome.PROPOSED
