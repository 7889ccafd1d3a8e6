"""Settling conflicts: one value is taken, and written to the side that lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from positron_tui.domain.clock import Clock
from positron_tui.domain.errors import Refused
from positron_tui.domain.mapping import MAC, STATUS, BillingMapping, Meaning
from positron_tui.domain.natural import SUBSCRIBER
from positron_tui.domain.sync_runs import (
    Conflict,
    ItemKind,
    Outcome,
    RunState,
    SyncItem,
    SyncRun,
    Trigger,
)
from positron_tui.domain.sync_types import agree
from positron_tui.services.billing import Billing
from positron_tui.services.intent import Intent
from positron_tui.services.intent_types import Direction
from positron_tui.services.sync import Sync
from positron_tui.services.sync_types import SyncReport, Take
from positron_tui.services.sync_writes import fields_to_write
from positron_tui.store import Store

# The fields of a drift that hold what a conflict is about.
_DRIFT_FIELD = {MAC: "endpoint"}


class Conflicts:
    """The conflicts that wait, and decisions on them."""

    def __init__(
        self,
        *,
        store: Store,
        billing: Billing,
        sync: Sync,
        intent: Intent,
        clock: Clock,
        actor: str,
        holder: str,
    ) -> None:
        self._store = store
        self._billing = billing
        self._sync = sync
        self._intent = intent
        self._clock = clock
        self._actor = actor
        self._holder = holder

    async def list(
        self, system: str | None = None, *, resolved: bool = False
    ) -> tuple[Conflict, ...]:
        """Return the conflicts that wait for a decision, or those that were decided."""
        return await self._store.sync.conflicts(system, resolved=resolved)

    async def get(self, conflict_id: int) -> Conflict:
        """Return one conflict; NotFound."""
        return await self._store.sync.conflict(conflict_id)

    async def preview(self, conflict_id: int, take: Take) -> SyncItem:
        """Return what a decision would do; Refused when it was decided already."""
        conflict = await self._store.sync.conflict(conflict_id)
        return self._item(conflict, take, await self._billing.mapping(conflict.system))

    async def resolve(self, conflict_ids: Sequence[int], take: Take) -> tuple[SyncReport, ...]:
        """Settle conflicts; one that fails stays open, and its report says why.

        The report is a sync run of one item: the device is changed, or billing is written to. Where
        billing has no field for the value, both keep their own and the difference is no conflict
        any more. Raises NotFound and Refused before anything is done.
        """
        chosen = [await self._store.sync.conflict(one) for one in dict.fromkeys(conflict_ids)]
        for conflict in chosen:
            self._item(conflict, take, await self._billing.mapping(conflict.system))
        return tuple([await self._resolve(one, take) for one in chosen])

    async def _resolve(self, conflict: Conflict, take: Take) -> SyncReport:
        mapping = await self._billing.mapping(conflict.system)
        item = self._item(conflict, take, mapping)
        if take is Take.DEVICE:
            await self._take_running(conflict)
        run = await self._store.sync.create_run(
            SyncRun(
                id=0,
                system=conflict.system,
                trigger=Trigger.PERSON,
                actor=self._actor,
                holder=self._holder,
                started_at=self._clock.now(),
                scope=(conflict.account_id,),
                state=RunState.WAITING,
                counts={item.kind.value: 1},
            )
        )
        await self._store.sync.add_items(run.id, [item])
        report = await self._sync.execute(run.id, allow_cuts=1)
        ended = report.items[0]
        if ended.outcome is Outcome.DONE or item.kind is ItemKind.LINK:
            await self._decided(conflict, take, ended)
        return report

    def _item(self, conflict: Conflict, take: Take, mapping: BillingMapping) -> SyncItem:
        if conflict.resolved_at is not None:
            raise Refused(f"Conflict {conflict.id} was settled already ({conflict.taken}).")
        name = conflict.field
        value, kind = conflict.billing_value, _device_kind(conflict)
        before = {name: conflict.console_value}
        if take is not Take.BILLING:
            value = conflict.console_value if take is Take.CONSOLE else _running(conflict)
            before = {name: conflict.billing_value}
            written = fields_to_write({name: value}, mapping)
            kind = ItemKind.WRITE if written else ItemKind.LINK
        outcome = Outcome.DONE if kind is ItemKind.LINK else Outcome.PENDING
        reason = f"{self._actor} took {take.value}'s {name} for conflict {conflict.id}."
        if kind is ItemKind.LINK:
            reason += " Billing has no field for it, so both keep their own."
        return SyncItem(
            position=0,
            kind=kind,
            service_id=conflict.service_id,
            account_id=conflict.account_id,
            account_name=conflict.account_name,
            device=conflict.device,
            subject=conflict.subject,
            before=before,
            after={name: value},
            reason=reason,
            outcome=outcome,
        )

    async def _take_running(self, conflict: Conflict) -> None:
        """Intend what runs, for the one field; Refused when that cannot be told."""
        name = _DRIFT_FIELD.get(conflict.field, conflict.field)
        lines = [
            one
            for one in await self._intent.known_drift(conflict.device)
            if (one.kind, one.subject, one.field) == (SUBSCRIBER, conflict.subject, name)
        ]
        if lines:
            await self._intent.reconcile_edit(lines, Direction.INTENDED)

    async def _decided(self, conflict: Conflict, take: Take, item: SyncItem) -> None:
        value = item.after[conflict.field]
        both = (conflict.billing_value if item.kind is ItemKind.LINK else value, value)
        links = await self._store.billing_services.links(conflict.system)
        link = links.get(conflict.service_id)
        now = self._clock.now()
        if link is not None:
            agreed = agree(link, {conflict.field: both})
            await self._store.billing_services.keep_links(conflict.system, [agreed], now)
        await self._store.sync.set_conflict(
            replace(
                conflict,
                taken=take.value,
                resolved_at=now,
                resolved_by=self._actor,
                sentence=item.sentence or item.reason,
            )
        )


def _device_kind(conflict: Conflict) -> ItemKind:
    if conflict.field == STATUS:
        active = conflict.billing_value == Meaning.ACTIVE.value
        return ItemKind.RESUME if active else ItemKind.SUSPEND
    return ItemKind.SWAP if conflict.field == MAC else ItemKind.EDIT


def _running(conflict: Conflict) -> str:
    if conflict.device_value is None:
        raise Refused(
            f"What {conflict.subject} runs on {conflict.device} was never read; take billing's or "
            "the console's value."
        )
    return conflict.device_value
