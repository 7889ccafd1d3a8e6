"""What follows a verified item: the link agrees from now on, and billing is told."""

from __future__ import annotations

from dataclasses import replace

from positron_tui.domain.changes import Change
from positron_tui.domain.clock import Clock
from positron_tui.domain.mapping import DEVICE, FIELDS, PORT, BillingMapping, Meaning
from positron_tui.domain.sync_runs import ItemKind, Link, SyncItem, SyncRun, WriteBack
from positron_tui.domain.sync_types import agree
from positron_tui.services.sync_writes import Writes, fields_to_write
from positron_tui.store import Store

# What an item agrees on is what billing has, and what the device was just given.
_AGREEING = (ItemKind.ADD, ItemKind.EDIT, ItemKind.SWAP, ItemKind.SUSPEND, ItemKind.RESUME)


# A cancelled or deleted service that is only suspended agrees on nothing.
_STATES = (Meaning.ACTIVE.value, Meaning.SUSPENDED.value)


class Follower:
    """Keeps links in step with what was done, and says what billing has to be told."""

    def __init__(self, *, store: Store, writes: Writes, clock: Clock) -> None:
        self._store = store
        self._writes = writes
        self._clock = clock

    async def done(
        self, run: SyncRun, item: SyncItem, change: Change | None, mapping: BillingMapping
    ) -> None:
        """Follow an item that was verified on its device."""
        now = self._clock.now()
        if item.kind is ItemKind.REMOVE:
            await self._store.billing_services.drop_links(run.system, [item.service_id])
        elif item.device is not None and item.subject is not None and item.kind in _AGREEING:
            link = await self._link(run.system, item, item.device, item.subject)
            agreed = {name: (value, value) for name, value in item.after.items() if name in FIELDS}
            await self._store.billing_services.keep_links(run.system, [agree(link, agreed)], now)
        if change is not None:
            await self._tell(run, item, change, mapping)

    async def written(self, system: str, item: SyncItem) -> None:
        """Follow an item that was written to billing: both sides have its values now."""
        links = await self._store.billing_services.links(system)
        link = links.get(item.service_id)
        if link is not None:
            values = {name: (value, value) for name, value in item.after.items()}
            await self._store.billing_services.keep_links(
                system, [agree(link, values)], self._clock.now()
            )

    def write_of(self, run: SyncRun, item: SyncItem, mapping: BillingMapping) -> WriteBack:
        """Return what an item of kind `write` has to tell billing."""
        return WriteBack(
            id=0,
            system=run.system,
            key=f"run {run.id} item {item.position}",
            service_id=item.service_id,
            account_id=item.account_id,
            values=fields_to_write(item.after, mapping),
            run_id=run.id,
        )

    async def _link(self, system: str, item: SyncItem, device: str, subject: str) -> Link:
        links = await self._store.billing_services.links(system)
        known = links.get(item.service_id)
        if known is not None:
            return replace(known, device=device, subject=subject)
        return Link(item.service_id, item.account_id, device, subject)

    async def _tell(
        self, run: SyncRun, item: SyncItem, change: Change, mapping: BillingMapping
    ) -> None:
        """Keep the result, the place and the note of a change, each to be written once."""
        what = {"result": _result(item, change)}
        if item.kind is ItemKind.ADD:
            what |= {name: item.after[name] for name in (DEVICE, PORT) if item.after.get(name)}
        values = fields_to_write(what, mapping)
        write = WriteBack(
            id=0,
            system=run.system,
            key="",
            service_id=item.service_id,
            account_id=item.account_id,
            run_id=run.id,
            change_id=change.id or None,
        )
        unique = f"change {change.id}" if change.id else f"run {run.id} item {item.position}"
        if values:
            await self._writes.intend(replace(write, key=f"{unique} fields", values=values))
        if mapping.notes:
            note = f"{_result(item, change)} {item.reason}".strip()
            await self._writes.intend(replace(write, key=f"{unique} note", note=note))


_WORDS = {
    ItemKind.ADD: "put into service",
    ItemKind.EDIT: "changed",
    ItemKind.SWAP: "endpoint swapped",
    ItemKind.SUSPEND: "suspended",
    ItemKind.RESUME: "back in service",
    ItemKind.REMOVE: "removed",
    ItemKind.RECONCILE: "set right",
}


def _result(item: SyncItem, change: Change) -> str:
    """Return one line on what was done, for people who read it in billing."""
    at = change.verified_at or change.requested_at
    where = f"{item.device} {item.after.get(PORT, '')}".strip()
    saved = "verified and saved" if change.saved else "verified"
    return f"{item.subject} {_WORDS[item.kind]} on {where}, {saved} {at:%Y-%m-%d %H:%M} UTC."
